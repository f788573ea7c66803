"""Sheets of an .xls workbook (BIFF records), read record by record."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.ingest.spreadsheet.anomalies import (
    BINARY_ERRORS,
    EPOCH_1904,
    MOST_CELLS,
    Coordinates,
    Damaged,
    Oddity,
    Unreadable,
)
from flows.ingest.spreadsheet.compound import Compound
from flows.ingest.spreadsheet.marks import BookMarks, Marks, check_text
from flows.ingest.spreadsheet.number_formats import FormatKind, kind_of_format
from flows.ingest.spreadsheet.xlsb import small_number

BOF, EOF, SHEET, SHEET_SIZE = 0x0809, 0x000A, 0x0085, 0x0200
ENCRYPTED, DATE_SYSTEM, CODE_PAGE, STRINGS, CONTINUED = 0x002F, 0x0022, 0x0042, 0x00FC, 0x003C
FORMAT, CELL_FORMAT, NAME = 0x041E, 0x00E0, 0x0018
ROW, COLUMNS, MERGES = 0x0208, 0x007D, 0x00E5
FORMULA, ERROR_OR_BOOL, MANY_NUMBERS = 0x0006, 0x0205, 0x00BD
NUMBER, SMALL_NUMBER = 0x0203, 0x027E
TEXT, RICH_TEXT, SHARED_TEXT, FORMULA_TEXT = 0x0204, 0x00D6, 0x00FD, 0x0207
WIDE, WITH_EXTENSION, WITH_RUNS = 0x01, 0x04, 0x08  # how a text is stored
HIDDEN_ROW, HIDDEN_COLUMN = 0x20, 0x01
BIFF8, WORKSHEET = 0x0600, 0
MOST_BYTES = 8_224  # of a record; what is longer goes on in the next one
RESULT_TEXT, RESULT_BOOL, RESULT_ERROR = 0, 1, 2  # of a formula
LAST_ROW, LAST_COLUMN = 65_536, 256  # of this format
_CODE_PAGES = {1200: "utf-16-le", 10000: "mac_roman", 32768: "mac_roman", 32769: "cp1252"}


@dataclass
class _Look:
    """What the cells of a workbook refer to: texts, formats and how letters are stored."""

    is_biff8: bool = True
    encoding: str = "cp1252"
    texts: list[str] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)  # number of a format → its code
    cells: list[int] = field(default_factory=list)  # number of the format of each cell format

    def kind(self, place: int) -> FormatKind:
        """What a cell format shows."""
        return kind_of_format(self.cells[place], self.own) if place < len(self.cells) else "number"

    def text(self, data: bytes, at: int, width: int = 2) -> str:
        """A text behind its length of that many bytes."""
        letters = data[at] if width == 1 else _short(data, at)
        at += width
        wide = self.is_biff8 and data[at] & WIDE
        at += self.is_biff8
        end = at + letters * (2 if wide else 1)
        if end > len(data):
            raise Damaged("text longer than its record")
        return data[at:end].decode("utf-16-le" if wide else "latin-1" if self.is_biff8 else self.encoding)


def read_xls(content: bytes, is_apart: bool) -> BookMarks:
    """All sheets; Damaged or Unreadable where the file is no workbook."""
    container = Compound(content)
    if "EncryptedPackage" in container.names:
        raise Unreadable("F02")
    stream = container.stream("Workbook") or container.stream("Book")
    if stream is None:
        raise Damaged("no workbook in the container")
    book = BookMarks(has_macros=any("VBA" in name for name in container.names))
    starts, look, in_texts = list[int](), _Look(), False
    texts: list[bytes] = []
    records = _Records(stream, len(stream))
    for kind, data in records.begun_at(0):
        in_texts = kind == STRINGS or (in_texts and kind == CONTINUED)
        if in_texts:
            texts.append(data)
        if kind == BOF:
            look.is_biff8 = _short(data, 0) == BIFF8
        elif kind == ENCRYPTED and _short(data, 0):
            raise Unreadable("F02")
        elif kind == DATE_SYSTEM and _short(data, 0) == 1:
            book.epoch = EPOCH_1904
        elif kind == CODE_PAGE:
            page = _short(data, 0)
            look.encoding = _CODE_PAGES.get(page, f"cp{page}")
        elif kind == STRINGS and struct.unpack_from("<I", data, 4)[0] > MOST_CELLS:
            raise Damaged("more texts than cells")
        elif kind == NAME and _short(data, 4) > len(data):
            raise Damaged("name that is longer than its record")
        elif kind == CELL_FORMAT:
            look.cells.append(_short(data, 2))
        elif kind == FORMAT:
            look.own[_short(data, 0)] = look.text(data, 2, 2 if look.is_biff8 else 1)
        elif kind == SHEET:
            starts.append(struct.unpack_from("<I", data)[0])
            book.sheets.append(Marks(look.text(data, 6, 1), bool(data[4] & 3), data[5] == WORKSHEET, merges=[]))
    look.texts = _shared_texts(texts)
    for marks, start in zip(book.sheets, starts, strict=True):
        _read_sheet(book, marks, records.begun_at(start), look)
    check_text(sum(sheet.text for sheet in book.sheets), is_apart)
    return book


@dataclass
class _Records:
    """The records of a stream."""

    stream: bytes
    unread: int  # bytes of it that no sheet took yet: a record belongs to one sheet

    def begun_at(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Records from a beginning to its end mark."""
        stream, position = self.stream, start
        if start >= len(stream):
            raise Damaged("sheet outside the stream")
        while position + 4 <= len(stream):
            kind, size = struct.unpack_from("<HH", stream, position)
            self.unread -= 4 + size
            if position + 4 + size > len(stream) or self.unread < 0:
                raise Damaged("record outside the stream, or of two sheets")
            yield kind, stream[position + 4 : position + 4 + size]
            if kind == EOF:
                return
            position += 4 + size
        raise Damaged("no end of records")


