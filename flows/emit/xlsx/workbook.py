"""One new workbook: exact amounts, text that stays text, formulas that carry their value, fixed bytes.

The rest of this room writes through `Book` and `Sheet` and never sees the writing library.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flows.durable import replacing
from flows.emit.xlsx.chart import LineChart, add_line_chart
from flows.emit.xlsx.formula import Term
from flows.emit.xlsx.library import Workbook, Worksheet, prepared
from flows.emit.xlsx.measure import lines_needed
from flows.emit.xlsx.styles import (
    FIELD_HEIGHT,
    LEADING,
    ON_EMPTY,
    TALLEST_ROW,
    WORKBOOK_OPTIONS,
    WRAPPING,
    Page,
    flowing,
    set_up_page,
)
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table, letters
from schemas.money import in_euros
from schemas.months import Month, first_day

_SPREADSHEET_EPOCH = date(1899, 12, 30)


def day_number(day: date) -> int:
    """The number a spreadsheet stores for a day.

    >>> day_number(date(2016, 3, 1))
    42430
    """
    return (day - _SPREADSHEET_EPOCH).days


def month_number(month: Month) -> int:
    """The number a spreadsheet stores for a month: that of its first day."""
    return day_number(first_day(month))


def _harmless(text: str) -> str:
    """Text that the writer does not take for markup and that can be written as UTF-8, whatever a file is called."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return " " + text if text.startswith("<r>") else text


