"""Sheets of an .xlsx or .xlsm workbook: at a glance where nothing is odd about them, else read from their XML."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from posixpath import dirname

from flows.ingest.spreadsheet.anomalies import (
    EPOCH,
    EPOCH_1904,
    MOST_CELLS,
    MOST_TEXT,
    ORDINARY_TEXT,
    Coordinates,
    Damaged,
    Oddity,
)
from flows.ingest.spreadsheet.container import Relation, part, part_relations
from flows.ingest.spreadsheet.iso import iso_moment
from flows.ingest.spreadsheet.marks import BookMarks, Marks, check_text
from flows.ingest.spreadsheet.number_formats import FormatKind, kind_of_format

RELATION = re.compile(r"\{[^}]*relationships\}id")
CELL = re.compile(r"([A-Za-z]+)([0-9]+)")
PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
YES, NO = ("1", "true"), ("0", "false")
HIDDEN = ("hidden", "veryHidden")
OTHER_SHEETS = ("chartsheet", "dialogsheet", "macrosheet", "xlMacrosheet", "xlIntlMacrosheet")
NUMBER = re.compile(r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?")
_ESCAPED = re.compile(r"_x(00[0-9A-Fa-f]{2})_")  # how Excel writes what XML cannot hold
_ODD_STRINGS = re.compile(rb"<!(?!\[CDATA\[)|(?<=.)<\?", re.DOTALL)
# What shows among the rows of a sheet that something may be odd: another way to write than Excel's and its like,
_UNUSUAL = (b"\t", b"\n", b"\r")
_DECLARED, _INSTRUCTION = re.compile(rb"!(?<=<!)"), re.compile(rb"\?(?<=<\?)")  # comments and the like,
_QUOTED = re.compile(rb"'[^<']*'")
_ENTITY = re.compile(rb'&[^<"&]*"')  # in an attribute; text may be full of them,
_PREFIX = re.compile(rb':(?=[A-Za-z_\x80-\xff])(?!dyDescent="|space=")')  # tags with a namespace,
_TRACES = (*_UNUSUAL, b'"e"', b'"d"')  # errors, days in words of ISO 8601,
_REFERENCE = re.compile(rb"<v[^<]*&")  # a number in which letters stand by their names,
_FORMULA = re.compile(rb"<f[ >/]")
_HIDDEN_ROW = re.compile(rb' h(?:idden(?!="(?:0|false)")|t *=(?! *"[1-9][0-9.]*"))')  # rows hidden or without height,
# rows and cells whose place is not told at once, or lies beyond Z599999: so many cells are MOST_CELLS at most.
_FAR_ROW = re.compile(rb'<row(?! r="(?:[1-9][0-9]{0,4}|[1-5][0-9]{5})")[ />]')
_FAR_CELL = re.compile(rb'<c(?! r="[A-Z](?:[1-9][0-9]{0,4}|[1-5][0-9]{5})")[ />]')
# A shared text that is not told by its number, a truth value that is neither 0 nor 1.
# No tag is that long, and looking for its end from each of its attributes would take as many looks as it has letters.
_LONG_TAG = rb"[^>]{200}"
_ODD_INDEX = re.compile(
    rb' t *= *"(?:s"(?:%s|[^>]*><v>(?![0-9]+</v>))|b"(?:%s|[^>]*><v>(?![01]</v>)))' % (_LONG_TAG, _LONG_TAG)
)
_ODD_ROWS = (_ODD_INDEX, _DECLARED, _INSTRUCTION, _QUOTED, _ENTITY, _PREFIX, _HIDDEN_ROW, _FORMULA, _FAR_ROW, _FAR_CELL)
# And what shows it before the rows.
_UNUSUAL_HEAD = (*_UNUSUAL, b"'", b"&")
_HIDDEN_COLUMN = re.compile(rb' hidden(?!="(?:0|false)")| width *=(?! *"[1-9][0-9.]*")')
_HEAD = 100  # so many bytes the declaration and the namespaces take at least
_VALUE = re.compile(rb">([^<>]*)</(?:[\w.-]+:)?v\s*>")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STATED_TEXTS = re.compile(rb"\buniqueCount\s*=\s*[\"']\+?([0-9]+)")  # wherever it stands: a tag may hold a quoted >
LONGEST_COUNT = 20  # digits
MOST_FORMATS = 100  # of percentages, that are looked for at a glance


@dataclass(frozen=True)
class _Look:
    """What the cells of a workbook refer to: the part with the texts, and what each cell format shows."""

    strings: bytes
    kinds: tuple[FormatKind, ...]
    epoch: date

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts."""
        if not self.strings:
            return []
        return [_shown_text(text) for text in ElementTree.fromstring(self.strings) if _local(text.tag) == "si"]

    @cached_property
    def percent(self) -> frozenset[str]:
        """Indexes of the cell formats that show a percentage."""
        return frozenset(str(index) for index, kind in enumerate(self.kinds) if kind == "percent")


