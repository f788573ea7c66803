"""Opening any spreadsheet safely: bytes → sheets of cells with their addresses.

The values of a plain .xlsx come from calamine, which is fast. Everything else is read from the file's own records:
what is odd (errors, formulas without a stored value, hidden parts), and all other formats, of which no library tells
everything that their standards say.
"""

import io
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from flows.ingest.spreadsheet.anomalies import (
    DAMAGED,
    EPOCH,
    ORDINARY_BYTES,
    Coordinates,
    Damaged,
    Extraordinary,
    Oddity,
    Unreadable,
    column_letters,
)
from flows.ingest.spreadsheet.compound import is_compound
from flows.ingest.spreadsheet.container import inflated, main_part
from flows.ingest.spreadsheet.decrypt import decrypted
from flows.ingest.spreadsheet.marks import BookMarks, Marks
from flows.ingest.spreadsheet.ods import read_ods
from flows.ingest.spreadsheet.xls import read_xls
from flows.ingest.spreadsheet.xlsb import read_xlsb
from flows.ingest.spreadsheet.xlsx import read_xlsx
from schemas.programme.parties import Limits
from schemas.spelling import writable

Value = str | int | float | bool | date | datetime | time | timedelta | Oddity | None

BROKEN = (Damaged, ElementTree.ParseError, LookupError, ValueError, struct.error, OverflowError)


class Address(NamedTuple):
    """Row and column of a cell, both counted from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of values, and where they stand."""

    name: str
    hidden: bool
    first_row: int  # row number of rows[0], counted from 1
    first_column: int
    rows: list[list[Value]]
    merges: list[tuple[Coordinates, Coordinates]]  # top left and bottom right corner
    marks: Marks = field(default_factory=Marks)
    epoch: date = EPOCH  # day 0 of a date that is written as a bare number

    def address(self, index: int, position: int) -> Address:
        """Address of rows[index][position]."""
        return Address(self.first_row + index, self.first_column + position)


@dataclass(frozen=True)
class Workbook:
    """A received workbook, read and closed."""

    sheets: list[Sheet]
    has_macros: bool


def open_workbook(content: bytes, limits: Limits, is_apart: bool = False) -> Workbook:
    """The sheets of a received file; Unreadable with F01, F02 or F03 where it cannot be taken.

    Extraordinary where reading it may take long or much memory, unless that can be stopped (`is_apart`).
    """
    check_size(len(content), limits)
    try:
        return _opened(content, limits, is_apart)
    except Unreadable as refused:
        if refused.variant != "F02" or not is_compound(content):
            raise
    try:
        opened = decrypted(content, limits.passwords, is_apart)
    except BROKEN as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    return _opened(opened, limits, is_apart)


def _opened(content: bytes, limits: Limits, is_apart: bool) -> Workbook:
    parts: dict[str, bytes] = {}
    if not is_compound(content):
        parts, content = inflated(content, limits, is_apart)
    try:
        marks = _marks(content, parts, is_apart)
    except BROKEN as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    source = io.BytesIO(content)
    del content, parts  # large files would lie in memory three times
    try:
        return _read(source, marks, limits)
    except (CalamineError, Damaged, OSError, ValueError, OverflowError) as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a defect inside the value reader: no Exception, not exported
            raise
        raise Unreadable("F01", reason=DAMAGED) from error


def check_size(size: int, limits: Limits) -> None:
    """Unreadable with F03 where a file is larger than the programme allows."""
    if size > limits.file_mib * 2**20:
        found = f"{-(-size * 10 // 2**20) / 10} MiB".replace(".", ",")  # rounded up: never the limit itself
        raise Unreadable("F03", found=found, allowed=f"{limits.file_mib} MiB")


def _marks(content: bytes, parts: dict[str, bytes], is_apart: bool) -> BookMarks:
    """What the records of a workbook in any of the formats tell."""
    if is_compound(content):
        if len(content) > ORDINARY_BYTES and not is_apart:
            raise Extraordinary
        return read_xls(content, is_apart)
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise Unreadable("F02")
    place = main_part(parts)
    if place:
        marks = (read_xlsb if place.lower().endswith(".bin") else read_xlsx)(parts, place, is_apart)
    elif "content.xml" in parts:
        marks = read_ods(parts, is_apart)
    else:
        raise Damaged("no workbook")
    marks.has_macros |= any(name.endswith("vbaproject.bin") for name in parts)
    return marks


