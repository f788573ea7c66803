"""Files that are small to send and large to read: each takes one place where a reader's work can outgrow the file."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from tests.broken.containers import Grid, grids
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import biff, compound, xls_stream
from tests.broken.containers_xlsb import xlsb
from tests.broken.forms import EMPLOYED, OPPORTUNITY, PLACEMENT, Form, faultless, form

BENEFITS = "xl/worksheets/sheet2.xml"
_BREAK = "&#10;"
_DAY = date(1990, 1, 1)


def _with_rows(sheet: str, rows: str, behind: str = "") -> Form:
    """More rows at the end of a sheet of the form, and what stands behind all rows."""
    return _more(faultless(), sheet, rows, behind)


def _more(form: Form, sheet: str, rows: str, behind: str = "") -> Form:
    return form.part(sheet, lambda xml: xml.replace(b"</sheetData>", f"{rows}</sheetData>{behind}".encode(), 1))


def _text(address: str, text: object) -> str:
    return f'<c r="{address}" t="str"><v>{text}</v></c>'


def _changed(form: Form, old: str, new: str) -> Form:
    def change(xml: bytes) -> bytes:
        assert old.encode() in xml
        return xml.replace(old.encode(), new.encode(), 1)

    return form.part("content.xml", change)


def breaks_in_an_attribute(count: int = 8_000_000) -> Form:
    """A parser that gets a long tag in pieces looks through all of it again with every piece."""
    kind = ' office:value-type="string"'
    sent = Form("meldung.ods", ods(grids(faultless())))
    return _changed(sent, kind, f'{kind} office:string-value="a{_BREAK * count}"')


def breaks_as_elements(count: int = 2_000_000) -> Form:
    sent = Form("meldung.ods", ods(grids(faultless())))
    return _changed(sent, "<text:p>Bauhof</text:p>", f"<text:p>{'<text:line-break/>' * count}</text:p>")


def _repeated(rows: int, columns: int, tables: int = 1) -> Form:
    table = (
        f'<table:table table:name="Mehr"><table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{columns}"/>'
        "</table:table-row></table:table>"
    )
    sent = Form("meldung.ods", ods(grids(faultless())))
    return _changed(sent, "</office:spreadsheet>", f"{table * tables}</office:spreadsheet>")


def repeated_cells() -> Form:
    return _repeated(99_000, 160)


def repeated_cells_on_many_sheets() -> Form:
    return _repeated(99_000, 160, 2_000)


def merged_pairs(marked: int = 700, count: int = 3_000) -> Form:
    """Rows lack what is required, under merged ranges: whoever marks it must find the range's first cell."""
    rows = "".join(f'<row r="{row}">{_text(f"A{row}", f"X-{row}")}</row>' for row in range(7, marked + 7))
    areas = "".join(f'<mergeCell ref="B{row}:C{row}"/>' for row in range(7, count + 7))
    return _with_rows(BENEFITS, rows, f"<mergeCells>{areas}</mergeCells>")


def merged_and_overlapping(count: int = 3_000) -> Form:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(7, 90_000))
    area = '<mergeCell ref="A1:Z90000"/>'
    return _with_rows(BENEFITS, rows, f"<mergeCells>{area * count}</mergeCells>")


def hidden_columns(count: int = 90_000) -> Form:
    """As many as may be marked, beside a cell that must be."""
    hidden = "".join(f'<col min="{at}" max="{at}" width="0" hidden="1"/>' for at in range(1, 16_385))
    sent = _with_rows(BENEFITS, f'<row r="99">{_text("B99", "x")}<c r="XFD99"><v>1</v></c></row>')
    return sent.part(BENEFITS, lambda xml: xml.replace(b"<cols>", f"<cols>{hidden * (count // 16_384)}".encode(), 1))


def sheets_on_one_part(count: int = 3_000) -> Form:
    """Each of them would be read again."""
    rows = {(row, column): float(row) for row in range(1, 2_000) for column in range(1, 9)}
    sent = Form("meldung.xlsb", xlsb({"Deckblatt": Grid({(1, 1): "a"})} | {f"x{n}": Grid({}) for n in range(count)}))
    one = Form("one.xlsb", xlsb({"x": Grid(rows)}))
    pieces: list[bytes] = []
    one.part("xl/worksheets/sheet1.bin", lambda data: pieces.append(data) or data)
    relations = re.compile(rb"worksheets/sheet\d+\.bin")
    return sent.part("xl/worksheets/sheet1.bin", pieces[0]).part(
        "xl/_rels/workbook.bin.rels", lambda xml: relations.sub(b"worksheets/sheet1.bin", xml)
    )


