"""What the readers gather of each sheet: its values or, where those are read elsewhere, what is odd about them."""

from dataclasses import dataclass, field
from datetime import date

from flows.ingest.spreadsheet.anomalies import (
    EPOCH,
    LAST_COLUMN,
    LAST_ROW,
    MOST_CELLS,
    MOST_TEXT,
    ORDINARY_CELLS,
    ORDINARY_TEXT,
    Coordinates,
    Damaged,
    Extraordinary,
    Oddity,
    Unreadable,
    column_letters,
)
from flows.ingest.spreadsheet.number_formats import FormatKind, dated

Span = tuple[int, int]  # first and last row or column, both counted from 1


class Extent:
    """The used range of a sheet as it grows; refuses what no memory could hold."""

    def __init__(self) -> None:
        self.top, self.left, self.bottom, self.right = LAST_ROW + 1, LAST_COLUMN + 1, 0, 0

    def include(self, row: int, column: int) -> None:
        """A cell with a value; Damaged where no spreadsheet has such a cell, F03 where the range grows too large."""
        if self.top <= row <= self.bottom and self.left <= column <= self.right:
            return
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise Damaged("cell outside of any sheet")
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > MOST_CELLS:
            far = f"{column_letters(self.right)}{self.bottom}"
            raise Unreadable(
                "F03", found=f"ein benutzter Bereich bis {far}", allowed=f"{MOST_CELLS // 10**6} Millionen Zellen"
            )


class Grid:
    """Values by rows and columns, both counted from 1; a row may be repeated without being held twice."""

    def __init__(self) -> None:
        self._extent = Extent()
        self._rows: dict[int, tuple[int, list[object]]] = {}  # row → first column and values from there on

    def put(self, row: int, column: int, value: object, repeats: int = 1) -> None:
        """A value, and the same in the next columns; F03 where the used range grows too large."""
        if value is None or value == "":
            return
        self._extent.include(row, column)
        self._extent.include(row, column + repeats - 1)
        first, values = self._rows.setdefault(row, (column, []))
        if column < first:
            values[:0] = [None] * (first - column)
            self._rows[row] = first, values = column, values
        end = column - first + repeats
        values.extend([None] * (end - len(values)))
        values[end - repeats : end] = [value] * repeats

    def repeat(self, row: int, last: int) -> None:
        """The same row down to `last`."""
        if row in self._rows and last > row:
            self._extent.include(last, self._rows[row][0])
            self._rows.update(dict.fromkeys(range(row + 1, last + 1), self._rows[row]))

    @property
    def filled(self) -> int:
        """So many rows hold a value."""
        return len(self._rows)

    def width(self, row: int) -> int:
        """From the first to the last value of a row."""
        return len(self._rows[row][1]) if row in self._rows else 0

    def lines(self) -> tuple[int, int, list[list[object]]]:
        """First row, first column and all rows from there on, empty ones among them; a repeated row is one list."""
        if not self._rows:
            return 1, 1, []
        top, bottom = min(self._rows), max(self._rows)
        left = min(first for first, _ in self._rows.values())
        lines: list[list[object]] = [[] for _ in range(bottom - top + 1)]
        for row, (first, values) in self._rows.items():
            lines[row - top] = [None] * (first - left) + values if first > left else values
        return top, left, lines


@dataclass
class Marks:
    """What is known of one sheet.

    `grid` holds its values; None where the value reader reads them, as it does those of a plain .xlsx, with no help.
    """

    name: str = ""
    is_hidden: bool = False
    is_worksheet: bool = True
    formulas: set[Coordinates] = field(default_factory=set)
    hidden_rows: list[Span] = field(default_factory=list)
    hidden_columns: list[Span] = field(default_factory=list)
    merges: list[tuple[Coordinates, Coordinates]] | None = (
        None  # top left and bottom right; None: the value reader knows them
    )
    text: int = 0  # bytes of all texts, each of them as often as it is shown
    grid: Grid | None = field(default_factory=Grid)

    def hide_rows(self, first: int, last: int) -> None:
        """Note hidden rows, first and last included."""
        self.hidden_rows.append((first, last))

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns, first and last included."""
        self.hidden_columns.append((first, last))

    def put(self, place: Coordinates, value: object, repeats: int = 1) -> None:
        """A value, and the same in the next columns."""
        if isinstance(value, str):
            self.text += repeats * len(value) * (1 if value.isascii() else 3)
        if self.grid is not None:
            self.grid.put(*place, value, repeats)

    def put_number(self, place: Coordinates, number: float, kind: FormatKind, epoch: date) -> None:
        """A number under a format of that kind."""
        self.put(place, Oddity("percent", number) if kind == "percent" else dated(number, kind, epoch))


@dataclass
class BookMarks:
    """All sheets in the order of the workbook, and what holds for the workbook as a whole."""

    sheets: list[Marks] = field(default_factory=list)
    epoch: date = EPOCH
    has_macros: bool = False


def check_cells(total: int, is_apart: bool) -> None:
    """F03 where all sheets together have more cells than fit into memory; Extraordinary where many, unless read apart."""
    if total > MOST_CELLS:
        raise Unreadable("F03", found="mehr gefüllte Zellen", allowed=f"{MOST_CELLS // 10**6} Millionen Zellen")
    if total > ORDINARY_CELLS and not is_apart:
        raise Extraordinary


def check_text(total: int, is_apart: bool) -> None:
    """F03 where the cells hold more text than fits into memory; Extraordinary where much, unless read apart."""
    if total > MOST_TEXT:
        raise Unreadable(
            "F03", found=f"Texte von zusammen {-(-total // 2**20)} MiB", allowed=f"{MOST_TEXT // 2**20} MiB"
        )
    if total > ORDINARY_TEXT and not is_apart:
        raise Extraordinary
