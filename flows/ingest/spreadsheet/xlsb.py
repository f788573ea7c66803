"""Marks of an .xlsb workbook (binary records in a ZIP container)."""

import struct
from collections.abc import Iterator

from flows.ingest.spreadsheet.anomalies import (
    EPOCH_1904,
    LAST_ROW,
    MOST_CELLS,
    BookMarks,
    Damaged,
    Marks,
    Oddity,
    check_text,
    is_percent,
)
from flows.ingest.spreadsheet.container import part, targets

ROW, BLANK, SMALL_NUMBER, ERROR, NUMBER, SHARED_TEXT = 0, 1, 2, 3, 5, 7
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR = 8, 9, 10, 11
CELLS = range(BLANK, FORMULA_ERROR + 1)
COLUMN, MERGE = 60, 176
SHEET, WORKBOOK = 156, 153
FORMAT, CELL_FORMAT, FIRST_CELL_FORMAT, END_CELL_FORMATS = 44, 47, 617, 618
STRINGS, STRING = 159, 19
HIDDEN_ROW, HIDDEN_COLUMN = 0x10, 0x01
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def read_xlsb(parts: dict[str, bytes]) -> BookMarks:
    """Marks of all sheets; Damaged or Unreadable where a part contradicts itself."""
    marks = BookMarks()
    texts = _texts(part(parts, "xl/sharedStrings.bin") or b"")
    percent = _percent_formats(part(parts, "xl/styles.bin") or b"")
    relations = part(parts, "xl/_rels/workbook.bin.rels") or b""
    if b"<Relationship " not in relations:
        raise Damaged("relations with a prefix, which the value reader does not see")
    places = targets(relations, "xl")
    for kind, data in _records(part(parts, "xl/workbook.bin") or b""):
        if kind == WORKBOOK and data[0] & 1:
            marks.epoch = EPOCH_1904
        elif kind == SHEET:
            relation, rest = _text(data, 8)
            name, _ = _text(data, rest)
            sheet = part(parts, places.get(relation, ""))
            if sheet is None:
                raise Damaged(f"sheet {name} has no part")
            marks.sheets.append(_sheet_marks(sheet, percent, texts))
    check_text(sum(sheet_marks.text for sheet_marks in marks.sheets))
    return marks


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(stream):
        kind, position = _varying(stream, position, 2)
        size, position = _varying(stream, position, 4)
        if position + size > len(stream):
            raise Damaged("record outside the part")
        yield kind, stream[position : position + size]
        position += size


def _varying(stream: bytes, position: int, most: int) -> tuple[int, int]:
    """A number of up to `most` bytes, of which each but the last has its highest bit set."""
    number = 0
    for place in range(most):
        byte = stream[position + place]
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return number, position + place + 1
    return number, position + most


def _text(data: bytes, offset: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", data, offset)[0]
    if length == 0xFFFFFFFF:
        return "", offset + 4
    end = offset + 4 + 2 * length
    if end > len(data):
        raise Damaged("text outside its record")
    return data[offset + 4 : end].decode("utf-16-le"), end


def _texts(stream: bytes) -> list[int]:
    """The lengths of the shared texts in bytes."""
    lengths = []
    for kind, data in _records(stream):
        if kind == STRINGS and struct.unpack_from("<I", data, 4)[0] > MOST_CELLS:
            raise Damaged("more texts than cells")
        if kind == STRING:
            lengths.append(len(data))
    return lengths


def _percent_formats(stream: bytes) -> frozenset[int]:
    percent, formats, in_cells = {9, 10}, [], False
    for kind, data in _records(stream):
        if kind == FORMAT and is_percent(_text(data, 2)[0]):
            percent.add(struct.unpack_from("<H", data)[0])
        elif kind in (FIRST_CELL_FORMAT, END_CELL_FORMATS):
            in_cells = kind == FIRST_CELL_FORMAT
        elif kind == CELL_FORMAT and in_cells:
            formats.append(struct.unpack_from("<H", data, 2)[0])
    return frozenset(place for place, number in enumerate(formats) if number in percent)


def _sheet_marks(stream: bytes, percent: frozenset[int], texts: list[int]) -> Marks:
    marks, row = Marks(merges=[]), 0
    for kind, data in _records(stream):
        if kind == ROW:
            row = struct.unpack_from("<I", data)[0] + 1
            if row > LAST_ROW:
                raise Damaged("row outside of any sheet")
            if data[11] & HIDDEN_ROW:
                marks.hide_rows(row, row)
        elif kind == COLUMN:
            first, last, _, _, flags = struct.unpack_from("<IIIIH", data)
            if flags & HIDDEN_COLUMN:
                marks.hide_columns(first + 1, last + 1)
        elif kind == MERGE and marks.merges is not None:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            marks.merges.append(((top + 1, left + 1), (bottom + 1, right + 1)))
        elif kind in CELLS:
            if kind == SHARED_TEXT:
                index = struct.unpack_from("<I", data, 8)[0]
                marks.text += texts[index] if index < len(texts) else 0
            _mark_cell(marks, kind, row, data, percent)
    return marks


def _mark_cell(marks: Marks, kind: int, row: int, data: bytes, percent: frozenset[int]) -> None:
    column, look = struct.unpack_from("<II", data)
    place = (row, column + 1)
    if kind != BLANK:
        marks.extent.include(*place)
    if FORMULA_TEXT <= kind <= FORMULA_ERROR:
        marks.formulas.add(place)
    if kind in (ERROR, FORMULA_ERROR):
        marks.oddities[place] = Oddity("error", ERRORS.get(data[8], "#N/A"))
    elif kind in (SMALL_NUMBER, NUMBER, FORMULA_NUMBER) and look & 0xFFFFFF in percent:
        marks.oddities[place] = Oddity("percent")
