"""Writing one monthly return (Meldung) as a municipality would send it: a real .xlsx in the form of the column map."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.returns import CONTROL_TOTALS, COVER, COVER_SHEET, FORM_VERSION, NO, TABLES, YES, Column, Table

Row = Mapping[str, object]

TITLE = "Monatliche Meldung"
# The form's own date: a workbook must not know when it was made, or no two were alike.
FORM_MADE_ON = datetime(2015, 10, 1, tzinfo=UTC)

_HEADING = {"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True, "valign": "vcenter"}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "purpose": {"italic": True, "font_color": "#595959"},
    "label": _HEADING | {"text_wrap": False},
    "heading": _HEADING,
    "text": {"border": 1, "num_format": "@"},
    "integer": {"border": 1, "num_format": "0"},
    "money": {"border": 1, "num_format": "#,##0.00"},
    "hours": {"border": 1, "num_format": "0.00"},
    "date": {"border": 1, "num_format": "dd.mm.yyyy"},
    "month": {"border": 1, "num_format": "mmmm yyyy"},
}
_NUMBERS = ("integer", "money", "hours")
_WIDTHS = {"text": 30, "case": 14, "key": 12}  # of columns whose content the heading does not tell
_HEADING_ROW = 3


def write_return(
    path: Path,
    cover: Mapping[str, object],
    rows: Mapping[str, Sequence[Row]],
    *,
    sheets: Sequence[str] | None = None,
    tables: Mapping[str, Table] = TABLES,
    title: str = TITLE,
) -> None:
    """One return; the same arguments give the same bytes.

    `cover` maps the cover's names to values; form version and control totals are filled in where it has none.
    `rows` maps table names to rows by the column map's names: whole cents, hundredths of an hour, dates, bool for
    ja/nein, None or no key for an empty cell. A text in any cell is written as that text. `sheets` names the
    tables that become sheets, in order, with or without rows (default: those of `rows`).
    """
    names = tuple(sheets if sheets is not None else rows)
    with Workbook(str(path)) as workbook:
        workbook.set_properties({"title": title, "created": FORM_MADE_ON})
        styles = {name: workbook.add_format(style) for name, style in _STYLES.items()}
        _write_cover(workbook.add_worksheet(COVER_SHEET), _complete(cover, rows), title, styles)
        for name in names:
            _write_table(workbook.add_worksheet(tables[name].sheet), tables[name], rows.get(name, ()), styles)


def control_totals(rows: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    """The cover's control totals as they follow from the rows: counts and sums, 0 for a table without rows."""
    return {
        label: len(rows.get(table, ()))
        if column is None
        else sum(_whole(row.get(column)) for row in rows.get(table, ()))
        for label, (table, column) in CONTROL_TOTALS.items()
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0  # empty, or a text that a test put there


def _complete(cover: Mapping[str, object], rows: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    return {"form_version": FORM_VERSION} | control_totals(rows) | dict(cover)


def _write_cover(sheet: Worksheet, cover: Mapping[str, object], title: str, styles: Mapping[str, Format]) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, "Bitte alle Felder ausfüllen. Keine Namen von Leistungsberechtigten.", styles["purpose"])
    for number, column in enumerate(COVER, start=_HEADING_ROW):
        sheet.write_string(number, 0, column.title, styles["label"])
        _write_cell(sheet, number, 1, column, cover.get(column.name), styles)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 44)
    _fit_to_width(sheet)


def _write_table(sheet: Worksheet, table: Table, rows: Iterable[Row], styles: Mapping[str, Format]) -> None:
    sheet.write_string(0, 0, f"Meldebogen {table.sheet}", styles["title"])
    sheet.write_string(1, 0, table.purpose, styles["purpose"])
    for place, column in enumerate(table.columns):
        sheet.write_string(_HEADING_ROW, place, column.title, styles["heading"])
        sheet.set_column(place, place, _width(column))
    sheet.set_row(_HEADING_ROW, 45)
    sheet.set_landscape()
    _fit_to_width(sheet)
    sheet.freeze_panes(_HEADING_ROW + 1, 1)
    for number, row in enumerate(rows, start=_HEADING_ROW + 1):
        for place, column in enumerate(table.columns):
            _write_cell(sheet, number, place, column, row.get(column.name), styles)


def _width(column: Column) -> int:
    """Wide enough for the longest word of the heading and the longest value of its list."""
    return max(_WIDTHS.get(column.kind, 10), *map(len, (*column.title.split(), *column.values))) + 2


def _fit_to_width(sheet: Worksheet) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_cell(
    sheet: Worksheet, row: int, place: int, column: Column, value: object, styles: Mapping[str, Format]
) -> None:
    if value is None:
        sheet.write_blank(row, place, None, styles[column.kind if column.kind in styles else "text"])
    elif isinstance(value, bool):
        sheet.write_string(row, place, YES if value else NO, styles["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, styles[column.kind if column.kind in ("date", "month") else "date"])
    elif isinstance(value, int) and column.kind in _NUMBERS:
        number = value if column.kind == "integer" else float(Decimal(value) / 100)
        sheet.write_number(row, place, number, styles[column.kind])
    else:
        sheet.write_string(row, place, str(value), styles["text"])
