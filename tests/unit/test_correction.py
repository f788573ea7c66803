"""Correction workbooks: marked cells, a Prüfprotokoll in front, one click to the place, and nothing else changed."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from flows.emit.correction.files import correction_names
from flows.emit.correction.workbook import AUTHOR, write_correction
from schemas.findings import Finding, finding, findings_frame
from tests.broken.forms import Form, correction, zipped

pytestmark = pytest.mark.filterwarnings("ignore:Cell C4 is marked as a date")
CASES = Path(__file__).parents[1] / "broken" / "cases"
RED, YELLOW = "00F5A9A9", "00FFE066"


def original() -> Any:
    """A municipality's file with everything that must survive: texts, numbers, dates, formulas, formats, comments."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Leistungen"
    sheet.append(["Fallnummer", "Geburtsjahr", "Gezahlte Leistung (EUR)", "Anspruch von"])
    sheet.append(["DN-001", 1800, 354.1, datetime(2016, 3, 1)])
    sheet.append(["DN-002", 1990, "=C2*2", date(2016, 3, 1)])
    sheet["A4"].value, sheet["A4"].data_type = "=cmd|' /C calc'!A0", "s"
    sheet["C4"].value, sheet["C4"].number_format = 99_999_999, "dd.mm.yyyy"
    sheet["B2"].comment = Comment("geprüft", "Frau Beispiel")
    sheet["B3"].fill = PatternFill("solid", start_color="00DDEBF7")
    sheet.merge_cells("A6:B7")
    sheet.merge_cells("A9:D9")
    sheet.column_dimensions["C"].width = 31
    book.create_sheet("Müller's Blatt")["A1"] = "Notizen"
    return book


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def wrong(cell: str, variant: str = "C05/range", sheet: str = "Leistungen", column: str = "Geburtsjahr") -> Finding:
    words = {
        "expected": "1920 bis 2016",
        "label": column,
        "reason": "Test",
        "first": "1",
        "second": "2",
        "case": "DN-001",
    }
    return finding(variant, file="März.xlsx", sheet=sheet, cell=cell, column=column, value="=1800", **words)


def corrected(findings: Iterable[Finding], folder: Path, source: bytes | None = None) -> Any:
    path = folder / "Korrektur.xlsx"
    own = saved(original()) if source is None else source
    write_correction(path, own, correction("März.xlsx", findings_frame(findings)))
    return openpyxl.load_workbook(path)


def links(book: Any) -> list[tuple[str, str]]:
    return [(cell.value, cell.hyperlink.location) for (cell,) in book["Prüfprotokoll"]["A1:A9999"] if cell.hyperlink]


def test_one_error_is_one_click_away(tmp_path: Path) -> None:
    book = corrected([wrong("B2")], tmp_path)
    assert book.sheetnames == ["Prüfprotokoll", "Leistungen", "Müller's Blatt"]
    assert book.active.title == "Prüfprotokoll"
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets] == [True, False, False]
    assert links(book) == [("Leistungen B2", "'Leistungen'!B2")]
    protocol = book["Prüfprotokoll"]
    assert protocol.sheet_view.selection[0].activeCell == "A6"
    assert [cell.value for cell in protocol[6]][1:3] == ["Fehler", "C05"]
    assert (
        protocol["D6"].value
        == "„=1800“ in „Geburtsjahr“ liegt außerhalb des erlaubten Bereichs (1920 bis 2016). Bitte B2 prüfen."
    )
    assert protocol["A3"].value.startswith("1 Fehler. ")


def test_errors_are_red_warnings_yellow_and_both_are_commented(tmp_path: Path) -> None:
    sheet = corrected([wrong("B2", "W12"), wrong("B2"), wrong("A3", "W12"), wrong("C2", "F11/totals")], tmp_path)[
        "Leistungen"
    ]
    assert sheet["B2"].fill.start_color.rgb == RED
    assert sheet["A3"].fill.start_color.rgb == YELLOW
    assert sheet["C2"].fill.fill_type is None  # a notice needs no work
    assert sheet["C2"].comment is None
    error, warning, own = sheet["B2"].comment.text.split("\n\n")
    assert error.startswith("Fehler C05: „=1800“")
    assert warning.startswith("Warnung W12: Die AGH von DN-001")
    assert own == "Frau Beispiel: geprüft"


