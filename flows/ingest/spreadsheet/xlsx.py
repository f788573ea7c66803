"""Marks of an .xlsx or .xlsm workbook, from the XML of its sheets."""

import re
import xml.etree.ElementTree as ElementTree
from functools import lru_cache

from flows.ingest.spreadsheet.anomalies import (
    EPOCH,
    EPOCH_1904,
    MOST_CELLS,
    MOST_TEXT,
    BookMarks,
    Damaged,
    Marks,
    Oddity,
    Place,
    check_text,
    is_percent,
)
from flows.ingest.spreadsheet.container import part, targets

RELATION = re.compile(r"\{[^}]*relationships\}id")
CELL = re.compile(r"([A-Za-z]+)([0-9]+)")
BUILT_IN_PERCENT = ("9", "10")
YES = ("1", "true")
# What shows among the rows of a sheet that something may be odd: another way to write than Excel's and its like,
_UNUSUAL = (b"\t", b"\n", b"\r")
_DECLARED = re.compile(rb"!(?<=<!)")  # comments and the like,
_QUOTED = re.compile(rb"'[^<']*'")
_ENTITY = re.compile(rb'&[^<"]*"')  # in an attribute; text may be full of them,
_PREFIX = re.compile(rb':(?=[A-Za-z_\x80-\xff])(?!dyDescent="|space=")')  # tags with a namespace,
_TRACES = (*_UNUSUAL, b'"e"')  # errors,
_FORMULA = re.compile(rb"<f[ >/]")
_HIDDEN_ROW = re.compile(rb' h(?:idden(?!="(?:0|false)")|t *=(?! *"[1-9][0-9.]*"))')  # rows hidden or without height,
# rows and cells whose place is not told at once, or lies beyond Z599999: so many cells are MOST_CELLS at most.
_FAR_ROW = re.compile(rb'<row(?! r="(?:[1-9][0-9]{0,4}|[1-5][0-9]{5})")[ />]')
_FAR_CELL = re.compile(rb'<c(?! r="[A-Z](?:[1-9][0-9]{0,4}|[1-5][0-9]{5})")[ />]')
_ODD_ROWS = (_DECLARED, _QUOTED, _ENTITY, _PREFIX, _HIDDEN_ROW, _FORMULA, _FAR_ROW, _FAR_CELL)
# And what shows it before the rows.
_UNUSUAL_HEAD = (*_UNUSUAL, b"'", b"&")
_HIDDEN_COLUMN = re.compile(rb' hidden(?!="(?:0|false)")| width *=(?! *"[1-9][0-9.]*")')
_HEAD = 100  # so many bytes the declaration and the namespaces take at least
_VALUE = re.compile(rb">([^<>]*)</(?:[\w.-]+:)?v\s*>")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STATED_TEXTS = re.compile(rb"<(?:[\w.-]+:)?sst\b[^>]*\buniqueCount\s*=\s*[\"']([0-9]+)")


def read_xlsx(parts: dict[str, bytes]) -> BookMarks:
    """Marks of all sheets; Damaged, Unreadable or an XML error where a part cannot be understood."""
    strings, percent = part(parts, "xl/sharedStrings.xml") or b"", _percent_formats(part(parts, "xl/styles.xml"))
    marks = BookMarks()
    sheets = _sheets(parts, marks)
    _check_texts(strings, sheets)
    marks.sheets = [_sheet_marks(xml, percent) for xml in sheets]
    return marks


def _check_texts(strings: bytes, sheets: list[bytes]) -> None:
    """The stated number of texts, for which the value reader reserves memory, and how much text it will make of them."""
    stated = _STATED_TEXTS.search(strings)
    if stated and int(stated[1]) > MOST_CELLS:
        raise Damaged("more texts than cells")
    if len(strings) * sum(map(len, sheets)) <= MOST_TEXT * len(b"<c><v></v></c>"):
        return  # even if every cell that has room held all of them
    if max(map(len, strings.split(b"</si>"))) * sum(xml.count(b"</") for xml in sheets) <= MOST_TEXT:
        return  # … or the longest one
    texts = [len("".join(text.itertext()).encode()) for text in ElementTree.fromstring(strings)]
    lengths = {b"%d" % index: length for index, length in enumerate(texts)}
    odd = max(texts, default=0)  # a value that is written in an odd way may stand for any of them
    values = (value for xml in sheets for value in _VALUE.findall(xml))
    check_text(sum(lengths.get(value, 0 if _NUMBER.fullmatch(value) else odd) for value in values))


def _sheets(parts: dict[str, bytes], marks: BookMarks) -> list[bytes]:
    places = targets(part(parts, "xl/_rels/workbook.xml.rels") or b"", "xl")
    found = []
    is_1904, sheets = _outline(part(parts, "xl/workbook.xml") or b"")
    marks.epoch = EPOCH_1904 if is_1904 else EPOCH
    for name, relation in sheets:
        xml = part(parts, places.get(relation, ""))
        if xml is None:
            raise Damaged(f"sheet {name} has no part")
        found.append(xml)
    return found


