"""The rows of a sheet of the form, parsed column by column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from flows.ingest.form.cells import clean_values, parse
from flows.ingest.form.layout import (
    check_headings,
    check_tellable,
    column_of,
    filled,
    heading_row,
    hidden_parts,
    is_broken,
)
from flows.ingest.form.values import EMPTY, Parsed, excerpt, expected, shown
from flows.ingest.spreadsheet.anomalies import column_letters
from flows.ingest.spreadsheet.workbook import Sheet, Value
from schemas.findings import MOST_FINDINGS, Finding, finding
from schemas.returns import Column, Table
from schemas.spelling import folded, visible

TOTALS = ("summe", "gesamt")


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


@dataclass(frozen=True)
class _Grid:
    """A sheet as the table that it is: where the columns stand, what finds its rows and cells."""

    sheet: Sheet
    table: Table
    file: str
    places: dict[str, int]  # column name → position in a row
    letters: dict[str, str]

    def finding(self, variant: str, row: int, name: str, **words: str) -> Finding:
        """A finding at a cell."""
        return finding(variant, file=self.file, sheet=self.sheet.name, cell=f"{self.letters[name]}{row}", **words)

    def cell_finding(self, parsed: Parsed, row: int, column: Column, value: Value) -> Finding:
        """The finding for a cell that could not be read, or for a key that was repaired."""
        variant = parsed.problem or "F11/key"
        spoken = shown(value) if parsed.problem else str(parsed.value)
        if variant == "C05/name":
            spoken = ""  # a person's name goes nowhere
        if parsed.problem:
            spoken = excerpt(spoken)
        may_be_empty = not (column.required or column.required_with)
        hint = f" Ist nichts anzugeben, bitte {self.letters[column.name]}{row} leeren." if may_be_empty else ""
        return self.finding(variant, row, column.name, column=column.title, value=spoken, hint=hint, **parsed.words)


Row = tuple[int, list[Value]]  # row number, and cells as far as the known columns reach
Cells = dict[int, list[Value]]  # position in a row → the cells of all data rows there
Problem = tuple[int, int, Finding]  # row number and place among the table's columns, for the order of findings


def read_table(sheet: Sheet, table: Table, file: str) -> tuple[ReadTable | None, list[Finding]]:
    """All data rows of a sheet, parsed column by column, and what is wrong with headings and cells, by row.

    None instead of the rows where no heading row is found, or none for the first key: nothing is known of them.
    """
    hidden = hidden_parts(sheet, file)
    index, found = heading_row(sheet, table)
    if index is None:
        headings = ", ".join(column.title for column in table.columns[:4])
        return None, [finding("F05/headless", file=file, sheet=sheet.name, expected=headings), *hidden]
    findings = [*check_headings(sheet, table, file, index, found), *hidden]
    places = {name: positions[0] for name, positions in found.items()}
    if table.key[0] not in places:
        return None, findings
    letters = {name: column_letters(sheet.first_column + position) for name, position in places.items()}
    grid = _Grid(sheet, table, file, places, letters)
    rows, problems = _data_rows(grid, _rows_below(grid, index))
    read = ReadTable(sheet.name, letters, [row for row, _ in rows])
    lines = [row for _, row in rows]
    cells = {place: [*map(itemgetter(place), lines)] for place in places.values()}  # of the known columns alone
    for column in table.columns:
        problems.extend(islice(_read_column(grid, column, cells, read), MOST_FINDINGS + 1))
        check_tellable(len(problems))
    return read, findings + [problem for *_, problem in sorted(problems, key=lambda entry: entry[:2])]


def _rows_below(grid: _Grid, index: int) -> list[Row]:
    """All rows below the headings that are not empty throughout."""
    width, sheet = max(grid.places.values()) + 1, grid.sheet
    return [
        (number, row if len(row) >= width else row + [None] * (width - len(row)))
        for number, row in enumerate(sheet.rows[index + 1 :], sheet.first_row + index + 1)
        if row
    ]


def _data_rows(grid: _Grid, rows: list[Row]) -> tuple[list[Row], list[Problem]]:
    """The rows with a key; where a row that holds something is passed over, a finding says so."""
    first = grid.places[grid.table.key[0]]
    data: list[Row] = []
    odd: list[Row] = []
    for row in rows:
        (data if _is_key(row[1][first], grid.table) else odd).append(row)
    if not odd:
        return data, []
    more, problems = _look_closer(grid, odd, data[-1][0] if data else 0)
    return sorted(data + more, key=itemgetter(0)), problems


@lru_cache(maxsize=10_000)
def _is_key(value: Value, table: Table) -> bool:
    """Whether a cell of the first key already shows that its row is none of totals or headings."""
    if not isinstance(value, str):
        return value is not None
    return bool(visible(value)) and not folded(value).startswith(TOTALS) and column_of(value, table) is None


def _look_closer(grid: _Grid, rows: list[Row], last: int) -> tuple[list[Row], list[Problem]]:
    """Which of the rows that do not begin with a key are data all the same; `last` is the last row that does."""
    key = [(name, grid.places[name]) for name in grid.table.key if name in grid.places]
    keyed = [(row, cells, [name for name, place in key if filled(cells[place])]) for row, cells in rows]
    last = max([last, *(row for row, _, keys in keyed if keys)])
    data: list[Row] = []
    problems: list[Problem] = []
    for row, cells, keys in keyed:
        names = [name for name, place in grid.places.items() if filled(cells[place])]
        only = cells[grid.places[keys[0]]] if len(keys) == 1 else None
        if isinstance(only, str) and folded(only).startswith(TOTALS):
            problems.append((row, 0, grid.finding("F11/totals", row, keys[0], value=shown(only))))
        elif names and all(column_of(cells[grid.places[name]], grid.table) == name for name in names):
            problems.append((row, 0, grid.finding("F11/heading", row, (keys or grid.table.key)[0])))
        elif keys:
            data.append((row, cells))
        else:
            problems.extend((row, 0, problem) for problem in _keyless(grid, row, cells, names, row < last))
        check_tellable(len(problems))
    return data, problems


def _keyless(grid: _Grid, row: int, cells: list[Value], names: list[str], within: bool) -> Iterator[Finding]:
    """What to say of a row without a key: something is lost if it stands among the others or holds a required cell."""
    columns = [grid.table.column(name) for name in names]
    if names and (within or any(column.required or column.required_with for column in columns)):
        key = grid.table.column(grid.table.key[0])
        yield grid.finding("C01/key", row, key.name, column=key.title)
    for column in columns:
        if is_broken(value := cells[grid.places[column.name]]):
            yield grid.cell_finding(parse(value, column), row, column, value)


def _read_column(grid: _Grid, column: Column, cells: Cells, read: ReadTable) -> Iterable[Problem]:
    """Parse the cells of a column; one that the sheet does not have is empty, and that was said once."""
    place = grid.places.get(column.name)
    if place is None or not read.rows:
        read.values[column.name] = [column.empty] * len(read.rows)
        return ()
    values = clean_values(cells[place], column, grid.sheet.epoch)
    if values is None or ((column.required or column.required_with) and (None in values or column.kind == "yes_no")):
        return _read_cells(grid, column, cells, read)
    read.values[column.name] = values
    return ()


def _read_cells(grid: _Grid, column: Column, cells: Cells, read: ReadTable) -> Iterator[Problem]:
    """The same, cell by cell, where something may have to be said."""
    own = cells[grid.places[column.name]]
    parsed = [parse(value, column, grid.sheet.epoch) for value in own]
    if column.required or column.required_with:
        other = grid.places.get(column.required_with)
        needed = [False] * len(own) if other is None else map(filled, cells[other])
        parsed = [_expected_cell(*entry, column) for entry in zip(parsed, own, needed, strict=True)]
    values, wrong, _, repaired = zip(*parsed, strict=True)
    read.values[column.name] = [*values]
    is_key = column.name in grid.table.key or column.kind == "case"
    if not any(wrong) and not (is_key and any(repaired)):
        return
    order = grid.table.columns.index(column)
    for row, value, one in zip(read.rows, own, parsed, strict=True):
        if one.problem or (one.repaired and is_key):
            yield row, order, grid.cell_finding(one, row, column, value)
        if one.problem not in ("", "C01"):
            read.unreadable.setdefault(column.name, set()).add(row)


def _expected_cell(parsed: Parsed, value: Value, needed: bool, column: Column) -> Parsed:
    """A cell that must be filled, or must be where that other one is (`needed`)."""
    if column.kind == "yes_no" and column.required_with and not needed and not is_broken(value):
        return EMPTY  # a choice about a person, and there is none
    if parsed == EMPTY and (column.required or needed):
        return Parsed(problem="C01", words={"expected": expected(column)})
    return parsed