def test_everything_else_stays_as_it_was(tmp_path: Path) -> None:
    before, after = openpyxl.load_workbook(io.BytesIO(saved(original()))), corrected([wrong("B2")], tmp_path)
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert other.dimensions == sheet.dimensions
        assert sorted(map(str, other.merged_cells.ranges)) == sorted(map(str, sheet.merged_cells.ranges))
        assert {key: entry.width for key, entry in other.column_dimensions.items()} == {
            key: entry.width for key, entry in sheet.column_dimensions.items()
        }
        for row in sheet.iter_rows():
            for cell in row:
                twin = other[cell.coordinate]
                assert (twin.value, twin.data_type, twin.number_format) == (
                    cell.value,
                    cell.data_type,
                    cell.number_format,
                )
                assert twin.coordinate == "B2" or twin.fill.start_color.rgb == cell.fill.start_color.rgb
    with zipfile.ZipFile(tmp_path / "Korrektur.xlsx") as archive:
        raw = archive.read("xl/worksheets/sheet2.xml")
    assert b"<v>99999999</v>" in raw  # no date, whatever its format says
    assert after["Leistungen"]["A4"].data_type == "s"


def test_equal_findings_are_grouped_and_every_cell_is_linked(tmp_path: Path) -> None:
    book = corrected([wrong(f"B{row}") for row in range(2, 315)] + [wrong("A2", "W12")], tmp_path)
    protocol = book["Prüfprotokoll"]
    assert protocol["A3"].value.startswith("313 Fehler, 1 Warnung. ")
    assert "Bitte B2 prüfen. … und 312 weitere" in protocol["D6"].value
    assert [protocol["B7"].value, protocol["C7"].value] == ["Warnung", "W12"]
    assert [location for _, location in links(book)] == [
        "'Leistungen'!B2", "'Leistungen'!A2", *(f"'Leistungen'!B{row}" for row in range(3, 315)),
    ]  # fmt: skip


def test_findings_without_a_cell_lead_to_their_sheet_or_stand_without_a_link(tmp_path: Path) -> None:
    book = corrected(
        [
            wrong("", "F04", sheet="Vermittlungen"),
            wrong("", "F06/label", sheet="Müller's Blatt"),
            wrong("A1", "F11/macro", sheet=""),
        ],
        tmp_path,
    )
    assert links(book) == [("Müller's Blatt", "'Müller''s Blatt'!A1")]
    assert [book["Prüfprotokoll"][f"A{row}"].value for row in (6, 7, 8)] == ["Müller's Blatt", "Vermittlungen", "A1"]


def test_a_conditional_format_of_the_form_does_not_cover_a_mark(tmp_path: Path) -> None:
    """The form paints an empty required cell yellow, which would hide that it is an error."""
    book = original()
    yellow = FormulaRule(formula=["ISBLANK(B2)"], fill=PatternFill("solid", start_color=YELLOW, end_color=YELLOW))
    book["Leistungen"].conditional_formatting.add("B2:B9", yellow)
    marked = corrected([wrong("B2"), wrong("B4"), wrong("B5", "W12")], tmp_path, saved(book))["Leistungen"]
    rules = {str(area.sqref): area.rules[0] for area in marked.conditional_formatting}
    assert [(rules[place].priority, rules[place].stopIfTrue) for place in ("B2 B4", "B5", "B2:B9")] == [
        (1, True), (2, True), (3, None),
    ]  # fmt: skip
    assert [rules[place].dxf.fill.end_color.rgb for place in ("B2 B4", "B5")] == [RED, YELLOW]
    mended = corrected([wrong("B4")], tmp_path, (tmp_path / "Korrektur.xlsx").read_bytes())["Leistungen"]
    assert sorted(str(area.sqref) for area in mended.conditional_formatting) == ["B2:B9", "B4"]


