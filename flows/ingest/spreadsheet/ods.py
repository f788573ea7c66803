"""Sheets of an .ods workbook, read from its content.xml."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date, timedelta

from flows.ingest.spreadsheet.anomalies import LAST_ROW, Damaged, Oddity
from flows.ingest.spreadsheet.container import part
from flows.ingest.spreadsheet.iso import iso_moment
from flows.ingest.spreadsheet.marks import BookMarks, Marks, check_cells, check_text

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
HIDDEN = ("collapse", "filter")
ERROR = re.compile(r"#[A-ZÄÖÜ][A-ZÄÖÜ0-9_/]+[!?]?|(?:Err|Fehler) ?:[0-9]{3}")
NUMBERS = ("float", "currency", "percentage")
_TIME = re.compile(r"P(?:([0-9]+)D)?T?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:[.,][0-9]*)?S)?")
_BLANKS = re.compile(r"[ \t\r\n]+")
_SILENT = (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break", f"{OFFICE}annotation")  # what stands within them is not shown


@dataclass
class _Cursor:
    """Where on a sheet the next row, column or cell stands."""

    row: int = 1
    column: int = 1  # of the next table-column element
    cell: int = 1
    text: int = 0  # text of the sheet before this row


def read_ods(parts: dict[str, bytes], is_apart: bool) -> BookMarks:
    """All sheets; Damaged, Unreadable or an XML error where the content cannot be understood."""
    reader = _Reader(BookMarks(has_macros=any(name.startswith("basic/") for name in parts)), is_apart)
    parser = ElementTree.XMLParser(target=reader)
    parser.feed(
        part(parts, "content.xml") or b""
    )  # at once: pieces of a long tag would be looked through again and again
    parser.close()
    check_text(sum(sheet.text for sheet in reader.book.sheets), is_apart)
    return reader.book


class _Reader:
    """Reads the sheets while their XML is parsed; a tree of them would take long and fill the memory."""

    def __init__(self, book: BookMarks, is_apart: bool) -> None:
        self.book, self._is_apart, self._cells = book, is_apart, 0
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._marks, self._cursor, self._tables = Marks(), _Cursor(), 0
        self._row: dict[str, str] = {}
        self._cell: _Cell | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The beginning of an element."""
        if self._cell is not None:  # a table within a cell is none of the workbook's sheets
            self._cell.start(tag, attributes)
        elif tag in CELLS:
            self._cell = _Cell(attributes)
        elif tag == f"{TABLE}table-row":
            self._row = attributes
        elif tag == f"{TABLE}table":
            self._tables += 1
            if self._tables == 1:
                is_hidden = attributes.get(f"{TABLE}style-name") in self._hidden_styles
                self._marks, self._cursor = Marks(attributes.get(f"{TABLE}name", ""), is_hidden, merges=[]), _Cursor()
                self.book.sheets.append(self._marks)
        elif tag == f"{TABLE}table-column":
            last = self._cursor.column + _repeats(attributes, "columns") - 1
            if attributes.get(f"{TABLE}visibility") in HIDDEN:
                self._marks.hide_columns(self._cursor.column, last)
            self._cursor.column = last + 1
        elif tag == f"{TABLE}null-date":
            self.book.epoch = date.fromisoformat(attributes.get(f"{TABLE}date-value", "1899-12-30"))
        elif tag == f"{STYLE}style":
            self._style = attributes.get(f"{STYLE}name", "")
        elif attributes.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._cell is not None:
            self._cell.data(text)

    def end(self, tag: str) -> None:
        """The end of an element."""
        if self._cell is not None:
            if self._cell.end():
                self._end_cell(self._cell)
                self._cell = None
        elif tag == f"{TABLE}table":
            self._tables -= 1
        elif tag == f"{TABLE}table-row" and self._tables == 1:
            self._end_row()

    def _end_cell(self, cell: "_Cell") -> None:
        if self._tables != 1:
            return
        marks, repeats = self._marks, _repeats(cell.attributes, "columns")
        first = (self._cursor.row, self._cursor.cell)
        self._cursor.cell += repeats
        is_formula = cell.attributes.get(f"{TABLE}formula") is not None
        if is_formula:
            marks.formulas.add(first)
        value = _value(cell, is_formula)
        if value is not None and value != "":
            self._count(repeats)
            marks.put(first, value, repeats)
        across, down = (int(cell.attributes.get(f"{TABLE}number-{what}-spanned", 1)) for what in ("columns", "rows"))
        if (across > 1 or down > 1) and marks.merges is not None:
            marks.merges.append((first, (first[0] + down - 1, first[1] + across - 1)))

    def _end_row(self) -> None:
        marks, cursor = self._marks, self._cursor
        last = cursor.row + _repeats(self._row, "rows") - 1
        if self._row.get(f"{TABLE}visibility") in HIDDEN:
            marks.hide_rows(cursor.row, last)
        if marks.grid is not None:
            self._count(marks.grid.width(cursor.row) * (last - cursor.row))
            marks.grid.repeat(cursor.row, last)
        marks.text += (marks.text - cursor.text) * (last - cursor.row)
        cursor.row, cursor.cell, cursor.text = last + 1, 1, marks.text

    def _count(self, cells: int) -> None:
        self._cells += cells
        check_cells(self._cells, self._is_apart)