# The returns of one form share their outline and their styles, which are therefore understood once.
@lru_cache(maxsize=64)
def _outline(workbook: bytes) -> tuple[bool, tuple[tuple[str, str], ...]]:
    """Whether dates count from 1904, and name and relation of every sheet."""
    is_1904, sheets = False, []
    for node in ElementTree.fromstring(workbook).iter():
        tag = _local(node.tag)
        if tag == "workbookPr":
            is_1904 = node.get("date1904") in YES
        elif tag == "sheet":
            relation = next((value for name, value in node.attrib.items() if RELATION.fullmatch(name)), "")
            sheets.append((node.get("name", ""), relation))
    return is_1904, tuple(sheets)


@lru_cache(maxsize=64)
def _percent_formats(styles: bytes | None) -> frozenset[str]:
    """Indexes of the cell formats that show a percentage."""
    if not styles:
        return frozenset()
    root = ElementTree.fromstring(styles)
    percent = {*BUILT_IN_PERCENT}
    percent |= {
        node.get("numFmtId", "")
        for node in root.iter()
        if _local(node.tag) == "numFmt" and is_percent(node.get("formatCode", ""))
    }
    formats = [look for node in root if _local(node.tag) == "cellXfs" for look in node]
    return frozenset(str(index) for index, look in enumerate(formats) if look.get("numFmtId") in percent)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _sheet_marks(xml: bytes, percent: frozenset[str]) -> Marks:
    if _is_plain(xml, percent):
        return Marks()
    reader = _SheetReader(percent)
    parser = ElementTree.XMLParser(target=reader)
    parser.feed(xml)
    parser.close()
    return reader.marks


class _SheetReader:
    """Gathers what is odd on a sheet while its XML is parsed; a tree of a large sheet would take long and fill the memory."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.marks, self._percent = Marks(), percent
        self._row = self._column = 0
        self._cell: dict[str, str] | None = None  # attributes of the cell that is being read
        self._stored: str | None = None
        self._is_formula = self._is_within_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The beginning of an element."""
        name = _local(tag)
        if name == "c":
            self._row, self._column = _address(attributes.get("r"), self._row, self._column)
            self._cell, self._stored, self._is_formula = attributes, None, False
        elif name in ("v", "is"):
            self._stored, self._is_within_value = "", True
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
            if attributes.get("hidden") in YES or _is_zero(attributes.get("ht")):
                self.marks.hide_rows(self._row, self._row)
        elif name == "col" and (attributes.get("hidden") in YES or _is_zero(attributes.get("width"))):
            self.marks.hide_columns(int(attributes.get("min", 1)), int(attributes.get("max", 1)))

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._is_within_value:
            self._stored = (self._stored or "") + text

    def end(self, tag: str) -> None:
        """The end of an element."""
        name = _local(tag)
        if name in ("v", "is"):
            self._is_within_value = False
        elif name == "c" and self._cell is not None:
            self._mark(self._cell, (self._row, self._column))
            self._cell = None

    def _mark(self, cell: dict[str, str], place: Place) -> None:
        marks, stored, kind = self.marks, self._stored, cell.get("t", "n")
        if stored or kind == "e":
            marks.extent.include(*place)
        if self._is_formula:
            marks.formulas.add(place)
        if kind == "e":
            marks.oddities[place] = Oddity("error", stored or "#N/A")
        elif self._is_formula and not stored and (stored is None or kind not in ("str", "inlineStr", "s")):
            marks.oddities[place] = Oddity("no_value")
        elif stored and kind == "n" and cell.get("s") in self._percent:
            marks.oddities[place] = Oddity("percent")


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _is_plain(xml: bytes, percent: frozenset[str]) -> bool:
    """Whether a glance at the bytes shows that the sheet holds nothing odd, so that it need not be parsed.

    It can be told where tags and attributes are written as by Excel and its like.
    """
    first, last = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    return (
        0 <= first < last
        and xml.count(b"sheetData") == 2  # these two, and none in a comment
        and not any(xml.find(trace, first, last) >= 0 for trace in _TRACES)
        and not any(pattern.search(xml, first, last) for pattern in _ODD_ROWS)
        and not any(xml.find(trace, _HEAD, first) >= 0 for trace in _UNUSUAL_HEAD)
        and not _HIDDEN_COLUMN.search(xml, 0, first)
        and not (percent and _styled(percent).search(xml, first, last))
    )


@lru_cache(maxsize=64)
def _styled(formats: frozenset[str]) -> re.Pattern[bytes]:
    """Finds a cell in one of these formats."""
    return re.compile(rb' s *= *"(?:%s)"' % "|".join(map(re.escape, sorted(formats))).encode())


def _address(reference: str | None, row: int, column: int) -> Place:
    if not reference:
        return row, column + 1
    match = CELL.fullmatch(reference)
    if not match:
        raise Damaged(f"cell address {reference}")
    return int(match[2]), _column_number(match[1])


@lru_cache(maxsize=1_000)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
