"""Finding the form in a workbook: sheets, heading rows, columns and data rows, by their headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.ingest.marks import Oddity, column_letters
from flows.ingest.parse import EMPTY, Parsed, expected, folded, parse, shown
from flows.ingest.workbook import Sheet, Value, Workbook
from schemas.findings import Finding, finding
from schemas.returns import Column, Table

UNIT = re.compile(r"\s*\([^()]*\)$")
TOTALS = ("summe", "gesamt")
LISTED = 10  # so many hidden rows or columns are named

Cells = dict[str, Value]


@dataclass
class ReadTable:
    """One sheet of one return: parsed columns of equal length, and where they stood."""

    sheet: str
    letters: dict[str, str] = field(default_factory=dict)  # column name → letters
    rows: list[int] = field(default_factory=list)  # row number of every data row
    values: dict[str, list[object]] = field(default_factory=dict)
    unreadable: dict[str, set[int]] = field(default_factory=dict)  # column name → rows whose cell could not be read

    def cell(self, column: str, row: int) -> str:
        """Address of a cell; empty where the file has no such column."""
        return f"{self.letters[column]}{row}" if column in self.letters else ""


def matching_sheets(book: Workbook, name: str) -> list[Sheet]:
    """The sheets whose name reads like `name`."""
    return [sheet for sheet in book.sheets if folded(sheet.name) == folded(name)]


def read_table(sheet: Sheet, table: Table, file: str) -> tuple[ReadTable | None, list[Finding]]:
    """All data rows of a sheet, parsed cell by cell, and what is wrong with headings and cells.

    None instead of the rows where no heading row is found, or none for the first key: nothing is known of them.
    """
    hidden = hidden_parts(sheet, file)
    written = _written(table)
    index, places = _heading_row(sheet, written)
    if index is None:
        headings = ", ".join(column.title for column in table.columns[:4])
        return None, [finding("F05/headless", file=file, sheet=sheet.name, expected=headings), *hidden]
    findings = [*_check_headings(sheet, table, file, index, places), *hidden]
    columns = {column.name: places[column.name][0] for column in table.columns if places[column.name]}
    if table.key[0] not in columns:
        return None, findings
    letters = {name: column_letters(sheet.first_column + position) for name, position in columns.items()}
    result = ReadTable(sheet.name, letters, values={column.name: [] for column in table.columns})
    rows = list(_filled_rows(sheet, index, columns))
    plan = [
        (column, result.values[column.name], column.name in table.key or column.kind == "case")
        for column in table.columns
    ]
    for row, cells in _data_rows(rows, table, written, result, file, findings):
        result.rows.append(row)
        for column, values, is_key in plan:
            parsed = _cell(column, cells, sheet)
            values.append(parsed.value)
            if parsed.problem or (parsed.repaired and is_key):
                findings.append(
                    _cell_finding(parsed, column, cells[column.name], file, sheet.name, result.cell(column.name, row))
                )
            if parsed.problem not in ("", "C01"):
                result.unreadable.setdefault(column.name, set()).add(row)
    return result, findings


def hidden_parts(sheet: Sheet, file: str) -> list[Finding]:
    """F11: what of a sheet is hidden, as far as it lies in the used range."""
    last_row = sheet.first_row + len(sheet.rows) - 1
    last_column = sheet.first_column + max(map(len, sheet.rows), default=0) - 1
    rows = [str(row) for row in sheet.marks.hidden_rows if sheet.first_row <= row <= last_row]
    columns = [
        column_letters(place) for place in sheet.marks.hidden_columns if sheet.first_column <= place <= last_column
    ]
    found = [finding("F11/hidden", file=file, sheet=sheet.name, what="das ganze Blatt")] if sheet.hidden else []
    for names, one, many in ((rows, "die Zeile", "die Zeilen"), (columns, "die Spalte", "die Spalten")):
        if names:
            more = f" und {len(names) - LISTED} weitere" if len(names) > LISTED else ""
            what = f"{one if len(names) == 1 else many} {', '.join(names[:LISTED])}{more}"
            found.append(finding("F11/hidden", file=file, sheet=sheet.name, what=what))
    return found


def _cell(column: Column, cells: Cells, sheet: Sheet) -> Parsed:
    """The parsed cell of a data row; a column that the sheet does not have is empty, and that was said once."""
    if column.name not in cells:
        return Parsed(column.empty)
    value = cells[column.name]
    depends = not column.required_with or filled(cells.get(column.required_with))
    if column.kind == "yes_no" and not depends and not _is_broken(value):
        return EMPTY  # a choice about a person, and there is none
    parsed = parse(value, column, sheet.epoch)
    if (column.required or (column.required_with and depends)) and parsed == EMPTY:
        return Parsed(problem="C01", words={"expected": expected(column)})
    return parsed


def _cell_finding(parsed: Parsed, column: Column, value: Value, file: str, sheet: str, cell: str) -> Finding:
    """The finding for a cell that could not be read, or for a key that was repaired."""
    variant = parsed.problem or "F11/key"
    return finding(
        variant, file=file, sheet=sheet, cell=cell, column=column.title,
        value=shown(value) if parsed.problem else str(parsed.value), **parsed.words,
    )  # fmt: skip


def filled(value: Value) -> bool:
    """Whether a cell holds anything but blanks."""
    return value is not None and not (isinstance(value, str) and not folded(value))


def _is_broken(value: Value) -> bool:
    return isinstance(value, Oddity) and value.kind != "percent"


def _names(heading: Value) -> tuple[str, str]:
    """How a heading cell is compared: whole, and without a unit in brackets at its end."""
    text = folded(heading) if isinstance(heading, str) else ""
    return text, UNIT.sub("", text) if text.endswith(")") else text


def _written(table: Table) -> dict[str, str]:
    """How a heading may be written, folded, with or without its unit → the column's name."""
    return {folded(text): column.name for column in table.columns for text in (column.title, column.heading)}