def _read(source: io.BytesIO, marks: BookMarks, limits: Limits) -> Workbook:
    if all(sheet.grid is not None or not sheet.is_worksheet for sheet in marks.sheets):
        sheets = [_from_grid(sheet, marks.epoch, limits) for sheet in marks.sheets if sheet.is_worksheet]
        return Workbook(sheets, marks.has_macros)
    with CalamineWorkbook.from_filelike(source) as book:
        source.close()  # the value reader has a copy of its own
        if book.sheet_names != [sheet.name for sheet in marks.sheets]:
            raise Damaged("the readers do not agree on the sheets")
        sheets = [
            _from_grid(sheet, marks.epoch, limits)
            if sheet.grid is not None
            else _from_reader(book.get_sheet_by_index(index), sheet, marks.epoch, limits)
            for index, sheet in enumerate(marks.sheets)
            if sheet.is_worksheet
        ]
    return Workbook(sheets, marks.has_macros)


def _from_reader(sheet: CalamineSheet, marks: Marks, epoch: date, limits: Limits) -> Sheet:
    """A plain sheet, as the value reader reads it."""
    row, column = sheet.start or (0, 0)
    rows: list[list[Value]] = []
    filled = 0
    for line in islice(sheet.iter_rows(), row, None):  # it begins with row 1 in any case
        values = _values(line)
        filled += bool(values)
        if filled <= limits.rows_per_sheet:  # what will be refused is counted, not kept
            rows.append(values)
    _check_rows(filled, marks, limits)
    ranges = sheet.merged_cell_ranges or ()
    merges = [((top + 1, left + 1), (bottom + 1, right + 1)) for (top, left), (bottom, right) in ranges]
    return _sheet(marks, row + 1, column + 1, rows, merges, epoch)


def _from_grid(marks: Marks, epoch: date, limits: Limits) -> Sheet:
    """A sheet whose values were read from its records."""
    assert marks.grid is not None
    _check_rows(marks.grid.filled, marks, limits)
    row, column, rows = marks.grid.lines()
    return _sheet(marks, row, column, rows, marks.merges or [], epoch)  # type: ignore[arg-type]  # values of cells


def _check_rows(filled: int, marks: Marks, limits: Limits) -> None:
    """F03 where more rows hold a value than the programme allows."""
    if filled > limits.rows_per_sheet:
        found = f"{_grouped(filled)} Zeilen auf „{writable(marks.name)}“"
        raise Unreadable("F03", found=found, allowed=f"{_grouped(limits.rows_per_sheet)} Zeilen")


def _sheet(
    marks: Marks,
    row: int,
    column: int,
    rows: list[list[Value]],
    merges: list[tuple[Coordinates, Coordinates]],
    epoch: date,
) -> Sheet:
    result = Sheet(writable(marks.name), marks.is_hidden, row, column, rows, merges, marks, epoch)
    _clear_covered(result)
    return result


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _values(line: list[Any]) -> list[Value]:
    """The values of a row; none at all for an empty one, as there may be a million of them above a stray cell."""
    return line if any(line) or line.count("") < len(line) else []


def _clear_covered(sheet: Sheet) -> None:
    """Only the top left cell of a merged range counts; what other cells under it still hold is not read."""
    if not sheet.merges:
        return
    width = max(map(len, sheet.rows), default=0)
    last_row, last_column = sheet.first_row + len(sheet.rows) - 1, sheet.first_column + width - 1
    own: set[int] = set()
    left_over = len(sheet.rows) * width  # ranges that do not overlap cover no more of the used range
    for (top, left), (bottom, right) in sheet.merges:
        above, below = max(top, sheet.first_row), min(bottom, last_row)
        begin, end = max(left, sheet.first_column), min(right, last_column)
        if above > below or begin > end:
            continue
        left_over -= (below - above + 1) * (end - begin + 1)
        if left_over < 0:
            raise Damaged("merged ranges overlap")
        for row in range(above, below + 1):
            first, behind = begin - sheet.first_column + (row == top and begin == left), end - sheet.first_column + 1
            line = sheet.rows[row - sheet.first_row]
            behind = min(behind, len(line))
            if first >= behind:
                continue
            if row not in own:  # a repeated row lies elsewhere too
                own.add(row)
                line = sheet.rows[row - sheet.first_row] = [*line]
            line[first:behind] = [None] * (behind - first)
