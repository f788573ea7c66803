"""A received workbook opened to be marked, and written back: its cells stay as they are, its bytes know no clock.

The library that changes workbooks would read what looks like a date as a date, and drops the values that formulas
store: the one is kept from it, the others are written behind it. What it would lose or take minutes for is not marked.
"""

import io
import re
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import TranslatorError
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.exceptions import CellCoordinatesException, IllegalCharacterError, InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import MultiCellRange

from flows.emit.correction.package import DEFECT, Unmarkable, check_markable
from flows.emit.xlsx.styles import ERROR_MARK, STYLES, WARNING_MARK

_STYLES = re.compile(rb"<(?:[^<>\s/:]+:)?cellStyleXfs\b.*?</(?:[^<>\s/:]+:)?cellStyleXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:[^<>\s/:]+:)?xf[\s/>]")
_STYLE = re.compile(rb"<(?:[^<>\s/:]+:)?cellStyle\s[^>]*?\bxfId\s*=\s*[\"'](\d+)")
_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*/>|<f[^>]*>[^<]*</f>)<v ?(?:/>|></v>)</c>'
)  # as it is written
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CREATED = re.compile(rb"<dcterms:created[^>]*>[^<]+</dcterms:created>")
_ALWAYS = '"Prüfprotokoll"<>""'  # true for every cell, and known again when the file comes back
# What the library raises on files that Excel opens, as far as thousands of files by other programs showed: it takes parts
# and attributes for granted, checks types while it reads, and has errors of its own for formulas and texts.
LIBRARY_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    TokenizerError,
    TranslatorError,
    CellCoordinatesException,
    IllegalCharacterError,
    InvalidFileException,
)
NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)  # stands for the clock where a file does not say when it was made
_MARKS = (ERROR_MARK[1:], WARNING_MARK[1:])
_OLDEST_MEMBER = (1980, 1, 1, 0, 0, 0)


_LOOKS: WeakKeyDictionary[Workbook, dict[tuple[bytes, str], Any]] = WeakKeyDictionary()  # those of each workbook

StoredValues = dict[str, dict[str, tuple[str, str]]]  # sheet → address of a formula → type and text of its value


class _Reader(ExcelReader):
    """Reads every number as a number, whatever its format: it is written back as it was."""

    def read_worksheets(self) -> None:
        """All sheets."""
        self.wb._date_formats = set()  # type: ignore[attr-defined]  # what the stubs leave out
        self.wb._timedelta_formats = set()  # type: ignore[attr-defined]  # what the stubs leave out
        super().read_worksheets()


class _Ordered(MultiCellRange):
    """Ranges in their order on the sheet; a set of them would be written in any order."""

    def __iter__(self) -> Any:
        return iter(self.sorted())


def opened(source: bytes) -> tuple[Workbook, StoredValues]:
    """The workbook, without macros, and what its formulas store; Unmarkable for what is not to be marked."""
    check_markable(source)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        has_date = "docProps/core.xml" in archive.namelist() and _CREATED.search(archive.read("docProps/core.xml"))
        styles = b"".join(archive.read(name) for name in archive.namelist() if name.lower() == "xl/styles.xml")
        if _lacks_format(styles):
            raise Unmarkable(DEFECT)
        reader = _Reader(io.BytesIO(source), keep_vba=False, data_only=False, keep_links=True, rich_text=True)
        reader.read()
        book: Workbook = reader.wb
        stored = {sheet.name: _stored_values(archive.read(part.target)) for sheet, part in reader.parser.find_sheets()}
    book.template = False  # a template's type under the name of a workbook is none that Excel opens
    if not has_date:
        book.properties.created = NO_CLOCK
    for sheet in book.worksheets:
        sheet.merged_cells = _Ordered(list(sheet.merged_cells.ranges))
    return book, stored


def _stored_values(xml: bytes) -> dict[str, tuple[str, str]]:
    """Address of each formula → type and text of the value that it stores; the library does not keep them."""
    stored = {}
    for _, node in ElementTree.iterparse(io.BytesIO(xml)):
        if node.tag.endswith("}c"):
            parts = {child.tag.rpartition("}")[2]: child.text for child in node}
            if "f" in parts and parts.get("v") is not None:
                stored[node.get("r", "")] = node.get("t", "n"), parts["v"] or ""
            node.clear()
    return stored


def _lacks_format(styles: bytes) -> bool:
    """Whether a named style has a format that is not there, of which the library would print a line of its own."""
    formats = len(_FORMAT.findall(b"".join(_STYLES.findall(styles))))
    return any(int(number) >= formats for number in _STYLE.findall(styles))