def sheets_in_one_place(count: int = 2_000) -> Form:
    """Each sheet begins one record behind the other and goes on to the same end."""
    stream = xls_stream({"x" * 8: Grid({(1, 1): 1.0})})
    head, tail = stream[: stream.index(biff(0x85)[:2])], biff(0x0A)
    names = [f"{number:08}".encode("utf-16-le") for number in range(count)]
    start = len(head) + count * (4 + 8 + 16) + 4
    for number, name in enumerate(names):
        head += biff(0x85, bytes((start + 4 * number).to_bytes(4, "little")) + bytes([0, 0, 8, 1]) + name)
    return Form("meldung.xls", compound({"Workbook": head + tail + biff(0x92) * 150_000 + tail}))


def many_sheets(count: int = 1_500) -> Form:
    sent = faultless()
    plain = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    parts = {f"xl/worksheets/more{number}.xml": plain for number in range(count)}
    names = "".join(f'<sheet name="x{n}" sheetId="{n + 100}" r:id="more{n}"/>' for n in range(count))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = "".join(f'<Relationship Id="more{n}" Type="{kind}" Target="worksheets/more{n}.xml"/>' for n in range(count))
    sent = sent.part("xl/workbook.xml", lambda xml: xml.replace(b"</sheets>", f"{names}</sheets>".encode()))
    sent = sent.part(
        "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"</Relationships>", f"{links}</Relationships>".encode())
    )
    return sent.with_parts(parts)


def error_cells(rows: int = 700) -> Form:
    cells = "".join(
        f'<row r="{row}">{_text(f"A{row}", f"C-{row}")}'
        + "".join(_text(f"{letter}{row}", f"q{row}") for letter in "BCDEFGH")
        + "</row>"
        for row in range(7, rows + 7)
    )
    return _with_rows(BENEFITS, cells)


def countless_error_cells() -> Form:
    return error_cells(5_700)


def one_key(rows: int = 20_000) -> Form:
    """Each of the rows would name all of them."""
    return form({"benefits": [EMPLOYED] * rows})


def one_case(rows: int = 9_000) -> Form:
    """Every placement beside every work opportunity of one case."""
    placed = [PLACEMENT | {"case_id": "A-200", "begin": _DAY + timedelta(row)} for row in range(rows)]
    worked = [OPPORTUNITY | {"position_id": f"AGH-{row}", "hours_hundredths": 1} for row in range(rows)]
    return form({"placements": placed, "opportunities": worked})


def endless_tag(count: int = 400_000) -> Form:
    """Text that looks like the beginnings of so many tags."""
    begun = ' t="s"'
    return _with_rows(BENEFITS, f'<row r="99"><c r="L99" t="inlineStr"><is><t>{begun * count}</t></is></c></row>')


def percent_formats(count: int = 60_000) -> Form:
    looks = '<xf numFmtId="9"/>' * count
    cells = "".join(f'<row r="{row}"><c r="A{row}" s="0"><v>{row}</v></c></row>' for row in range(99, 50_000))
    sent = faultless().part("xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", f"{looks}</cellXfs>".encode(), 1))
    return _more(sent, BENEFITS, cells)


def format_code(count: int = 2_000_000) -> Form:
    code = f'<numFmts><numFmt numFmtId="199" formatCode="{"[$" * count}"/></numFmts>'
    styled = faultless().part(
        "xl/styles.xml", lambda xml: re.sub(rb"(<styleSheet[^>]*>)", rb"\1" + code.encode(), xml, count=1)
    )
    look = b'<xf numFmtId="199"/></cellXfs>'
    return styled.part("xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", look, 1))


def long_cover_entry(count: int = 2_000_000) -> Form:
    entry = f'<c r="B8" t="inlineStr"><is><t>a{_BREAK * count}</t></is></c>'
    return faultless().xml("xl/worksheets/sheet1.xml", '<c r="B8"[^>]*>.*?</c>', entry)


def just_inside_the_limits() -> Form:
    """Some 130 MiB of cells that do not say where they stand."""
    return _with_rows(BENEFITS, f"<row>{'<c><v>1</v></c>' * 90}</row>" * 99_000)


HOSTILE: dict[str, Callable[[], Form]] = {
    build.__name__: build
    for build in (
        breaks_in_an_attribute, breaks_as_elements, repeated_cells, repeated_cells_on_many_sheets, merged_pairs,
        merged_and_overlapping, hidden_columns, sheets_on_one_part, sheets_in_one_place, many_sheets, error_cells, countless_error_cells, one_key,
        one_case, endless_tag, percent_formats, format_code, long_cover_entry, just_inside_the_limits,
    )
}  # fmt: skip