class Sheet:
    """One worksheet. Rows count from 0; `style` is a name in styles.STYLES.

    A column is the name of one of its table's, or a place counted from 0 on a sheet without a table.
    """

    def __init__(
        self, raw: Worksheet, book: Workbook, page: Page, widths: Sequence[float], table: Table | None = None
    ) -> None:
        self._raw = raw
        self._book = book
        self._formats = prepared().formats
        self._page = page
        self._widths = widths
        self._table = table
        self._heights: dict[int, float] = {}
        for column, width in enumerate(widths):
            raw.put_width(column, width)

    def text(self, row: int, column: int | str, text: str, style: str = "body") -> None:
        """Text, whatever it looks like: never a formula, a link or a number. A row grows with text that wraps."""
        place = self._place(column)
        if style in WRAPPING:
            self._grow(row, text, style, self._widths[place])
        self._raw.put_text(row, place, _harmless(text), self._formats[style])

    def blank(self, row: int, columns: range, style: str) -> None:
        """Empty cells that carry a style, so that lines and shades run through."""
        for column in columns:
            self._raw.put_blank(row, column, self._formats[style])

    def number(self, row: int, column: int | str, number: Decimal | int, style: str = "body_count") -> None:
        """An exact number; days and months are numbers too (`day_number`)."""
        self._raw.put_number(row, self._place(column), number, self._formats[style])

    def money(self, row: int, column: int | str, amount_cents: int, style: str = "body_money") -> None:
        """An amount in euros."""
        self._raw.put_number(row, self._place(column), in_euros(amount_cents), self._formats[style])

    def live(self, row: int, column: int | str, formula: str, value: Decimal | int | str, style: str) -> None:
        """A formula together with its value, for programs that do not calculate."""
        self._raw.put_formula(row, self._place(column), formula, self._formats[style], value)

    def live_money(
        self, row: int, column: int | str, formula: str, amount_cents: int, style: str = "body_money"
    ) -> None:
        """A formula whose value is an amount."""
        self._raw.put_formula(row, self._place(column), formula, self._formats[style], in_euros(amount_cents))

    def derived(
        self, row: int, column: int | str, amount_cents: int, *formulas: Term, style: str = "body_money"
    ) -> None:
        """An amount as the first of the formulas that gives just this amount; alone where none does."""
        giving = next((term for term in formulas if term.value == in_euros(amount_cents)), None)
        if giving is None:
            self.money(row, column, amount_cents, style)
        else:
            self.live_money(row, column, f"={giving.text}", amount_cents, style)

    def empty(self, row: int, *columns: str, style: str = "body") -> None:
        """Empty cells of the table, of all its columns where none are named."""
        for column in columns or self._columns.names:
            self._raw.put_blank(row, self._place(column), self._formats[style])

    def result(self, row: int, label: str, style: str = "total") -> None:
        """A row of the table for results: its lines and shade run through, the label stands in front."""
        self.empty(row, style=style)
        self.text(row, 0, label, f"{style}_left")

    def total(self, row: int, column: str, first_row: int, number: Decimal | int, style: str = "total_money") -> None:
        """The sum of the numbers (amounts in euros) in the rows from `first_row` to the one above."""
        table = self._columns
        formula = f"=SUM({table.cell(first_row, column)}:{table.cell(row - 1, column)})"
        self.live(row, column, formula, number, style)

    def cell(self, row: int, column: str) -> str:
        """A cell's address in formulas of this sheet."""
        return self._columns.cell(row, column)

    def name(self, name: str, row: int, column: int | str) -> None:
        """A name for a cell, for formulas of the reader's own."""
        address = f"${letters(self._place(column))}${row + 1}"
        self._book.define_name(name, f"='{self._raw.get_name()}'!{address}")

    @property
    def _columns(self) -> Table:
        assert self._table is not None
        return self._table

    def _place(self, column: int | str) -> int:
        return column if isinstance(column, int) else self._columns.place(column)

    def height(self, row: int, points: float) -> None:
        """A row's height."""
        self._heights[row] = points
        self._raw.put_height(row, points)

    def prose(self, row: int, text: str, style: str = "prose") -> int:
        """A paragraph across all columns, as high as its text; the next row."""
        self.across(row, range(len(self._widths)), text, style, space=4)
        return row + 1

    def across(self, row: int, columns: range, text: str, style: str, space: float = 3) -> None:
        """Text across neighbouring columns. It wraps there and the row grows: beyond the last column it would be cut or
        shrink the printed page."""
        style = flowing(style)
        first, last = columns[0], columns[-1]
        if first < last:
            self._raw.merge_row(row, columns, self._formats[style], style in ON_EMPTY)
        self._grow(row, text, style, sum(self._widths[first : last + 1]) + 0.7 * (last - first), space)
        self._raw.put_text(row, first, _harmless(text), self._formats[style])

    def _grow(self, row: int, text: str, style: str, width: float, space: float = 3) -> None:
        """Makes a row at least as high as a text that wraps in so many width units."""
        size = WRAPPING[style]
        surely_one = len(text) * size < width * 5 and "\n" not in text
        needed = 1 if surely_one else lines_needed(text, width, size)
        points = min(needed * size * LEADING + space, TALLEST_ROW)
        if points > self._heights.get(row, 0):
            self.height(row, points)

    def title(self, title: str, subtitle: str) -> None:
        """Title and subtitle of a sheet with a table, ENTWURF in front of a draft's."""
        draft = self._page.mark
        everywhere = range(len(self._widths))
        self.height(0, 22)
        self.height(1, 20)
        self.across(0, everywhere, f"{draft} – {title}" if draft else title, "title_draft" if draft else "title")
        self.across(1, everywhere, subtitle, "muted")

    def table_head(self, columns: Sequence[Column]) -> None:
        """The headings of the sheet's table, repeated on every printed page and kept in sight."""
        row = FIRST_TABLE_ROW - 1
        after_figures = False
        for column, entry in enumerate(columns):
            self.text(
                row, column, entry.heading, "head_right" if entry.figures else "head_after" if after_figures else "head"
            )
            after_figures = entry.figures
        self.height(row, self._heights[row] + 4)
        self.set_up(landscape=True, heading_row=row)

    def set_up(self, *, landscape: bool, heading_row: int | None = None, full_size: bool = False) -> None:
        """Paper, header and footer of the sheet; `full_size`: printed as large as it is, its columns fit the paper."""
        set_up_page(self._raw, self._page, landscape=landscape, heading_row=heading_row, full_size=full_size)

    def filter(self, last_row: int) -> None:
        """Filter buttons on the table's headings, down to its last row."""
        self._raw.autofilter(FIRST_TABLE_ROW - 1, 0, last_row, len(self._columns.columns) - 1)

    def take(self, first_row: int, last_row: int, column: int, rule: dict[str, Any]) -> None:
        """What may be typed into a piece of a column, with the messages for the person who types."""
        self._raw.data_validation(first_row, column, last_row, column, rule)

    def mark_while(self, first_row: int, last_row: int, column: int, formula: str) -> None:
        """Shows cells as still missing while the formula for the first of them holds."""
        rule = {"type": "formula", "criteria": formula, "format": self._formats["missing"]}
        self._raw.conditional_format(first_row, column, last_row, column, rule)

    def link(self, row: int, column: int | str, sheet: str, text: str) -> None:
        """A link to another sheet of the workbook."""
        self._raw.write_url(row, self._place(column), f"internal:'{sheet}'!A1", self._formats["link"], text)

    def chart(self, row: int, chart: LineChart) -> None:
        """A chart whose upper edge is the row's."""
        add_line_chart(self._book, self._raw, row, chart)

    def open_at(self, row: int, column: int | str) -> None:
        """The workbook opens on this sheet, at this cell."""
        place = self._place(column)
        self._raw.activate()
        self._raw.set_selection(row, place, row, place)

    def lock(self, free_below: int | None = None, fields: Sequence[str] = ()) -> None:
        """Protects the sheet, without a password, except for cells of a field's style and the rows below.

        `fields` are the styles of the columns down there, which have no lines: a line would be printed to the last row.
        Rows may be inserted, deleted, sorted and formatted; for deleting, all cells of a row must be free.
        """
        if free_below is not None:
            for column, style in enumerate(fields):
                self._raw.set_column(column, column, self._widths[column], self._formats[style])
            self._raw.set_default_row(FIELD_HEIGHT)
            self._raw.set_column(len(self._widths), len(self._widths), None, self._formats["free"])
            self._raw.last_styled = len(self._widths)
            for row in range(free_below):
                self._raw.set_row(row, self._heights.get(row), self._formats["plain"])
        allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
        self._raw.protect("", dict.fromkeys(allowed, True))

    def warn_unless(self, row: int, column: int | str, word: str) -> None:
        """Shows a cell as a deviation while its formula gives anything but the word."""
        place = self._place(column)
        rule = {"type": "cell", "criteria": "!=", "value": f'"{word}"', "format": self._formats["deviation"]}
        self._raw.conditional_format(row, place, row, place, rule)


