"""The glance that spares the parsing of a sheet: what it lets pass, the value reader reads as parsing would, and nothing is odd there."""

import io
import re
import zipfile
from unittest.mock import patch

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from flows.ingest.spreadsheet import xlsx
from flows.ingest.spreadsheet.anomalies import Oddity, Unreadable
from flows.ingest.spreadsheet.workbook import Sheet, open_workbook
from schemas.programme.parties import Limits
from tests.broken.forms import faultless, zipped
from tests.examples import examples

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet2.xml"
PERCENT = "2"  # the cell format that shows a percentage
with zipfile.ZipFile(io.BytesIO(faultless().content)) as _archive:
    PARTS = {name: _archive.read(name) for name in _archive.namelist()}
PARTS |= {
    "xl/workbook.xml": re.sub(rb"(<sheet [^>]*/>)+", rb'<sheet name="A" sheetId="1" r:id="rId2"/>', PARTS["xl/workbook.xml"]),
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>Null</t></si><si><t>Eins</t></si></sst>'.encode(),
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="9"/></cellXfs></styleSheet>'.encode(),
}  # fmt: skip
# How Excel writes a thing first, then how else it may be written, or what else may stand there.
WRITING = {
    "gap": (" ", "  ", "\n", "\t"),
    "equals": ("=", " =", "= ", " = "),
    "quote": ('"', "'"),
    "prefix": ("", "x:"),
    "before": ("", "<!-- <sheetData> -->", "<!-- </sheetData> -->", "<sheetData/>"),
    "after": ("", "<!-- <sheetData></sheetData> -->", "<x:ext><x:f>1</x:f></x:ext>"),
}
THINGS = {
    "address": ("", "lower", "column", "corner", "none"),
    "row number": ("", "none", "far"),
    "row": ("", "hidden=1", "hidden=true", "hidden=0", "ht=0", "ht=0.0", "ht=.0", "ht=12.75", "ht=00"),
    "column": ("", "hidden=1", "hidden=true", "hidden=false", "width=0", "width=0.0", "width=00", "width=.0"),
    "type": ("s", "e", "b", "str", "inlineStr", "&#101;"),
    "format": ("1", PERCENT, "12", "&#50;"),
    "formula": ("", "1+1", "A1", "&quot;a&quot;"),
    "text": ("", "a'b", "a &amp; b", "= hidden ht", 'c r="', "x:y", "#REF!"),
}
WAYS = WRITING | THINGS


class Writer:
    """Writes a sheet as Excel does, but for a few things."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._writing, self._thing = draw(st.sampled_from(["", *WRITING])), draw(st.sampled_from([*THINGS]))

    def way(self, what: str) -> str:
        """The usual way nearly always: a sheet full of what is odd is easily told."""
        usual, *others = WAYS[what]
        chance = {self._writing: 4, self._thing: 2}.get(what)
        return self._draw(st.sampled_from(others)) if chance and self._draw(st.integers(1, chance)) == 1 else usual

    def attribute(self, name: str, value: str) -> str:
        quote = self.way("quote")
        return f"{self.way('gap')}{name}{self.way('equals')}{quote}{value}{quote}"

    def choice(self, what: str) -> str:
        name, _, value = self.way(what).partition("=")
        return self.attribute(name, value) if name else ""

    def element(self, name: str, attributes: str = "", inside: str = "") -> str:
        tag = self.way("prefix") + name
        return f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes}/>"

    def cell(self, row: int, column: str) -> str:
        places = {"lower": f"{column.lower()}{row}", "column": f"XFD{row}", "corner": "XFD1000000"}
        how = self.way("address")
        attributes = "" if how == "none" else self.attribute("r", places.get(how, f"{column}{row}"))
        attributes += self.attribute("s", self.way("format"))
        kind = self.way("type") if self._draw(st.booleans()) else ""
        attributes += self.attribute("t", kind) if kind else ""
        formula, value = self.way("formula"), self.way("text") or self._draw(st.sampled_from(["", "1", "0.5"]))
        inside = self.element("f", inside=formula) if formula else ""
        inside += self.element("is", inside=f"<t>{value}</t>") if kind == "inlineStr" else self.element("v", "", value)
        return self.element("c", attributes, inside if self._draw(st.booleans()) else "")

    def row(self, number: int) -> str:
        how = self.way("row number")
        attributes = "" if how == "none" else self.attribute("r", "700000" if how == "far" else str(number))
        cells = "".join(self.cell(number, column) for column in self._draw(st.sampled_from(["", "A", "AB", "BCZ"])))
        return self.element("row", attributes + self.attribute("spans", "1:3") + self.choice("row"), cells)

    def sheet(self) -> bytes:
        rows = "".join(self.row(number) for number in range(1, self._draw(st.integers(2, 4))))
        column = self.element("col", self.attribute("min", "2") + self.attribute("max", "3") + self.choice("column"))
        before, after = self.way("before"), self.way("after")
        head = f'<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}">{before}<cols>{column}</cols>'
        return f"{head}<sheetData>{rows}</sheetData>{after}</worksheet>".encode()


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    return Writer(draw).sheet()


def opened(xml: bytes) -> Sheet | None:
    """The sheet as it is read; None where the file is refused."""
    try:
        return open_workbook(zipped({**PARTS, SHEET: xml}), Limits()).sheets[0]
    except Unreadable:
        return None


def cells(sheet: Sheet) -> dict[str, tuple[type, object]]:
    """The values with their types by their addresses."""
    return {
        str(sheet.address(index, position)): (type(value), value)
        for index, row in enumerate(sheet.rows)
        for position, value in enumerate(row)
        if value not in (None, "")
    }


def one_cell(attributes: str, text: str) -> bytes:
    """A sheet of one cell."""
    cell = f'<c r="A1"{attributes}><v>{text}</v></c>'
    return f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'.encode()


@settings(max_examples=examples(1_000))
@example(one_cell(' s="1" t ="s"', "a'b"))  # a shared text that no number tells, where the equals sign stands apart
@example(one_cell(' s="1" t= "b"', "2"))
@given(sheets())
def test_the_glance_overlooks_nothing(xml: bytes) -> None:
    is_plain = xlsx._is_plain(xml, frozenset({PERCENT}))
    event(f"plain: {is_plain}")
    if is_plain:
        with patch.object(xlsx, "_is_plain", return_value=False):
            parsed = opened(xml)
        found = opened(xml)
        event(f"read: {found is not None}")
        assert (found is None) == (parsed is None), xml
        if found is None or parsed is None:
            return
        assert cells(found) == cells(parsed), xml
        marks = parsed.marks
        assert not any(isinstance(value, Oddity) for _, value in cells(parsed).values()), xml
        assert not (marks.formulas or marks.hidden_rows or marks.hidden_columns), xml