def _short(data: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", data, offset)[0])


def _shared_texts(records: list[bytes]) -> list[str]:
    """The shared texts; the records go on one in the other. Their stated number is not reliable."""
    texts: list[str] = []
    number, at = 0, 8
    while number < len(records) and at < len(records[number]):
        letters, look = struct.unpack_from("<HB", records[number], at)
        at += 3
        behind = 0  # bytes after the letters
        if look & WITH_RUNS:
            behind, at = 4 * _short(records[number], at), at + 2
        if look & WITH_EXTENSION:
            behind, at = behind + int(struct.unpack_from("<I", records[number], at)[0]), at + 4
        pieces = []
        while letters:
            width = 2 if look & WIDE else 1
            taken = min(letters, (len(records[number]) - at) // width)
            pieces.append(records[number][at : at + taken * width].decode("utf-16-le" if width == 2 else "latin-1"))
            letters, at = letters - taken, at + taken * width
            if letters:  # it goes on in the next record, which says anew how it is stored
                number, look, at = number + 1, records[number + 1][0], 1
        texts.append("".join(pieces))
        while behind and at + behind > len(records[number]):
            behind, number, at = behind - len(records[number]) + at, number + 1, 0
        at += behind
        if at == len(records[number]):
            number, at = number + 1, 0
    return texts


def _read_sheet(book: BookMarks, marks: Marks, records: Iterator[tuple[int, bytes]], look: _Look) -> None:
    waiting: Coordinates | None = None  # a formula whose text follows
    for kind, data in records:
        if kind == ROW and _short(data, 12) & HIDDEN_ROW:
            marks.hide_rows(_short(data, 0) + 1, _short(data, 0) + 1)
        elif kind == COLUMNS and _short(data, 8) & HIDDEN_COLUMN:
            marks.hide_columns(_short(data, 0) + 1, _short(data, 2) + 1)
        elif kind == SHEET_SIZE:
            _check_size(data)
        elif kind == MERGES and marks.merges is not None:
            for place in range(2, 2 + 8 * _short(data, 0), 8):
                top, bottom, left, right = struct.unpack_from("<4H", data, place)
                marks.merges.append(((top + 1, left + 1), (bottom + 1, right + 1)))
        elif kind == FORMULA_TEXT and waiting is not None:
            is_whole = len(data) < MOST_BYTES
            marks.put(waiting, look.text(data, 0) if is_whole else Oddity("no_value"))
            waiting = None
        elif kind == MANY_NUMBERS:
            row, column = _short(data, 0) + 1, _short(data, 2) + 1
            for offset, at in enumerate(range(4, len(data) - 2, 6)):
                number = small_number(data, at + 2)
                marks.put_number((row, column + offset), number, look.kind(_short(data, at)), book.epoch)
        elif kind == FORMULA:
            waiting = _read_formula(book, marks, data, look)
        elif kind in (NUMBER, SMALL_NUMBER, ERROR_OR_BOOL, TEXT, RICH_TEXT, SHARED_TEXT):
            _read_cell(book, marks, kind, data, look)


def _check_size(data: bytes) -> None:
    """The stated size of a sheet."""
    top, bottom, left, right = struct.unpack_from("<IIHH" if len(data) >= 14 else "<HHHH", data)
    if not (top <= max(0, bottom - 1) and bottom <= LAST_ROW and left <= max(0, right - 1) and right <= LAST_COLUMN):
        raise Damaged("sheet larger than the format")


def _read_formula(book: BookMarks, marks: Marks, data: bytes, look: _Look) -> Coordinates | None:
    """The stored value of a formula; its place where a text is the value, which stands in a record of its own."""
    row, column, style = struct.unpack_from("<HHH", data)
    place = (row + 1, column + 1)
    marks.formulas.add(place)
    if data[12:14] != b"\xff\xff":
        marks.put_number(place, struct.unpack_from("<d", data, 6)[0], look.kind(style), book.epoch)
    elif data[6] == RESULT_BOOL:
        marks.put(place, bool(data[8]))
    elif data[6] == RESULT_ERROR:
        marks.put(place, Oddity("error", BINARY_ERRORS.get(data[8], "#N/A")))
    return place if data[12:14] == b"\xff\xff" and data[6] == RESULT_TEXT else None


def _read_cell(book: BookMarks, marks: Marks, kind: int, data: bytes, look: _Look) -> None:
    row, column, style = struct.unpack_from("<HHH", data)
    place = (row + 1, column + 1)
    if kind == ERROR_OR_BOOL:
        marks.put(place, Oddity("error", BINARY_ERRORS.get(data[6], "#N/A")) if data[7] else bool(data[6]))
    elif kind == SHARED_TEXT:
        marks.put(place, look.texts[struct.unpack_from("<I", data, 6)[0]])
    elif kind in (TEXT, RICH_TEXT):
        marks.put(place, look.text(data, 6))
    else:
        number = small_number(data, 6) if kind == SMALL_NUMBER else struct.unpack_from("<d", data, 6)[0]
        marks.put_number(place, number, look.kind(style), book.epoch)