class _Cell:
    """A cell while it is read: its attributes, and the text of the paragraphs right in it."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes, self.paragraphs = attributes, list[str]()
        self._depth, self._silent = 1, 0  # elements that are open; the one from which on text does not count
        self._is_within = False  # a paragraph
        self._pieces: list[str] = []
        self._piece: list[str] = []  # letters since the last tag

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The beginning of an element."""
        self._depth += 1
        if self._depth == 2:
            self._is_within = tag == f"{TEXT}p"
            self._pieces, self._piece = [], []
        elif self._is_within and not self._silent:
            self._end_piece()
            if tag == f"{TEXT}s":
                self._pieces.append(" " * min(int(attributes.get(f"{TEXT}c", 1)), LAST_ROW))
            elif tag in (f"{TEXT}tab", f"{TEXT}line-break"):
                self._pieces.append("\t" if tag.endswith("tab") else "\n")
            if tag in _SILENT:
                self._silent = self._depth

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._is_within and not self._silent:
            self._piece.append(text)

    def end(self) -> bool:
        """The end of an element; whether it is the cell's."""
        if self._is_within and not self._silent:
            self._end_piece()
        if self._silent == self._depth:
            self._silent = 0
        self._depth -= 1
        if self._depth == 1 and self._is_within:
            self.paragraphs.append("".join(self._pieces))
            self._is_within = False
        return self._depth == 0

    def _end_piece(self) -> None:
        """Blanks in a row are one; what counts of them stands in elements of its own."""
        if self._piece:
            self._pieces.append(_BLANKS.sub(" ", "".join(self._piece)))
            self._piece = []


def _repeats(attributes: dict[str, str], what: str) -> int:
    count = int(attributes.get(f"{TABLE}number-{what}-repeated", 1))
    if not 1 <= count <= LAST_ROW:
        raise Damaged("more repetitions than any sheet has rows")
    return count


def _value(cell: _Cell, is_formula: bool) -> object:
    """What a cell says; its text where it states no type, as every program shows it."""
    stated, paragraphs = cell.attributes, cell.paragraphs
    kind, shown = stated.get(f"{OFFICE}value-type") or stated.get(f"{CALC}value-type"), "\n".join(paragraphs)
    if stated.get(f"{CALC}value-type") == "error" or (is_formula and ERROR.fullmatch(shown)):
        return Oddity("error", shown or "#N/A")
    if kind in NUMBERS:
        number = float(stated.get(f"{OFFICE}value", ""))
        return Oddity("percent", number) if kind == "percentage" else number
    if kind == "date":
        return iso_moment(stated.get(f"{OFFICE}date-value", "")) or shown
    if kind == "time":
        return _duration(stated.get(f"{OFFICE}time-value", ""))
    if kind == "boolean":
        return stated.get(f"{OFFICE}boolean-value") == "true"
    if is_formula and kind is None and not paragraphs:
        return Oddity("no_value")
    text = stated.get(f"{OFFICE}string-value")
    return shown if text is None or kind != "string" else text


def _duration(text: str) -> timedelta | str:
    match = _TIME.fullmatch(text)
    if not match:
        return text
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
