"""Marks of an .xls workbook (BIFF records), and a copy of it that is safe to hand to the value reader."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.ingest.spreadsheet.anomalies import (
    EPOCH_1904,
    MOST_CELLS,
    BookMarks,
    Damaged,
    Marks,
    Oddity,
    Unreadable,
    check_text,
    is_percent,
)
from flows.ingest.spreadsheet.compound import Compound, packed

BOF, EOF, SHEET, SHEET_SIZE = 0x0809, 0x000A, 0x0085, 0x0200
ENCRYPTED, DATE_SYSTEM, STRINGS, CONTINUED = 0x002F, 0x0022, 0x00FC, 0x003C
FORMAT, CELL_FORMAT = 0x041E, 0x00E0
ROW, COLUMNS = 0x0208, 0x007D
FORMULA, ERROR_OR_BOOL, MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
NUMBER, SMALL_NUMBER = 0x0203, 0x027E
SHARED_TEXT = 0x00FD
TEXTS = (0x0204, SHARED_TEXT, 0x00D6)
WIDE, WITH_EXTENSION, WITH_RUNS = 0x01, 0x04, 0x08  # how a shared text is stored
HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01
BIFF8 = 0x0600
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
PERCENT_FORMATS = (9, 10)


@dataclass
class _Formats:
    """Cell formats by their place in the workbook, and which number formats show a percentage."""

    cells: list[int] = field(default_factory=list)
    percent: set[int] = field(default_factory=lambda: set(PERCENT_FORMATS))

    def is_percent(self, place: int) -> bool:
        return place < len(self.cells) and self.cells[place] in self.percent


def read_xls(content: bytes) -> tuple[BookMarks, bytes]:
    """Marks of all sheets, and the workbook alone in a clean container; Damaged or Unreadable where it is neither."""
    container = Compound(content)
    if "EncryptedPackage" in container.names:
        raise Unreadable("F02")
    stream = container.stream("Workbook") or container.stream("Book")
    if stream is None:
        raise Damaged("no workbook in the container")
    marks = BookMarks(has_macros=any("VBA" in name for name in container.names))
    starts, formats, is_biff8, in_texts = [], _Formats(), True, False
    texts: list[bytes] = []
    for kind, data in _records(stream, 0):
        in_texts = kind == STRINGS or (in_texts and kind == CONTINUED)
        if in_texts and not data:
            raise Damaged("a continuation of nothing, on which the value reader breaks down")
        if in_texts:
            texts.append(data)
        if kind == BOF:
            is_biff8 = _short(data, 0) == BIFF8
        elif kind == ENCRYPTED and _short(data, 0):
            raise Unreadable("F02")
        elif kind == DATE_SYSTEM and _short(data, 0) == 1:
            marks.epoch = EPOCH_1904
        elif kind == STRINGS and struct.unpack_from("<I", data, 4)[0] > MOST_CELLS:
            raise Damaged("more texts than cells")
        elif kind == CELL_FORMAT:
            formats.cells.append(_short(data, 2))
        elif kind == FORMAT and is_percent(_format_code(data, is_biff8)):
            formats.percent.add(_short(data, 0))
        elif kind == SHEET:
            starts.append(struct.unpack_from("<I", data)[0])
    lengths = _text_lengths(texts)
    marks.sheets = [_sheet_marks(stream, start, formats, lengths) for start in starts]
    check_text(sum(sheet.text for sheet in marks.sheets))
    return marks, packed("Workbook", stream)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Records from a beginning to its end mark."""
    if start >= len(stream):
        raise Damaged("sheet outside the stream")
    position = start
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        if position + 4 + size > len(stream):
            raise Damaged("record outside the stream")
        yield kind, stream[position + 4 : position + 4 + size]
        if kind == EOF:
            return
        position += 4 + size
    raise Damaged("no end of records")


def _short(data: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", data, offset)[0])


def _format_code(data: bytes, is_biff8: bool) -> str:
    if not is_biff8:
        return data[3:].decode("latin-1")
    return data[5:].decode("utf-16-le" if data[4] & 1 else "latin-1", "replace")


def _text_lengths(records: list[bytes]) -> list[int]:
    """The letters of each shared text; the records go on one in the other. Their stated number is not reliable."""
    lengths: list[int] = []
    number, at = 0, 8
    while number < len(records) and at < len(records[number]):
        letters, look = struct.unpack_from("<HB", records[number], at)
        at += 3
        behind = 0  # bytes after the letters
        if look & WITH_RUNS:
            behind, at = 4 * _short(records[number], at), at + 2
        if look & WITH_EXTENSION:
            behind, at = behind + int(struct.unpack_from("<I", records[number], at)[0]), at + 4
        lengths.append(letters)
        while letters:
            width = 2 if look & WIDE else 1
            taken = min(letters, (len(records[number]) - at) // width)
            letters, at = letters - taken, at + taken * width
            if letters:  # it goes on in the next record, which says anew how it is stored
                number, look, at = number + 1, records[number + 1][0], 1
        while behind and at + behind > len(records[number]):
            behind, number, at = behind - len(records[number]) + at, number + 1, 0
        at += behind
        if at == len(records[number]):
            number, at = number + 1, 0
    return lengths


def _sheet_marks(stream: bytes, start: int, formats: _Formats, texts: list[int]) -> Marks:
    marks = Marks()
    for kind, data in _records(stream, start):
        if kind == ROW and _short(data, 12) & HIDDEN_ROW:
            marks.hide_rows(_short(data, 0) + 1, _short(data, 0) + 1)
        elif kind == COLUMNS and _short(data, 8) & HIDDEN_COLUMN:
            marks.hide_columns(_short(data, 0) + 1, _short(data, 2) + 1)
        elif kind == SHEET_SIZE:
            _check_size(data)
        elif kind in (FORMULA, ERROR_OR_BOOL, NUMBER, SMALL_NUMBER, *TEXTS):
            _mark_cell(marks, kind, data, formats)
            if kind == SHARED_TEXT:
                index = struct.unpack_from("<I", data, 6)[0]
                marks.text += texts[index] if index < len(texts) else 0
        elif kind == MANY_NUMBERS:
            row, column = _short(data, 0) + 1, _short(data, 2) + 1
            for offset, place in enumerate(range(4, len(data) - 2, 6)):
                marks.extent.include(row, column + offset)
                if formats.is_percent(_short(data, place)):
                    marks.oddities[row, column + offset] = Oddity("percent")
    return marks


def _check_size(data: bytes) -> None:
    """The stated size of a sheet; the value reader reserves memory for it."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(data) >= 14 else "<HHHH", data)
    if not (top <= max(0, bottom - 1) and bottom <= 65_536 and left <= max(0, right - 1) and right <= 256):
        raise Damaged("sheet larger than the format")


def _mark_cell(marks: Marks, kind: int, data: bytes, formats: _Formats) -> None:
    row, column, look = struct.unpack_from("<HHH", data)
    place = (row + 1, column + 1)
    marks.extent.include(*place)
    is_special = kind == FORMULA and data[12:14] == b"\xff\xff"
    if kind == FORMULA:
        marks.formulas.add(place)
    if is_special and data[6] == 2:
        marks.oddities[place] = Oddity("error", ERRORS.get(data[8], "#N/A"))
    elif kind == ERROR_OR_BOOL and data[7]:
        marks.oddities[place] = Oddity("error", ERRORS.get(data[6], "#N/A"))
    elif kind in (FORMULA, NUMBER, SMALL_NUMBER) and not is_special and formats.is_percent(look):
        marks.oddities[place] = Oddity("percent")
