"""Finding the form in a workbook: sheets, heading rows and columns, by what is written there."""

import re
from collections.abc import Iterator
from functools import lru_cache

from flows.ingest.form.values import excerpt, shown
from flows.ingest.spreadsheet.anomalies import Oddity, Unreadable, column_letters
from flows.ingest.spreadsheet.marks import Span
from flows.ingest.spreadsheet.workbook import Sheet, Value, Workbook
from schemas.findings import MOST_FINDINGS, Finding, finding
from schemas.returns import Table
from schemas.spelling import enumerated, folded, visible

UNIT = re.compile(r"\s*\([^()]*\)$")
LISTED = 10  # so many hidden rows or columns are named


def matching_sheets(book: Workbook, name: str) -> list[Sheet]:
    """The sheets whose name reads like `name`."""
    return [sheet for sheet in book.sheets if folded(sheet.name) == folded(name)]


def filled(value: Value) -> bool:
    """Whether a cell holds anything but blanks."""
    return bool(visible(value)) if isinstance(value, str) else value is not None


def is_broken(value: Value) -> bool:
    """Whether a cell holds an error or a formula without a value."""
    return isinstance(value, Oddity) and value.kind != "percent"


def hidden_parts(sheet: Sheet, file: str) -> list[Finding]:
    """F11: what of a sheet is hidden, as far as it lies in the used range."""
    marks = sheet.marks
    if not (sheet.hidden or marks.hidden_rows or marks.hidden_columns):
        return []
    last_row = sheet.first_row + len(sheet.rows) - 1
    last_column = sheet.first_column + max(map(len, sheet.rows), default=0) - 1
    rows = [str(row) for row in _within(marks.hidden_rows, sheet.first_row, last_row)]
    columns = [column_letters(place) for place in _within(marks.hidden_columns, sheet.first_column, last_column)]
    found = [finding("F11/hidden", file=file, sheet=sheet.name, what="das ganze Blatt")] if sheet.hidden else []
    for names, one, many in ((rows, "die Zeile", "die Zeilen"), (columns, "die Spalte", "die Spalten")):
        if names:
            more = f" und {len(names) - LISTED} weitere" if len(names) > LISTED else ""
            what = f"{one if len(names) == 1 else many} {', '.join(names[:LISTED])}{more}"
            found.append(finding("F11/hidden", file=file, sheet=sheet.name, what=what))
    return found


def check_tellable(count: int) -> None:
    """Unreadable where so much is wrong with a file that nobody would read it place by place."""
    if count > MOST_FINDINGS:
        raise Unreadable("F03/findings", allowed=f"{MOST_FINDINGS:,}".replace(",", "."))


def _within(spans: list[Span], first: int, last: int) -> Iterator[int]:
    """The numbers of all spans that lie between first and last, each once."""
    for start, end in sorted(spans):
        yield from range(max(first, start), min(last, end) + 1)
        first = max(first, end + 1)


@lru_cache(maxsize=64)
def spellings(table: Table) -> dict[str, str]:
    """How a heading may be written, folded, with or without its unit → the column's name."""
    return {folded(text): column.name for column in table.columns for text in (column.title, column.heading)}


def column_of(value: Value, table: Table) -> str | None:
    """The name of the column that a cell is the heading of."""
    if not isinstance(value, str):
        return None
    text, written = folded(value), spellings(table)
    return written.get(text) or (written.get(UNIT.sub("", text)) if text.endswith(")") else None)


@lru_cache(maxsize=1_000)  # the returns of one form share their heading rows
def headings(row: tuple[Value, ...], table: Table) -> dict[str, list[int]]:
    """The positions in a row of every column whose heading stands there."""
    found: dict[str, list[int]] = {}
    for position, value in enumerate(row):
        if (name := column_of(value, table)) is not None:
            found.setdefault(name, []).append(position)
    return found


def heading_row(sheet: Sheet, table: Table) -> tuple[int | None, dict[str, list[int]]]:
    """The row in which most headings are found (at least two of them), and the positions of the columns there."""
    best: tuple[int | None, dict[str, list[int]]] = (None, {})
    for index, row in enumerate(sheet.rows):
        found = headings(tuple(row), table)
        if len(found) > max(1, len(best[1])):
            best = (index, found)
        if len(found) == len(table.columns):
            break
    return best


def check_headings(
    sheet: Sheet, table: Table, file: str, index: int, places: dict[str, list[int]]
) -> Iterator[Finding]:
    """F05 for missing and doubled columns, F11 for those that the form does not have."""
    if len(places) == len(table.columns) == len(sheet.rows[index]):
        return  # every column once, and nothing else
    for column in table.columns:
        found = places.get(column.name, [])
        if not found and not column.may_be_missing:
            yield finding("F05/missing", file=file, sheet=sheet.name, column=column.title, heading=column.title)
        if len(found) > 1:
            cells = [str(sheet.address(index, position)) for position in found]
            yield finding(
                "F05/twice",
                file=file,
                sheet=sheet.name,
                cell=cells[1],
                column=column.title,
                heading=column.title,
                cells=enumerated(cells),
            )
    taken = {position for found in places.values() for position in found}
    for position, value in enumerate(sheet.rows[index]):
        if position not in taken and filled(value):
            cell, heading = str(sheet.address(index, position)), excerpt(shown(value))
            yield finding("F11/column", file=file, sheet=sheet.name, cell=cell, value=heading, heading=heading)
