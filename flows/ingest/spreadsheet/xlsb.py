"""Sheets of an .xlsb workbook (binary records in a ZIP container), read record by record."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname

from flows.ingest.spreadsheet.anomalies import (
    BINARY_ERRORS,
    EPOCH_1904,
    LAST_ROW,
    MOST_CELLS,
    Damaged,
    Oddity,
)
from flows.ingest.spreadsheet.container import part, part_relations
from flows.ingest.spreadsheet.marks import BookMarks, Marks, check_text
from flows.ingest.spreadsheet.number_formats import FormatKind, kind_of_format

ROW, BLANK, SMALL_NUMBER, ERROR, BOOL, NUMBER, TEXT, SHARED_TEXT = range(8)
FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR = range(8, 12)
SHORT_BLANK, SHORT_SHARED_TEXT, RICH_TEXT = 12, 18, 62  # short ones stand right of the cell before and do not say where
FULL = {13: SMALL_NUMBER, 14: ERROR, 15: BOOL, 16: NUMBER, 17: TEXT, 18: SHARED_TEXT}  # what a short one is short for
COLUMN, MERGE = 60, 176
SHEET, WORKBOOK, ROWS = 156, 153, 145
FORMAT, CELL_FORMAT, FIRST_CELL_FORMAT, END_CELL_FORMATS = 44, 47, 617, 618
STRINGS, STRING = 159, 19
HIDDEN_ROW, HIDDEN_COLUMN = 0x10, 0x01


@dataclass
class _Look:
    """What the cells of a workbook refer to: texts, and the kind of each cell format."""

    texts: list[str] = field(default_factory=list)
    kinds: list[FormatKind] = field(default_factory=list)


def read_xlsb(parts: dict[str, bytes], place: str, is_apart: bool) -> BookMarks:
    """All sheets of the workbook whose part lies at `place`; Damaged or Unreadable where a part contradicts itself."""
    book = BookMarks()
    relations = part_relations(parts, place)
    named = {kind: target for kind, target in relations.values() if kind in ("sharedStrings", "styles")}
    folder = dirname(place)
    look = _Look(
        _texts(part(parts, named.get("sharedStrings", f"{folder}/sharedStrings.bin")) or b""),
        _kinds(part(parts, named.get("styles", f"{folder}/styles.bin")) or b""),
    )
    read: set[int] = set()
    for kind, data in _records(part(parts, place) or b""):
        if kind == WORKBOOK and data[0] & 1:
            book.epoch = EPOCH_1904
        elif kind == SHEET:
            relation, rest = _text(data, 8)
            name, _ = _text(data, rest)
            sheet = part(parts, relations.get(relation, ("", ""))[1])
            if not sheet:
                raise Damaged(f"sheet {name} has no part")
            if id(sheet) in read:
                raise Damaged("two sheets in one part")
            read.add(id(sheet))
            book.sheets.append(Marks(name, bool(struct.unpack_from("<I", data)[0]), is_worksheet=False, merges=[]))
            _read_sheet(book, sheet, look)
    check_text(sum(sheet.text for sheet in book.sheets), is_apart)
    return book


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


def _texts(stream: bytes) -> list[str]:
    """The shared texts."""
    texts = []
    for kind, data in _records(stream):
        if kind == STRINGS and struct.unpack_from("<I", data, 4)[0] > MOST_CELLS:
            raise Damaged("more texts than cells")
        if kind == STRING:
            texts.append(_text(data, 1)[0])
    return texts


def _kinds(stream: bytes) -> list[FormatKind]:
    """What each cell format shows."""
    own: dict[int, str] = {}
    formats: list[int] = []
    in_cells = False
    for kind, data in _records(stream):
        if kind == FORMAT:
            own[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (FIRST_CELL_FORMAT, END_CELL_FORMATS):
            in_cells = kind == FIRST_CELL_FORMAT
        elif kind == CELL_FORMAT and in_cells:
            formats.append(struct.unpack_from("<H", data, 2)[0])
    return [kind_of_format(number, own) for number in formats]


def _read_sheet(book: BookMarks, stream: bytes, look: _Look) -> None:
    marks, row, column = book.sheets[-1], 0, 0
    for kind, data in _records(stream):
        if kind == ROW:
            row, column = struct.unpack_from("<I", data)[0] + 1, 0
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
        elif kind == ROWS:
            marks.is_worksheet = True
        elif SHORT_BLANK <= kind <= SHORT_SHARED_TEXT:
            column += 1
            _read_cell(book, FULL.get(kind, BLANK), (row, column), data, 0, look)
        elif BLANK <= kind <= FORMULA_ERROR or kind == RICH_TEXT:
            column = struct.unpack_from("<I", data)[0] + 1
            _read_cell(book, kind, (row, column), data, 4, look)


def _read_cell(book: BookMarks, kind: int, place: tuple[int, int], data: bytes, at: int, look: _Look) -> None:
    marks, style = book.sheets[-1], struct.unpack_from("<I", data, at)[0] & 0xFFFFFF
    at += 4
    if FORMULA_TEXT <= kind <= FORMULA_ERROR:
        marks.formulas.add(place)
    if kind in (SMALL_NUMBER, NUMBER, FORMULA_NUMBER):
        number = small_number(data, at) if kind == SMALL_NUMBER else struct.unpack_from("<d", data, at)[0]
        marks.put_number(place, number, look.kinds[style] if style < len(look.kinds) else "number", book.epoch)
    elif kind in (ERROR, FORMULA_ERROR):
        marks.put(place, Oddity("error", BINARY_ERRORS.get(data[at], "#N/A")))
    elif kind in (BOOL, FORMULA_BOOL):
        marks.put(place, bool(data[at]))
    elif kind == SHARED_TEXT:
        marks.put(place, look.texts[struct.unpack_from("<I", data, at)[0]])
    elif kind in (TEXT, FORMULA_TEXT):
        marks.put(place, _text(data, at)[0])
    elif kind == RICH_TEXT:
        marks.put(place, _text(data, at + 1)[0])


def small_number(data: bytes, at: int) -> float:
    """A number in four bytes: the upper half of one in eight, or 30 bits of a whole one; hundredths where it is odd."""
    (bits,) = struct.unpack_from("<i", data, at)
    number = float(bits >> 2) if bits & 2 else struct.unpack("<d", struct.pack("<q", (bits & ~3) << 32))[0]
    return number / 100 if bits & 1 else number