class Book:
    """A workbook in the making."""

    def __init__(self, raw: Workbook, page: Page) -> None:
        self._raw = raw
        self._page = page

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """A new sheet with columns of these widths."""
        return Sheet(self._raw.add_worksheet(name, Worksheet), self._raw, self._page, widths)

    def table(self, table: Table, title: str, subtitle: str) -> Sheet:
        """A new sheet with title, subtitle and the headings of its one table."""
        raw, widths = self._raw.add_worksheet(table.sheet, Worksheet), [column.width for column in table.columns]
        sheet = Sheet(raw, self._raw, self._page, widths, table)
        sheet.title(title, subtitle)
        sheet.table_head(table.columns)
        return sheet

    def name_span(self, name: str, address: str) -> None:
        """A name for a piece of a column (`span`)."""
        self._raw.define_name(name, f"={address}")


@contextmanager
def new_workbook(
    path: Path, page: Page, *, title: str, subject: str, author: str, created: date, status: str = "Freigegeben"
) -> Iterator[Book]:
    """A new workbook that takes the path's place when the block ends well.

    The bytes depend on nothing but the content: `created` (a day of the document) stands for the clock.
    """
    with replacing(path) as part:
        # XlsxWriter writes into the options it is given: shared ones would make the first workbook unlike the rest.
        raw = Workbook(part, deepcopy(WORKBOOK_OPTIONS))
        raw.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": author,
                "company": author,
                "status": page.mark.capitalize() or status,
                "created": datetime(created.year, created.month, created.day, tzinfo=UTC),
            }
        )
        yield Book(raw, page)
        raw.close()