def test_a_conditional_format_for_the_very_cell_that_was_marked_stays(tmp_path: Path) -> None:
    book = original()
    yellow = FormulaRule(formula=['B2=""'], fill=PatternFill("solid", start_color=YELLOW, end_color=YELLOW))
    book["Leistungen"].conditional_formatting.add("B2", yellow)
    marked = corrected([wrong("B2")], tmp_path, saved(book))["Leistungen"]
    (area,) = marked.conditional_formatting
    assert [(rule.priority, rule.stopIfTrue) for rule in area.rules] == [(1, True), (2, None)]
    mended = corrected([wrong("A3")], tmp_path, (tmp_path / "Korrektur.xlsx").read_bytes())["Leistungen"]
    kept = {str(area.sqref): [rule.formula for rule in area.rules] for area in mended.conditional_formatting}
    assert kept["B2"] == [['B2=""']]
    assert sorted(kept) == ["A3", "B2"]


def test_a_cell_inside_a_merged_range_is_marked_where_it_shows(tmp_path: Path) -> None:
    sheet = corrected([wrong("B7")], tmp_path)["Leistungen"]
    assert sheet["A6"].fill.start_color.rgb == RED
    assert sheet["A6"].comment.author == AUTHOR


def test_a_mended_correction_workbook_can_be_corrected_again(tmp_path: Path) -> None:
    corrected([wrong("B2"), wrong("A3")], tmp_path)
    book = corrected([wrong("A3")], tmp_path, (tmp_path / "Korrektur.xlsx").read_bytes())
    assert book.sheetnames == ["Prüfprotokoll", "Leistungen", "Müller's Blatt"]
    sheet = book["Leistungen"]
    assert sheet["B2"].fill.fill_type is None
    assert sheet["B2"].comment.text == "geprüft"  # the sender's own
    assert sheet["A3"].fill.start_color.rgb == RED
    assert sheet["A3"].comment.text.count("C05") == 1


@pytest.mark.parametrize("source", [b"", b"no workbook", b"PK\x03\x04 broken", saved(original())[:2000]])
def test_what_cannot_be_marked_gets_the_protocol_alone(source: bytes, tmp_path: Path) -> None:
    book = corrected([wrong("B2")], tmp_path, source)
    assert book.sheetnames == ["Prüfprotokoll"]
    assert book["Prüfprotokoll"]["A6"].value == "Leistungen B2"
    assert links(book) == []
    assert "In Ihrer Datei selbst ließ sich nichts markieren." in book["Prüfprotokoll"]["A3"].value


