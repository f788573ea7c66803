"""A received workbook opened to be marked, and written back: its cells stay as they are, its bytes know no clock.

The library that changes workbooks would read what looks like a date as a date, and would unfold every merged
range: both are kept from it, as is everything too large for it.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

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

from flows.emit.xlsx.styles import STYLES

MOST_CELLS = 100_000  # cells, rows and merged cells: what can be marked in a few seconds and little memory
MOST_BYTES = 64 * 2**20  # unpacked
MOST_FORMATS = 20_000  # cell formats, of which the library makes a heavy object each
_NODE = re.compile(rb"<(?:[\w.-]+:)?(?:c|row|col)[\s/>]")
_FORMAT = re.compile(rb"<(?:[\w.-]+:)?xf[\s/>]")
_STYLES = re.compile(rb"<(?:[\w.-]+:)?cellStyleXfs\b.*?</(?:[\w.-]+:)?cellStyleXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:[\w.-]+:)?cellStyle\s[^>]*?\bxfId\s*=\s*[\"'](\d+)")
_MERGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)[\"']", re.IGNORECASE
)
_OWNER = re.compile(rb'(<definedName [^>]*\blocalSheetId=")(\d+)"')
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CREATED = re.compile(rb"<dcterms:created[^>]*>[^<]+</dcterms:created>")
_ALWAYS = '"Prüfprotokoll"<>""'  # true for every cell, and known again when the file comes back
# What the library raises on files that Excel opens, as far as thousands of files by other programs showed: it takes parts
# and attributes for granted, checks types while it reads, and has errors of its own for formulas and texts.
LIBRARY_ERRORS = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    zipfile.BadZipFile, zlib.error, struct.error, TokenizerError, TranslatorError, CellCoordinatesException,
    IllegalCharacterError, InvalidFileException,
)  # fmt: skip
NO_CLOCK = datetime(2000, 1, 1, tzinfo=UTC)  # stands for the clock where a file does not say when it was made
_OLDEST_MEMBER = (1980, 1, 1, 0, 0, 0)


class _Reader(ExcelReader):
    """Reads every number as a number, whatever its format: it is written back as it was."""

    def read_worksheets(self) -> None:
        """All sheets."""
        self.wb._date_formats = set()  # type: ignore[attr-defined]
        self.wb._timedelta_formats = set()  # type: ignore[attr-defined]
        super().read_worksheets()


class _Ordered(MultiCellRange):
    """Ranges in their order on the sheet; a set of them would be written in any order."""

    def __iter__(self) -> Any:
        return iter(self.sorted())


def opened(source: bytes) -> Workbook | None:
    """The workbook, without macros; None for what is no .xlsx or .xlsm, or too large to be marked."""
    if not zipfile.is_zipfile(io.BytesIO(source)):
        return None
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            return None
        sheets = [archive.read(name) for name in archive.namelist() if name.lower().startswith("xl/worksheets/")]
        has_date = "docProps/core.xml" in archive.namelist() and _CREATED.search(archive.read("docProps/core.xml"))
        styles = b"".join(archive.read(name) for name in archive.namelist() if name.lower() == "xl/styles.xml")
    if sum(map(_size, sheets)) > MOST_CELLS or len(_FORMAT.findall(styles)) > MOST_FORMATS or _lacks_format(styles):
        return None
    reader = _Reader(io.BytesIO(source), keep_vba=False, data_only=False, keep_links=True, rich_text=True)
    reader.read()
    book: Workbook = reader.wb
    if not has_date:
        book.properties.created = NO_CLOCK
    for sheet in book.worksheets:
        sheet.merged_cells = _Ordered(list(sheet.merged_cells.ranges))
    return book


def _lacks_format(styles: bytes) -> bool:
    """Whether a named style has a format that is not there, of which the library would print a line of its own."""
    formats = len(_FORMAT.findall(b"".join(_STYLES.findall(styles))))
    return any(int(number) >= formats for number in _STYLE.findall(styles))


def _size(sheet: bytes) -> int:
    """So many cells and rows a sheet makes in memory."""
    merged = 0
    for left, top, right, bottom in _MERGE.findall(sheet):
        merged += (abs(int(bottom) - int(top)) + 1) * (abs(_number(right) - _number(left)) + 1)
    return len(_NODE.findall(sheet)) + merged


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def packed(book: Workbook) -> bytes:
    """The workbook as a file; the same workbook gives the same bytes."""
    saved, result = io.BytesIO(), io.BytesIO()
    book.save(saved)
    numbers = [number for number, sheet in enumerate(book._sheets) if sheet in book.worksheets]  # type: ignore[attr-defined]
    created = book.properties.created or NO_CLOCK
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", data)
            if name == "xl/workbook.xml":  # the library leaves chart sheets out when it counts whose a name is
                data = _OWNER.sub(lambda found: b'%s%d"' % (found[1], numbers[int(found[2])]), data)
            member = zipfile.ZipInfo(name, _OLDEST_MEMBER)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, data)
    return result.getvalue()


def dress(cell: Any, name: str) -> None:
    """Gives a cell the look of a style of the house."""
    style = STYLES[name]
    cell.font = Font(
        name=style["font_name"], sz=style["font_size"], color=style["font_color"][1:], b=style.get("bold", False),
        u="single" if style.get("underline") else None,
    )  # fmt: skip
    if "bg_color" in style:
        paint(cell, style["bg_color"])
    cell.alignment = Alignment(
        horizontal=style.get("align"), vertical={"vcenter": "center"}.get(style["valign"], style["valign"]),
        wrap_text=style.get("text_wrap", False), indent=style.get("indent", 0),
    )  # fmt: skip
    if "bottom" in style:
        cell.border = Border(bottom=Side("thin", color=style["bottom_color"][1:]))


def paint(cell: Any, colour: str) -> None:
    """Fills a cell with a colour."""
    cell.fill = PatternFill("solid", start_color=colour[1:], end_color=colour[1:])


def keep_visible(sheet: Any, painted: Mapping[str, Sequence[str]]) -> None:
    """Lets painted cells (colour → addresses) show where the sheet's own conditional formats would cover the paint."""
    own = [(area, rule) for area in sheet.conditional_formatting for rule in area.rules]
    if not own:
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


def forget_visible(sheet: Any) -> None:
    """Takes away what `keep_visible` added; a format of the sheet's own for the very same cells stays."""
    formats = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula != [_ALWAYS]:
                formats.add(area, rule)
    sheet.conditional_formatting = formats


def unpaint(cell: Any) -> None:
    """Takes a cell's colour away."""
    cell.fill = PatternFill()
