"""Opening any spreadsheet safely: bytes → sheets of cells with their addresses.

Values come from calamine. What no value reader tells (errors, formulas without a stored value, percent
formats, hidden parts) is marked from the file's own records, which also show before anything is read
whether its used range would fit into memory.
"""

import io
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from flows.ingest.spreadsheet.anomalies import (
    DAMAGED,
    EPOCH,
    BookMarks,
    Damaged,
    Marks,
    Oddity,
    Place,
    Unreadable,
    column_letters,
)
from flows.ingest.spreadsheet.compound import is_compound
from flows.ingest.spreadsheet.container import inflated
from flows.ingest.spreadsheet.decrypt import decrypted
from flows.ingest.spreadsheet.ods import read_ods
from flows.ingest.spreadsheet.xls import read_xls
from flows.ingest.spreadsheet.xlsb import read_xlsb
from flows.ingest.spreadsheet.xlsx import read_xlsx
from schemas.programme.parties import Limits

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
    merges: list[tuple[Place, Place]]  # top left and bottom right corner
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


def open_workbook(content: bytes, limits: Limits) -> Workbook:
    """The sheets of a received file; Unreadable with F01, F02 or F03 where it cannot be taken."""
    check_size(len(content), limits)
    try:
        return _opened(content, limits)
    except Unreadable as refused:
        if refused.variant != "F02" or not is_compound(content):
            raise
    try:
        opened = decrypted(content, limits.passwords)
    except BROKEN as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    return _opened(opened, limits)


def _opened(content: bytes, limits: Limits) -> Workbook:
    parts: dict[str, bytes] = {}
    if not is_compound(content):
        parts, content = inflated(content, limits)
    try:
        marks, content = _marks(content, parts)
    except BROKEN as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    source = io.BytesIO(content)
    del content, parts  # large files would lie in memory three times
    try:
        return _read(source, marks, limits)
    except PasswordError as error:
        raise Unreadable("F02") from error
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


def _marks(content: bytes, parts: dict[str, bytes]) -> tuple[BookMarks, bytes]:
    """The marks of a workbook in any of the formats, and the bytes to read its values from."""
    if is_compound(content):
        return read_xls(content)
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise Unreadable("F02")
    if "xl/workbook.xml" in parts:
        marks = read_xlsx(parts)
    elif "xl/workbook.bin" in parts:
        marks = read_xlsb(parts)
    elif "content.xml" in parts:
        marks = read_ods(parts)
    else:
        raise Damaged("no workbook")
    marks.has_macros |= any(name.endswith("vbaproject.bin") for name in parts)
    return marks, content


def _read(source: io.BytesIO, marks: BookMarks, limits: Limits) -> Workbook:
    with CalamineWorkbook.from_filelike(source) as book:
        source.close()  # the value reader has a copy of its own
        if len(book.sheets_metadata) != len(marks.sheets):
            raise Damaged("the readers do not agree on the sheets")
        sheets = [
            _read_sheet(book, index, meta.visible, marks.sheets[index], marks.epoch, limits)
            for index, meta in enumerate(book.sheets_metadata)
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    return Workbook(sheets, marks.has_macros)


def _read_sheet(
    book: CalamineWorkbook, index: int, visible: SheetVisibleEnum, marks: Marks, epoch: date, limits: Limits
) -> Sheet:
    sheet = book.get_sheet_by_index(index)
    row, column = sheet.start or (0, 0)
    rows: list[list[Value]] = []
    filled = 0
    for line in islice(sheet.iter_rows(), row, None):  # it begins with row 1 in any case
        values = _values(line)
        filled += bool(values)
        if filled <= limits.rows_per_sheet:  # what will be refused is counted, not kept
            rows.append(values)
    if filled > limits.rows_per_sheet:
        found = f"{_grouped(filled)} Zeilen auf „{sheet.name}“"
        raise Unreadable("F03", found=found, allowed=f"{_grouped(limits.rows_per_sheet)} Zeilen")
    merges = marks.merges
    if merges is None:
        ranges = sheet.merged_cell_ranges or ()
        merges = [((top + 1, left + 1), (bottom + 1, right + 1)) for (top, left), (bottom, right) in ranges]
    result = Sheet(sheet.name, visible != SheetVisibleEnum.Visible, row + 1, column + 1, rows, merges, marks, epoch)
    _overlay(result)
    _clear_covered(result)
    return result


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _values(line: list[Any]) -> list[Value]:
    """The values of a row; none at all for an empty one, as there may be a million of them above a stray cell."""
    return line if any(line) or line.count("") < len(line) else []


def _overlay(sheet: Sheet) -> None:
    """Put the marked oddities in place of what the value reader saw there (usually nothing)."""
    for (row, column), oddity in sheet.marks.oddities.items():
        index, position = row - sheet.first_row, column - sheet.first_column
        if index < 0 or position < 0:
            continue  # above or left of every value: no heading can stand over it
        sheet.rows.extend([] for _ in range(index + 1 - len(sheet.rows)))
        line = sheet.rows[index]
        line.extend([None] * (position + 1 - len(line)))
        line[position] = oddity if oddity.value is not None else oddity._replace(value=line[position])


def _clear_covered(sheet: Sheet) -> None:
    """Only the top left cell of a merged range counts; what other cells under it still hold is not read."""
    last = sheet.first_row + len(sheet.rows) - 1
    for (top, left), (bottom, right) in sheet.merges:
        for row in range(max(top, sheet.first_row), min(bottom, last) + 1):
            line = sheet.rows[row - sheet.first_row]
            first = max(0, left - sheet.first_column + (row == top))
            for position in range(first, min(len(line), right - sheet.first_column + 1)):
                line[position] = None