def packed(book: Workbook, stored: StoredValues | None = None) -> bytes:
    """The workbook as a file, its formulas with the values that they stored; the same workbook gives the same bytes.

    Unmarkable where a formula cannot get its value back.
    """
    saved, result = io.BytesIO(), io.BytesIO()
    book.save(saved)
    values = {
        f"xl/worksheets/sheet{number}.xml": (stored or {}).get(sheet.title, {})
        for number, sheet in enumerate(book.worksheets, 1)
    }
    created = book.properties.created or NO_CLOCK
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", data)
            if values.get(name):
                data = _with_values(data, values[name])
            member = zipfile.ZipInfo(name, _OLDEST_MEMBER)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, data)
    return result.getvalue()


def _with_values(sheet: bytes, stored: dict[str, tuple[str, str]]) -> bytes:
    left = dict(stored)

    def with_value(found: re.Match[bytes]) -> bytes:
        kind, value = left.pop(found[1].decode(), ("", ""))
        if not kind:
            return found[0]
        return b'<c r="%s"%s t="%s">%s<v>%s</v></c>' % (
            found[1],
            found[2],
            kind.encode(),
            found[3],
            escape(value).encode(),
        )

    written = _FORMULA.sub(with_value, sheet)
    if left:
        raise Unmarkable(DEFECT)
    return written


def dress(cell: Any, name: str) -> None:
    """Gives a cell the look of a style of the house."""
    _styled_once(cell, name, _dress)


def _styled_once(cell: Any, look: str, give: Callable[[Any, str], None]) -> None:
    """Gives a cell a look; the library takes long to compare it with all others, so each is made once a workbook."""
    looks = _LOOKS.setdefault(cell.parent.parent, {})
    key = (cell._style.tobytes() if cell._style is not None else b"", look)
    if key not in looks:
        give(cell, look)
        looks[key] = copy(cell._style)
    else:
        cell._style = copy(looks[key])


def _dress(cell: Any, name: str) -> None:
    style = STYLES[name]
    cell.font = Font(
        name=style["font_name"],
        sz=style["font_size"],
        color=style["font_color"][1:],
        b=style.get("bold", False),
        u="single" if style.get("underline") else None,
    )
    if "bg_color" in style:
        _paint(cell, style["bg_color"])
    cell.alignment = Alignment(
        horizontal=style.get("align"),
        vertical={"vcenter": "center"}.get(style["valign"], style["valign"]),
        wrap_text=style.get("text_wrap", False),
        indent=style.get("indent", 0),
    )
    if "bottom" in style:
        cell.border = Border(bottom=Side("thin", color=style["bottom_color"][1:]))


def paint(cell: Any, colour: str) -> None:
    """Fills a cell with a colour."""
    _styled_once(cell, colour, _paint)


def _paint(cell: Any, colour: str) -> None:
    cell.fill = PatternFill("solid", start_color=colour[1:], end_color=colour[1:])


def keep_visible(sheet: Any, painted: Mapping[str, Sequence[str]], covers: bool) -> None:
    """Lets marked cells (colour → addresses) show where the sheet's own conditional formats would cover the paint.

    `covers`: so do cells that are not painted, because they have a colour of their own.
    """
    own = [(area, rule) for area in sheet.conditional_formatting for rule in area.rules]
    if not (own or covers):
        return
    formats = ConditionalFormattingList()  # Excel goes by the priority, LibreOffice by the order
    for priority, (colour, cells) in enumerate(painted.items(), start=1):
        look = DifferentialStyle(fill=PatternFill("solid", start_color=colour[1:], end_color=colour[1:]))
        rule = Rule("expression", formula=[_ALWAYS], dxf=look, stopIfTrue=True, priority=priority)
        formats.add(" ".join(cells), rule)
    for area, rule in own:
        rule.priority += len(painted)
        formats.add(area, rule)
    sheet.conditional_formatting = formats


def forget_visible(sheet: Any) -> set[str]:
    """Takes away what `keep_visible` added, and tells for which cells; a format of the sheet's own for them stays."""
    formats, marked = ConditionalFormattingList(), set()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [_ALWAYS]:
                formats.add(area, rule)
            else:
                marked |= {part.coord for part in area.sqref.ranges if part.size == {"columns": 1, "rows": 1}}
    sheet.conditional_formatting = formats
    return marked


def has_own_fill(cell: Any) -> bool:
    """Whether a cell has a colour."""
    return cell.fill.fill_type is not None


def is_painted(cell: Any) -> bool:
    """Whether a cell's colour is one of a mark."""
    return cell.fill.fill_type == "solid" and str(cell.fill.start_color.rgb)[-6:] in _MARKS


def unpaint(cell: Any) -> None:
    """Takes a cell's colour away."""
    cell.fill = PatternFill()