def read_xlsx(parts: dict[str, bytes], place: str, is_apart: bool) -> BookMarks:
    """All sheets of the workbook whose part lies at `place`; Damaged, Unreadable or an XML error where one cannot be understood.

    Sheets in which a glance shows nothing odd are left to the value reader, which is faster; it knows only the usual
    places of the parts.
    """
    relations = part_relations(parts, place)
    named = {kind: target for kind, target in relations.values() if kind in ("sharedStrings", "styles")}
    folder = dirname(place)
    strings = part(parts, named.get("sharedStrings", f"{folder}/sharedStrings.xml")) or b""
    styles = part(parts, named.get("styles", f"{folder}/styles.xml"))
    is_1904, outline = _outline(part(parts, place) or b"")
    book = BookMarks(epoch=EPOCH_1904 if is_1904 else EPOCH)
    look = _Look(strings, _kinds(styles), book.epoch)
    found = [_sheet_part(parts, relations, name, relation) for name, _, relation in outline]
    if len({id(xml) for _, xml in found}) < len(found):
        raise Damaged("two sheets in one part")
    _check_texts(strings, [xml for _, xml in found], is_apart)
    usual = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    is_usual = place == "xl/workbook.xml" and named.items() <= usual.items() and not _ODD_STRINGS.search(strings)
    for (name, state, _), (kind, xml) in zip(outline, found, strict=True):
        is_worksheet = kind not in OTHER_SHEETS
        if not is_worksheet or (is_usual and _is_plain(xml, look.percent)):
            book.sheets.append(Marks(name, state in HIDDEN, is_worksheet, grid=None))
        else:
            book.sheets.append(_sheet_marks(xml, look, name, state in HIDDEN))
    return book


def _sheet_part(
    parts: dict[str, bytes], relations: Mapping[str, Relation], name: str, relation: str
) -> tuple[str, bytes]:
    kind, target = relations.get(relation, Relation("", ""))
    xml = part(parts, target)
    if xml is None:
        raise Damaged(f"sheet {name} has no part")
    return kind, xml


def _check_texts(strings: bytes, sheets: list[bytes], is_apart: bool) -> None:
    """The stated number of texts, for which the value reader reserves memory, and how much text it will make of them."""
    if any(len(stated) > LONGEST_COUNT or int(stated) > MOST_CELLS for stated in _STATED_TEXTS.findall(strings)):
        raise Damaged("more texts than cells")
    most = MOST_TEXT if is_apart else ORDINARY_TEXT
    if len(strings) * sum(map(len, sheets)) <= most * len(b"<c><v></v></c>"):
        return  # even if every cell that has room held all of them
    if max(map(len, strings.split(b"</si>"))) * sum(xml.count(b"</") for xml in sheets) <= most:
        return  # … or the longest one
    texts = [len("".join(text.itertext()).encode()) for text in ElementTree.fromstring(strings)]
    lengths = {b"%d" % index: length for index, length in enumerate(texts)}
    odd = max(texts, default=0)  # a value that is written in an odd way may stand for any of them
    values = (value for xml in sheets for value in _VALUE.findall(xml))
    check_text(sum(lengths.get(value, 0 if _NUMBER.fullmatch(value) else odd) for value in values), is_apart)


# The returns of one form share their outline and their styles, which are therefore understood once.
@lru_cache(maxsize=64)
def _outline(workbook: bytes) -> tuple[bool, tuple[tuple[str, str, str], ...]]:
    """Whether dates count from 1904; and name, state and relation of every sheet."""
    is_1904, sheets = False, []
    for node in ElementTree.fromstring(workbook).iter():
        tag = _local(node.tag)
        if tag == "workbookPr":
            is_1904 = node.get("date1904") in YES
        elif tag == "sheet":
            relation = next((value for name, value in node.attrib.items() if RELATION.fullmatch(name)), "")
            sheets.append((node.get("name", ""), node.get("state", ""), relation))
    return is_1904, tuple(sheets)


@lru_cache(maxsize=64)
def _kinds(styles: bytes | None) -> tuple[FormatKind, ...]:
    """What each cell format shows."""
    if not styles:
        return ()
    root = ElementTree.fromstring(styles)
    own = {
        int(node.get("numFmtId", "")): node.get("formatCode", "")
        for node in root.iter()
        if _local(node.tag) == "numFmt"
    }
    formats = [look for node in root if _local(node.tag) == "cellXfs" for look in node]
    return tuple(kind_of_format(int(look.get("numFmtId") or 0), own) for look in formats)


def _shown_text(text: ElementTree.Element) -> str:
    """The text of a shared text: its pieces, without how it is pronounced."""
    pieces = [text] if _local(text.tag) == "t" else [*text]
    return "".join(
        _unescaped(piece) if _local(piece.tag) == "t" else _shown_text(piece)
        for piece in pieces
        if _local(piece.tag) in ("t", "r")
    )


