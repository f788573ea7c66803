"""What of a received workbook the library that marks it would lose, or would take minutes for; told before it is opened."""

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable

MOST_BYTES = 8 * 2**20  # unpacked; as large as a return is that somebody filled in
MOST_CELLS = (
    100_000  # cells, rows, merged cells and linked cells: what can be marked in a few seconds and little memory
)
MOST_OTHERS = (
    20_000  # links, merges, rules, formats, names and the like, of which the library makes a heavy object each
)
NO_WORKBOOK = "Markiert werden nur unverschlüsselte .xlsx-Dateien."
TOO_LARGE = "Das Markieren so vieler Zellen, Verknüpfungen und Formate würde Minuten dauern."
WOULD_LOSE = (
    "Beim Markieren gingen Diagramme, Bilder, Textfelder, Kontrollkästchen oder andere Einbettungen der Datei verloren."
)
DEFECT = "Ihr Aufbau weicht von dem ab, was Excel schreibt."

# What the library keeps of a workbook, or what is left out on purpose: macros, printer settings, the order of calculation.
_KEPT = re.compile(
    r"\[content_types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docprops/.*|customxml/.*|xl/[^/]+\.xml|xl/vbaproject\.bin"
    r"|xl/(?:theme|worksheets|externallinks|tables|printersettings)/[^/]*|xl/drawings/[^/]*\.vml"
    r"|xl/comments/[^/]*\.xml|.*/"
)
_SHEETS = re.compile(r"xl/worksheets/[^/]*\.xml")
_SHAPE = re.compile(rb"ObjectType\s*=\s*[\"'](?!Note[\"'])")
_CORNER = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELLS, _AREAS = ("c", "row", "col"), ("mergeCell", "hyperlink")
_PIECES = ("v", "f", "is", "t", "r", "rPr", "si", "b", "i", "u", "sz", "color", "rFont", "family", "scheme", "charset")


class Unmarkable(Exception):
    """The workbook is not to be marked; why, in a German sentence."""


def check_markable(source: bytes) -> None:
    """Unmarkable where marking would take minutes, or would lose something of the sender's."""
    if not zipfile.is_zipfile(io.BytesIO(source)):
        raise Unmarkable(NO_WORKBOOK)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        members = archive.infolist()
        names = [member.filename.lower() for member in members]
        if not any(name.startswith("xl/") and name.endswith(".xml") for name in names):
            raise Unmarkable(NO_WORKBOOK)
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise Unmarkable(TOO_LARGE)
        if not all(map(_KEPT.fullmatch, names)):
            raise Unmarkable(WOULD_LOSE)
        budget = _Budget()
        for member, name in zip(members, names, strict=True):
            if name.endswith(".vml") and _SHAPE.search(archive.read(member)):
                raise Unmarkable(WOULD_LOSE)
            if name.startswith("xl/") and name.endswith(".xml"):
                budget.take(archive.read(member), is_sheet=bool(_SHEETS.fullmatch(name)))


class _Budget:
    """Counts, while the XML is parsed, what the library makes of it."""

    def __init__(self) -> None:
        self._cells = self._others = 0
        self._is_sheet = False

    def take(self, xml: bytes, is_sheet: bool) -> None:
        """One part; Unmarkable as soon as it is too much."""
        self._is_sheet = is_sheet
        parser = ElementTree.XMLParser(target=self)
        try:
            parser.feed(xml)
            parser.close()
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise Unmarkable(DEFECT) from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """The beginning of an element."""
        name = tag.rpartition("}")[2]
        if name in _PIECES:
            return
        if self._is_sheet and name in _CELLS:
            self._cells += 1
        elif self._is_sheet and name in _AREAS:
            self._cells += _area(attributes.get("ref", "").split(":"))
            self._others += 1
        else:
            self._others += 1 + attributes.get("sqref", "").count(" ")
        if self._cells > MOST_CELLS or self._others > MOST_OTHERS:
            raise Unmarkable(TOO_LARGE)

    def close(self) -> None:
        """The end of the part."""


def _area(corners: Iterable[str]) -> int:
    """So many cells lie between the corners."""
    places = [match for match in map(_CORNER.fullmatch, corners) if match]
    if not places:
        return 1
    columns, rows = [_number(place[1]) for place in places], [int(place[2]) for place in places]
    return (max(columns) - min(columns) + 1) * (max(rows) - min(rows) + 1)


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