# What other programs write and the library that marks cannot take, each with another error.
UNMARKABLE = {
    "leere Angabe zum Format": (r'<c r="B2"[^>]*>', '<c r="B2" s="">'),
    "Format, das es nicht gibt": (r'<c r="B2"[^>]*>', '<c r="B2" s="999">'),
    "geteilte Formel ohne Anführungszeichen am Ende": (r"<sheetData>", '<sheetData><row r="1"><c r="J1"><f t="shared" ref="J1:J2" si="0">"a</f></c><c r="J2"><f t="shared" si="0"/></c></row>'),
    "Zeilenhöhe in Worten": (r'<row r="2"', '<row r="2" ht="hoch"'),
    "kein XML": (r"</sheetData>", "<"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNMARKABLE)
def test_what_the_library_breaks_on_gets_the_protocol_alone(what: str, tmp_path: Path) -> None:
    damaged = Form("März.xlsx", saved(original())).xml("xl/worksheets/sheet1.xml", *UNMARKABLE[what])
    assert corrected([wrong("B2")], tmp_path, damaged.content).sheetnames == ["Prüfprotokoll"]


def test_a_chart_sheet_without_a_chart_gets_the_protocol_alone(tmp_path: Path) -> None:
    book = original()
    book.create_chartsheet("Verlauf")
    assert corrected([wrong("B2")], tmp_path, saved(book)).sheetnames == ["Prüfprotokoll"]


def test_a_defect_of_the_marking_itself_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every municipality would get the Prüfprotokoll alone, and nobody would know why."""
    monkeypatch.delattr("flows.emit.correction.workbook.paint")
    with pytest.raises(NameError):
        corrected([wrong("B2")], tmp_path)


@pytest.mark.parametrize("variant", ["F01", "F02", "F03"])
def test_a_file_that_was_refused_is_never_opened(variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.emit.correction.workbook.opened", lambda source: pytest.fail("opened"))
    words = {"reason": "", "found": "", "allowed": ""}
    book = corrected([finding(variant, file="a.xlsx", **words)], tmp_path)
    assert book.sheetnames == ["Prüfprotokoll"]
    assert book["Prüfprotokoll"]["A6"].value == "Datei"


def test_a_huge_merged_range_is_not_unfolded(tmp_path: Path) -> None:
    source, target = io.BytesIO(saved(original())), io.BytesIO()
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, archive.read(name).replace(b'ref="A9:D9"', b'ref="A9:XFD1048576"'))
    assert corrected([wrong("B2")], tmp_path, target.getvalue()).sheetnames == ["Prüfprotokoll"]


def test_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    evil = wrong("B2")._replace(sheet="=1+1", message='=HYPERLINK("x")\x07')
    findings = pl.DataFrame([evil], schema=Finding._fields, orient="row")
    write_correction(path, b"", correction("=1+1\udc80.xlsx", findings))
    cells = [cell for row in openpyxl.load_workbook(path)["Prüfprotokoll"].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(name: str, content: bytes = b"<a/>") -> bytes:
    return zipped(parts(saved(original())) | {name: content})


LOST = {
    "Diagramm": "xl/charts/chart1.xml",
    "Textfeld": "xl/drawings/drawing1.xml",
    "Kontrollkästchen": "xl/ctrlProps/ctrlProp1.xml",
    "ActiveX": "xl/activeX/activeX1.xml",
    "Bild": "xl/media/image1.png",
    "eingebettetes Dokument": "xl/embeddings/Brief.docx",
    "Pivot-Tabelle": "xl/pivotTables/pivotTable1.xml",
    "Zwischenspeicher einer Pivot-Tabelle": "xl/pivotCache/pivotCacheRecords1.xml",
    "Datenschnitt": "xl/slicers/slicer1.xml",
    "Unterhaltung": "xl/threadedComments/threadedComment1.xml",
    "Kontrollkästchen alter Art": "xl/drawings/vmlDrawing9.vml",
}


@pytest.mark.parametrize("what", LOST)
def test_what_marking_would_lose_keeps_the_file_as_it_is(what: str, tmp_path: Path) -> None:
    """The library drops it; the sender gets the Prüfprotokoll alone, and is told why."""
    source = with_part(LOST[what], b'<xml><x:ClientData ObjectType="Checkbox"/></xml>')
    book = corrected([wrong("B2")], tmp_path, source)
    assert book.sheetnames == ["Prüfprotokoll"]
    assert "Textfelder, Kontrollkästchen" in book["Prüfprotokoll"]["A3"].value


def test_a_drawn_chart_keeps_the_file_as_it_is(tmp_path: Path) -> None:
    book = original()
    book["Leistungen"].add_chart(BarChart(), "F2")
    assert corrected([wrong("B2")], tmp_path, saved(book)).sheetnames == ["Prüfprotokoll"]


def test_formulas_keep_what_they_store(tmp_path: Path) -> None:
    """A number, a text, a truth value and an error, in plain and shared formulas: sent back as it is, nothing is lost."""
    cells = (
        '<row r="20"><c r="A20"><f>200+1.5</f><v>201.5</v></c><c r="B20" t="str"><f>"a"&amp;"b"</f><v>a&amp;b</v></c>'
        '<c r="C20" t="b"><f>1=1</f><v>1</v></c><c r="D20" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="21"><c r="A21"><f t="shared" ref="A21:A22" si="0">A20*2</f><v>403</v></c></row>'
        '<row r="22"><c r="A22"><f t="shared" si="0"/><v>806</v></c><c r="B22"><f>1+1</f></c></row></sheetData>'
    )
    sent = Form("März.xlsx", saved(original())).xml("xl/worksheets/sheet1.xml", "</sheetData>", cells)
    corrected([wrong("B2")], tmp_path, sent.content)
    stored = openpyxl.load_workbook(tmp_path / "Korrektur.xlsx", data_only=True)["Leistungen"]
    values = {place: stored[place].value for place in ("A20", "B20", "C20", "D20", "A21", "A22", "B22")}
    assert values == {"A20": 201.5, "B20": "a&b", "C20": True, "D20": "#DIV/0!", "A21": 403, "A22": 806, "B22": None}
    formulas = openpyxl.load_workbook(tmp_path / "Korrektur.xlsx")["Leistungen"]
    assert [formulas[place].value for place in ("A20", "A21", "A22")] == ["=200+1.5", "=A20*2", "=A21*2"]


def test_a_template_becomes_a_workbook(tmp_path: Path) -> None:
    sent = Form("März.xltx", saved(original())).xml("[Content_Types].xml", r"sheet\.main\+xml", "template.main+xml")
    corrected([wrong("B2")], tmp_path, sent.content)
    types = parts((tmp_path / "Korrektur.xlsx").read_bytes())["[Content_Types].xml"]
    assert b"spreadsheetml.sheet.main+xml" in types
    assert b"template" not in types


LARGE = {
    "Verknüpfung über eine ganze Spalte": '<hyperlinks><hyperlink ref="H1:H1048576" location="A1"/></hyperlinks>',
    "Verbund mit fremdem Präfix": '<ü:mergeCells xmlns:ü="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ü:mergeCell ref="A9:XFD99999"/></ü:mergeCells>',
    "Verbund in Zeichennummern": '<mergeCells><mergeCell ref="A9:&#88;FD99999"/></mergeCells>',
    "viele Verbünde": "<mergeCells>" + '<mergeCell ref="J1:J2"/>' * 20_001 + "</mergeCells>",
    "viele Regeln": '<conditionalFormatting sqref="A1">' + '<cfRule type="expression" priority="1"/>' * 20_001 + "</conditionalFormatting>",
    "viele Bereiche": '<conditionalFormatting sqref="' + "A1 " * 20_001 + '"><cfRule type="expression" priority="1"/></conditionalFormatting>',
}  # fmt: skip


@pytest.mark.parametrize("what", LARGE)
def test_what_would_take_minutes_is_not_marked(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted before the library sees the file."""
    monkeypatch.setattr("flows.emit.correction.marking._Reader", lambda *args, **options: pytest.fail("opened"))
    old = r"</sheetData>(<mergeCells.*</mergeCells>)?"
    sent = Form("März.xlsx", saved(original())).xml("xl/worksheets/sheet1.xml", old, f"</sheetData>{LARGE[what]}")
    book = corrected([wrong("B2")], tmp_path, sent.content)
    assert book.sheetnames == ["Prüfprotokoll"]
    assert "würde Minuten dauern" in book["Prüfprotokoll"]["A3"].value


@pytest.mark.parametrize(
    ("part", "element"),
    [("xl/styles.xml", b"<font/>"), ("xl/styles.xml", b"<dxf/>"), ("xl/workbook.xml", b"<definedName/>"), ("xl/comments/comment1.xml", b"<comment/>")],
)  # fmt: skip
def test_countless_formats_names_or_notes_are_not_marked(part: str, element: bytes, tmp_path: Path) -> None:
    def change(xml: bytes) -> bytes:
        end = xml.rindex(b"</")
        return xml[:end] + element * 20_001 + xml[end:]

    sent = Form("März.xlsx", saved(original())).part(part, change)
    assert corrected([wrong("B2")], tmp_path, sent.content).sheetnames == ["Prüfprotokoll"]


# A second round


def test_a_colour_of_the_senders_own_is_there_again_when_the_mark_is_gone(tmp_path: Path) -> None:
    marked = corrected([wrong("B3")], tmp_path)["Leistungen"]
    assert marked["B3"].fill.start_color.rgb == "00DDEBF7"  # the mark lies above it
    (area,) = marked.conditional_formatting
    assert (str(area.sqref), area.rules[0].dxf.fill.end_color.rgb) == ("B3", RED)
    mended = corrected([wrong("A3")], tmp_path, (tmp_path / "Korrektur.xlsx").read_bytes())["Leistungen"]
    assert (mended["B3"].fill.start_color.rgb, mended["B3"].comment) == ("00DDEBF7", None)
    assert not list(mended.conditional_formatting)


def test_a_note_of_the_senders_own_is_there_again_when_the_mark_is_gone(tmp_path: Path) -> None:
    corrected([wrong("B2"), wrong("B2", "W12")], tmp_path)
    mended = corrected([wrong("A3")], tmp_path, (tmp_path / "Korrektur.xlsx").read_bytes())["Leistungen"]
    assert (mended["B2"].comment.author, mended["B2"].comment.text) == ("Frau Beispiel", "geprüft")


def test_marks_are_known_again_whatever_program_mended_the_file(tmp_path: Path) -> None:
    """LibreOffice drops the author of a note and keeps its words and colours; A9 has a note and a colour of the sender's.

    Five cells of Leistungen were mended; one has a note of the sender's behind the mark.
    """
    sent = (CASES / "second_round_saved_by_libreoffice.xlsx").read_bytes()
    book = corrected([wrong("C16", column="Geschlecht")], tmp_path, sent)
    notes = {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment
    }  # fmt: skip
    assert notes.keys() == {("Leistungen", "C16"), ("Leistungen", "A9"), ("Leistungen", "H12")}
    assert notes["Leistungen", "A9"] == "Akte liegt bei Frau Meier"
    assert notes["Leistungen", "H12"] == "laut Bescheid v. 3.11."
    painted = [
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row
        if cell.fill.fill_type and cell.fill.start_color.rgb[-6:] in (RED[-6:], YELLOW[-6:])
    ]  # fmt: skip
    assert painted == [("Leistungen", "C16")]
    assert book["Leistungen"]["A9"].fill.start_color.rgb == "FFFFFF00"


def test_a_sender_is_not_told_what_the_county_has_to_set(tmp_path: Path) -> None:
    refused = finding("F02/unset", file="a.xlsx", names="KENNWORT_A")
    protocol = corrected([refused], tmp_path)["Prüfprotokoll"]
    assert "KENNWORT_A" in refused.message
    assert "ohne Kennwort speichern" in protocol["D6"].value
    assert "KENNWORT_A" not in protocol["D6"].value


def test_macros_are_left_out(tmp_path: Path) -> None:
    target = io.BytesIO(saved(original()))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    corrected([wrong("B2")], tmp_path, target.getvalue())
    with zipfile.ZipFile(tmp_path / "Korrektur.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_names() -> None:
    assert correction_names([
        ("05358008", "Meldung März.xlsx", "2016-03"),
        (None, "Meldung März.xlsx", None),
        ("05358024", "Meldung.xls", "2016-02"),
        ("05358024", "meldung.xlsx", "2016-03"),  # the same name where upper and lower case are one
        ("05358012", "x.xlsx", "2016-03"),
        ("05358012", "x.ods", "2016-03"),
        ("05358012", 'a<b>:"c/d\\e|f?g*h\n.xlsx', None),
        (None, "ä" * 300 + ".xlsx", None),
        (None, ".xlsx", None),
        (None, "bericht.2016. .xlsx", None),
    ]) == [
        "05358008-Meldung März.xlsx",
        "unbekannt-Meldung März.xlsx",
        "05358024-Meldung-2016-02.xlsx",
        "05358024-meldung-2016-03.xlsx",
        "05358012-x-2016-03.xlsx",
        "05358012-x-2016-03-2.xlsx",
        "05358012-d_e_f_g_h_.xlsx",
        "unbekannt-" + "ä" * 80 + ".xlsx",
        "unbekannt-xlsx.xlsx",
        "unbekannt-bericht.2016.xlsx",
    ]  # fmt: skip