def _unescaped(piece: ElementTree.Element) -> str:
    kept = piece.text or "" if piece.get(PRESERVED) == "preserve" else (piece.text or "").strip(" \t\r\n")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), kept)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _sheet_marks(xml: bytes, look: _Look, name: str, is_hidden: bool) -> Marks:
    reader = _SheetReader(look, name, is_hidden)
    parser = ElementTree.XMLParser(target=reader)
    parser.feed(xml)
    parser.close()
    return reader.marks


class _SheetReader:
    """Reads a sheet while its XML is parsed; a tree of a large sheet would take long and fill the memory."""

    def __init__(self, look: _Look, name: str, is_hidden: bool) -> None:
        self.marks, self._look = Marks(name, is_hidden, merges=[]), look
        self._row = self._column = 0
        self._cell: dict[str, str] | None = None  # attributes of the cell that is being read
        self._stored: list[str] | None = None
        self._is_formula = self._is_within_value = self._is_spoken = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The beginning of an element."""
        name = _local(tag)
        if name == "c":
            self._row, self._column = _address(attributes.get("r"), self._row, self._column)
            self._cell, self._stored, self._is_formula = attributes, None, False
        elif name in ("v", "is") or (name == "t" and self._stored is not None and not self._is_spoken):
            self._stored, self._is_within_value = self._stored or [], name != "is"
        elif name == "rPh":
            self._is_spoken = True
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
            if attributes.get("hidden") in YES or _is_zero(attributes.get("ht")):
                self.marks.hide_rows(self._row, self._row)
        elif name == "col" and (attributes.get("hidden") in YES or _is_zero(attributes.get("width"))):
            self.marks.hide_columns(int(attributes.get("min", 1)), int(attributes.get("max", 1)))
        elif name == "mergeCell" and self.marks.merges is not None:
            corners = [_address(corner.replace("$", ""), 0, 0) for corner in attributes.get("ref", "").split(":")]
            self.marks.merges.append((corners[0], corners[-1]))

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._is_within_value and self._stored is not None:
            self._stored.append(text)

    def end(self, tag: str) -> None:
        """The end of an element."""
        name = _local(tag)
        if name in ("v", "t"):
            self._is_within_value = False
        elif name == "rPh":
            self._is_spoken = False
        elif name == "c" and self._cell is not None:
            self._read(self._cell, (self._row, self._column))
            self._cell = self._stored = None

    def _read(self, cell: dict[str, str], place: Coordinates) -> None:
        marks, kind = self.marks, cell.get("t", "n")
        stored = None if self._stored is None else "".join(self._stored)
        if self._is_formula:
            marks.formulas.add(place)
        if kind == "e":
            marks.put(place, Oddity("error", (stored or "").strip() or "#N/A"))
        elif self._is_formula and not stored and (stored is None or kind not in ("str", "inlineStr", "s")):
            marks.put(place, Oddity("no_value"))
        elif stored:
            self._put(place, stored, kind, cell.get("s", "0"))

    def _put(self, place: Coordinates, stored: str, kind: str, style: str) -> None:
        look, bare = self._look, stored.strip()
        if kind in ("str", "inlineStr"):
            self.marks.put(place, _ESCAPED.sub(lambda match: chr(int(match[1], 16)), stored))
        elif kind == "s":
            self.marks.put(place, look.texts[int(bare)])
        elif kind == "b" and bare in (*YES, *NO):
            self.marks.put(place, bare in YES)
        elif kind == "d":
            self.marks.put(place, iso_moment(bare) or stored)
        elif kind != "n":
            raise Damaged(f"cell of type {kind} with a value that is none")
        elif not NUMBER.fullmatch(bare):
            self.marks.put(place, stored)
        else:
            number = int(style)
            of = look.kinds[number] if number < len(look.kinds) else "number"
            self.marks.put_number(place, float(bare), of, look.epoch)


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _is_plain(xml: bytes, percent: frozenset[str]) -> bool:
    """Whether a glance at the bytes shows that the sheet holds nothing odd, so that the value reader reads it rightly.

    It can be told where tags and attributes are written as by Excel and its like.
    """
    first, last = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    return (
        0 <= first < last
        and xml.count(b"sheetData") == 2  # these two, and none in a comment
        and not any(xml.find(trace, first, last) >= 0 for trace in _TRACES)
        and not any(pattern.search(xml, first, last) for pattern in _ODD_ROWS)
        and not (xml.find(b"&", first, last) >= 0 and _REFERENCE.search(xml, first, last))
        and not any(xml.find(trace, _HEAD, first) >= 0 for trace in _UNUSUAL_HEAD)
        and not _HIDDEN_COLUMN.search(xml, 0, first)
        and not (percent and (len(percent) > MOST_FORMATS or _styled(percent).search(xml, first, last)))
    )


@lru_cache(maxsize=64)
def _styled(formats: frozenset[str]) -> re.Pattern[bytes]:
    """Finds a cell in one of these formats."""
    return re.compile(rb' s *= *"(?:%s)"' % "|".join(map(re.escape, sorted(formats))).encode())


def _address(reference: str | None, row: int, column: int) -> Coordinates:
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