def _column_of(value: Value, written: dict[str, str]) -> str | None:
    """The name of the column that a cell is the heading of."""
    whole, bare = _names(value)
    return written.get(whole) or written.get(bare)


def _heading_row(sheet: Sheet, written: dict[str, str]) -> tuple[int | None, dict[str, list[int]]]:
    """The row in which most headings are found (at least two of them), and the positions of every column."""
    columns = {*written.values()}
    best: tuple[int, int | None] = (1, None)
    for index, row in enumerate(sheet.rows):
        score = len({_column_of(value, written) for value in row if isinstance(value, str)} - {None})
        if score > best[0]:
            best = (score, index)
        if score >= len(columns):
            break
    places: dict[str, list[int]] = {name: [] for name in columns}
    if best[1] is not None:
        for position, value in enumerate(sheet.rows[best[1]]):
            if (name := _column_of(value, written)) is not None:
                places[name].append(position)
    return best[1], places


def _check_headings(
    sheet: Sheet, table: Table, file: str, index: int, places: dict[str, list[int]]
) -> Iterator[Finding]:
    for column in table.columns:
        found = places[column.name]
        if not found and not column.may_be_missing:
            yield finding("F05/missing", file=file, sheet=sheet.name, column=column.title, heading=column.title)
        if len(found) > 1:
            cells = [str(sheet.address(index, position)) for position in found]
            yield finding(
                "F05/twice", file=file, sheet=sheet.name, cell=cells[1], column=column.title,
                heading=column.title, cells=" und ".join(cells),
            )  # fmt: skip
    taken = {position for found in places.values() for position in found}
    for position, value in enumerate(sheet.rows[index]):
        if position not in taken and filled(value):
            cell = str(sheet.address(index, position))
            yield finding(
                "F11/column", file=file, sheet=sheet.name, cell=cell, value=shown(value), heading=shown(value)
            )


def _filled_rows(sheet: Sheet, heading: int, columns: dict[str, int]) -> Iterator[tuple[int, Cells]]:
    """Number and known cells of every row below the headings in which one of them is filled."""
    for index, row in enumerate(sheet.rows[heading + 1 :], start=heading + 1):
        cells = {name: row[place] if place < len(row) else None for name, place in columns.items()}
        if any(map(filled, cells.values())):
            yield sheet.first_row + index, cells


def _data_rows(
    rows: list[tuple[int, Cells]],
    table: Table,
    written: dict[str, str],
    read: ReadTable,
    file: str,
    findings: list[Finding],
) -> Iterator[tuple[int, Cells]]:
    """Row number and cells of every data row; rows that are passed over leave a finding."""
    key = [name for name in table.key if name in read.letters]
    last = max((row for row, cells in rows if any(filled(cells[name]) for name in key)), default=0)
    for row, cells in rows:
        names = [name for name, value in cells.items() if filled(value)]
        keys = [name for name in key if name in names]
        place = {"file": file, "sheet": read.sheet, "cell": read.cell(keys[0] if keys else key[0], row)}
        if len(keys) == 1 and _is_total(cells[keys[0]]):
            findings.append(finding("F11/totals", value=shown(cells[keys[0]]), **place))
        elif all(_column_of(cells[name], written) == name for name in names):
            findings.append(finding("F11/heading", **place))
        elif keys:
            yield row, cells
        else:
            if row < last or any(table.column(name).required or table.column(name).required_with for name in names):
                findings.append(finding("C01/key", column=table.column(key[0]).title, **place))
            for column in map(table.column, names):
                if _is_broken(value := cells[column.name]):
                    cell = read.cell(column.name, row)
                    findings.append(_cell_finding(parse(value, column), column, value, file, read.sheet, cell))


def _is_total(value: Value) -> bool:
    return isinstance(value, str) and folded(value).startswith(TOTALS)
