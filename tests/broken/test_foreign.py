"""Stand-ins for files from other programs that once stopped the intake, each as small as it can be."""

import io
import re
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from flows.emit.correction import workbook
from flows.emit.correction.marking import StoredValues
from flows.emit.correction.package import MOST_OTHERS
from flows.emit.correction.workbook import write_correction
from flows.ingest.spreadsheet import xlsx
from tests.broken.containers import grids
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import biff, compound, xls, xls_stream
from tests.broken.containers_xlsb import record, xlsb
from tests.broken.defects_cells import with_format
from tests.broken.forms import Form, Found, correction, faultless, found, messages, taken_in

SHEET = "xl/worksheets/sheet2.xml"  # Leistungen


def test_one_formatted_cell_far_away_does_not_fill_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Formatted by accident: its used range has 234,000 cells, the correction workbook only those that are there."""

    def change(book: Workbook) -> None:
        book["Leistungen"]["Z9000"].font = Font(bold=True)
        book["Leistungen"]["B5"].value = "achtzig"

    sent = faultless().edit(change)
    intake = taken_in(sent)
    assert found(intake) == [Found("C02", "error", "Leistungen", "B5", "Geburtsjahr")]
    cells: list[int] = []
    packed = workbook.packed

    def counted(book: Workbook, stored: StoredValues) -> bytes:
        cells.append(len(book["Leistungen"]._cells))  # type: ignore[attr-defined]
        return packed(book, stored)

    monkeypatch.setattr(workbook, "packed", counted)
    write_correction(tmp_path / "Korrektur.xlsx", sent.content, correction(sent.name, intake.findings))
    assert cells
    assert cells[0] < 100


ODD_WAYS = {
    "Formel": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', r'<c r="H6"><f\n>300+64</f></c>', "C07", "H6"),
    "Formel mit Namensraum": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', r'<c r="H6"><x:f xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">1</x:f></c>', "C07", "H6"),
    "Fehler in einfachen Anführungszeichen": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', r"<c r='H6' t = 'e'><v>#REF!</v></c>", "C07", "H6"),
    "Fehler zwischen Leerzeichen": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', r'<c r="H6" t = "e"><v>#REF!</v></c>', "C07", "H6"),
    "Höhe null zwischen Leerzeichen": (r'<row r="6"', '<row r="6" ht = "0"', "F11", ""),
    "Breite null zwischen Leerzeichen": (r'<col min="3" max="3" width="[^"]*"', '<col min="3" max="3" width = "0"', "F11", ""),
    "ausgeblendet mit Wahrheitswort": (r'<row r="6"', '<row r="6" hidden = "true"', "F11", ""),
    "Höhe null nach einem Zeilenumbruch": (r'<row r="6"', '<row r="6"\nht="0.0"', "F11", ""),
    "Breite null": (r'<col min="3" max="3" width="[^"]*"', "<col min='3' max='3' width = '0'", "F11", ""),
    "Fehler als Zeichennummer": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', '<c r="H6" t="&#101;"><v>#REF!</v></c>', "C07", "H6"),
    "Fehler nach einem Text mit Zeichennummer": (r'<c r="H6"([^>]*)><v>[^<]*</v></c>', '<c r="H6" t=\'e\'><v>#REF!</v></c><c r="M6" t="inlineStr"><is><t>gepr&#252;ft</t></is></c>', "C07", "H6"),
    "Höhe null ohne Ziffer davor": (r'<row r="6"', '<row r="6" ht=".0"', "F11", ""),
    "Breite null als Zeichennummer": (r'<col min="3" max="3" width="[^"]*"', '<col min="3" max="3" width="&#48;"', "F11", ""),
    "ausgeblendet neben nicht ausgeblendet": (r'<row r="6"', '<row r="6" hidden="false"/><row r="6" hidden="1"', "F11", ""),
    "Spalte ausgeblendet neben nicht ausgeblendet": (r'<col min="3" max="3"', '<col min="1" max="1" hidden="0"/><col min="3" max="3" hidden="1"', "F11", ""),
    "Formel neben leeren Zeilen in einem Kommentar": (r'<sheetData>(.*)<c r="H6"[^>]*><v>[^<]*</v></c>(.*)</sheetData>', r'<x:sheetData xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\1<c r="H6"><f>1</f></c>\2</x:sheetData><!-- <sheetData></sheetData> -->', "C07", "H6"),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD_WAYS)
def test_what_is_odd_is_seen_however_another_program_writes_it(what: str) -> None:
    """Blanks, quotes, line breaks and prefixes that XML allows and Excel does not use."""
    old, new, code, cell = ODD_WAYS[what]
    intake = taken_in(faultless().xml(SHEET, old, new))
    assert [(entry.code, entry.cell) for entry in found(intake)] == [(code, cell)], messages(intake, code)


def test_a_percent_format_is_seen_between_blanks() -> None:
    sent = with_format("Leistungen!H6", 364, "0.00%").xml(SHEET, '<c r="H6" s="', '<c r="H6" s = "')
    assert found(taken_in(sent)) == [Found("C02", "error", "Leistungen", "H6", "Gezahlte Leistung (EUR)")]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_far_cells_are_refused_however_their_address_is_written(quote: str) -> None:
    far = f"<row r = {quote}1048576{quote}><c r = {quote}XFD1048576{quote}><v>1</v></c></row></sheetData>"
    sent: Form = faultless().xml(SHEET, "</sheetData>", far)
    assert found(taken_in(sent)) == [Found("F03", "error", "", "", "")]


def test_many_cells_without_an_address_are_refused_before_they_fill_the_memory() -> None:
    """Their place follows from those before them: 1,000 rows, the last of which goes on to column XFD."""
    far = "<row><c><v>1</v></c></row>" * 1_000 + f"<row>{'<c><v>1</v></c>' * 16_384}</row></sheetData>"
    sent: Form = faultless().xml(SHEET, "</sheetData>", far)
    assert found(taken_in(sent)) == [Found("F03", "error", "", "", "")]


@pytest.mark.parametrize("value", ["<v>{}</v>", "<v> {} </v>", "<v><![CDATA[{}]]></v>"])
def test_a_long_text_that_many_cells_share_is_refused_before_it_fills_the_memory(value: str) -> None:
    """A text of 1 MB is packed to nothing and named by 300 cells: 300 MB where 256 MiB (268 MB) are allowed."""
    with zipfile.ZipFile(io.BytesIO(faultless().content)) as archive:
        texts = archive.read("xl/sharedStrings.xml")
    longer = texts.replace(b"</sst>", b"<si><t>" + b"A" * 10**6 + b"</t></si></sst>")
    named = value.format(texts.count(b"<si>"))
    cells = [f'<row r="{row}"><c r="M{row}" t="s">{named}</c></row>' for row in range(7, 307)]

    def sent(count: int) -> Form:
        rows = "".join(cells[:count])
        return faultless().part("xl/sharedStrings.xml", longer).xml(SHEET, "</sheetData>", f"{rows}</sheetData>")

    assert found(taken_in(sent(300))) == [Found("F03", "error", "", "", "")]
    assert found(taken_in(sent(3))) == []


def shared_in_ods(count: int) -> Form:
    """A cell with 1 MB of text, repeated."""
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{count}"><text:p>{"A" * 10**6}</text:p></table:table-cell>'
    row = (
        f"<table:table-row><table:table-cell table:number-columns-repeated='12'/>{cell}</table:table-row></table:table>"
    )
    return Form("meldung.ods", ods(grids(faultless()))).xml("content.xml", "</table:table>", row)


def shared_in_xlsb(count: int) -> Form:
    """Cells in column M that name the same text of a million letters."""
    text = record(19, b"\0" + struct.pack("<I", 10**6) + b"A\0" * 10**6)
    rows = b"".join(
        record(0, struct.pack("<IIHBBB4x", row, 0, 300, 0, 0, 0)) + record(7, struct.pack("<III", 12, 0, 0))
        for row in range(6, 6 + count)
    )
    texts = record(159, struct.pack("<II", count, 1)) + text + record(160)
    sent = Form("meldung.xlsb", xlsb(grids(faultless()), extra={"xl/sharedStrings.bin": texts}))
    return sent.part("xl/worksheets/sheet2.bin", lambda data: data.replace(record(146), rows + record(146)))


def shared_in_xls(count: int) -> Form:
    """Cells on the last sheet, in 15 columns each, that name the same text of 60,000 letters, which two records hold."""
    half = b"A" * 30_000
    texts = struct.pack("<IIHB", count, 1, 60_000, 0) + half
    stream = xls_stream(grids(faultless()), globals_=biff(0xFC, texts) + biff(0x3C, b"\0" + half))
    cells = (biff(0xFD, struct.pack("<HHHI", 100 + cell // 15, cell % 15, 0, 0)) for cell in range(15 * count))
    return Form("meldung.xls", compound({"Workbook": stream[:-4] + b"".join(cells) + biff(0x0A)}))


@pytest.mark.parametrize("sent", [shared_in_ods, shared_in_xlsb, shared_in_xls])
def test_other_formats_too_are_refused_for_a_long_text_in_many_cells(sent: Callable[[int], Form]) -> None:
    """300 MB (270 in the .xls) where 256 MiB (268 MB) are allowed; three times the text is no reason to refuse."""
    assert found(taken_in(sent(300))) == [Found("F03", "error", "", "", "")]
    assert "F03" not in taken_in(sent(3)).findings["code"]


# The same sheet as spreadsheet programs write it: none of this needs a second look.
USUAL_WAYS = {
    "Excel": (r'<row r="([0-9]+)"', r'<row r="\1" spans="1:13" x14ac:dyDescent="0.25"'),
    "LibreOffice": (r'<row r="([0-9]+)"', r'<row r="\1" hidden="false" customHeight="false" outlineLevel="0"'),
    "LibreOffice, Spalten": (r"<col ", '<col collapsed="false" hidden="false" '),
    "openpyxl": (r'(<c r="A6"[^>]*) t="s"><v>[0-9]+</v></c>', r'\1 t="inlineStr"><is><t xml:space="preserve">A-200</t></is></c><c r="M6" t="inlineStr"><is><t>Rück: gepr&#252;ft!</t></is></c>'),
}  # fmt: skip


@pytest.mark.parametrize("program", USUAL_WAYS)
def test_what_programs_usually_write_is_judged_at_a_glance(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_SheetReader", lambda *told: pytest.fail("parsed"))
    old, new = USUAL_WAYS[program]

    def change(xml: bytes) -> bytes:
        text, count = re.subn(old, new, xml.decode())
        assert count, xml
        namespace = 'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        return text.replace("<worksheet ", f"<worksheet {namespace}").encode()

    assert found(taken_in(faultless().part(SHEET, change))) == []


def lying(part: str, longer: bytes, stated: int) -> Form:
    """A part that is longer than the container states, with the checksum of as much of it as is stated."""
    content = bytearray(faultless().part(part, longer).content)
    true, forged = (struct.pack("<III", zlib.crc32(data), 0, len(data)) for data in (longer, longer[:stated]))
    for at in (content.index(true[:4]), content.rindex(true[:4])):
        content[at : at + 4], content[at + 8 : at + 12] = forged[:4], forged[8:]
    return Form("meldung.xlsx", bytes(content))


@pytest.mark.parametrize("stated", [0, 10])
def test_a_part_that_is_larger_than_it_says_is_never_unpacked_whole(stated: int) -> None:
    """The size stated in the directory decides how much is unpacked; a bomb that lies about it is damaged."""
    size = 64 * 2**20
    sent = lying("xl/media/a.bin", bytes(size), stated)
    tracemalloc.start()
    intake = taken_in(sent)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found(intake) == [Found("F01", "error", "", "", "")]
    assert "größer, als die Datei angibt" in messages(intake, "F01")
    assert peak < size // 2


def test_more_parts_than_a_container_can_list_are_refused() -> None:
    """65,535 is the most that an end record counts; more are no workbook."""
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(65_536):
            archive.writestr(str(number), b"")
    assert found(taken_in(Form("meldung.xlsx", many.getvalue()))) == [Found("F01", "error", "", "", "")]


def test_a_part_whose_beginning_fits_its_forged_checksum_never_reaches_the_value_reader() -> None:
    """Texts that go on behind what is stated: the value reader would unpack them to their end."""
    with zipfile.ZipFile(io.BytesIO(faultless().content)) as archive:
        texts = archive.read("xl/sharedStrings.xml")
    end = texts.index(b"</sst>")
    longer = texts[:end] + b"<si><t>" + b"A" * 2**20 + b"</t></si>" + texts[end:]
    intake = taken_in(lying("xl/sharedStrings.xml", longer, end))
    assert found(intake) == [Found("F01", "error", "", "", "")]
    assert "größer, als die Datei angibt" in messages(intake, "F01")


def test_a_part_that_is_packed_in_an_unusual_way_is_f01() -> None:
    """Neither Excel nor LibreOffice packs in bzip2, and its size could not be bounded while it is unpacked."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(faultless().content)) as archive, zipfile.ZipFile(saved, "w") as changed:
        for name in archive.namelist():
            kind = zipfile.ZIP_BZIP2 if name == SHEET else zipfile.ZIP_STORED
            changed.writestr(name, archive.read(name), compress_type=kind)
    assert found(taken_in(Form("meldung.xlsx", saved.getvalue()))) == [Found("F01", "error", "", "", "")]


def test_what_a_workbook_points_to_outside_is_not_followed() -> None:
    """A sheet that lies elsewhere is missing from the file, and nothing is fetched to replace it."""
    sent = faultless().xml(
        "xl/_rels/workbook.xml.rels", r'Target="[^"]*worksheets/sheet2.xml"', 'Target="file:///etc/passwd" TargetMode="External"'
    )  # fmt: skip
    assert found(taken_in(sent)) == [Found("F01", "error", "", "", "")]


def test_a_file_with_countless_formats_gets_the_protocol_alone(tmp_path: Path) -> None:
    """Grown over years of copying: every format would become a heavy object, for seconds and more."""
    one = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    sent = (
        faultless()
        .put({"Leistungen!B5": "achtzig"})
        .xml("xl/styles.xml", "</cellXfs>", one * MOST_OTHERS + "</cellXfs>")
    )
    intake = taken_in(sent)
    assert found(intake) == [Found("C02", "error", "Leistungen", "B5", "Geburtsjahr")]
    write_correction(tmp_path / "Korrektur.xlsx", sent.content, correction(sent.name, intake.findings))
    assert load_workbook(tmp_path / "Korrektur.xlsx").sheetnames == ["Prüfprotokoll"]


def test_the_library_prints_nothing_where_a_named_style_has_no_format(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sent = faultless().put({"Leistungen!B5": "achtzig"}).xml("xl/styles.xml", r'(<cellStyle [^>]*xfId=)"0"', r'\1"7"')
    intake = taken_in(sent)
    write_correction(tmp_path / "Korrektur.xlsx", sent.content, correction(sent.name, intake.findings))
    assert load_workbook(tmp_path / "Korrektur.xlsx").sheetnames == ["Prüfprotokoll"]
    assert capfd.readouterr() == ("", "")


def _xlsb_with_prefixed_relations() -> bytes:
    sent = Form("meldung.xlsb", xlsb(grids(faultless())))
    prefixed = b'<x:Relationships xmlns:x="http://schemas.openxmlformats.org/package/2006/relationships">'
    return sent.part(
        "xl/_rels/workbook.bin.rels",
        lambda xml: (
            xml.replace(b"<Relationships>", prefixed)
            .replace(b"<Relationship ", b"<x:Relationship ")
            .replace(b"</Relationships>", b"</x:Relationships>")
        ),
    ).content


# What broke the value reader of a library down, which wrote its call stack past every exception to the screen.
BREAKING = {
    ".xls, dessen Texte mit nichts fortgesetzt werden": lambda: xls(
        grids(faultless()), globals_=struct.pack("<HHIIHH", 0xFC, 8, 1, 1, 0x3C, 0)
    ),
    ".xlsb, dessen Beziehungen ein Präfix haben": _xlsb_with_prefixed_relations,
}


@pytest.mark.parametrize("what", BREAKING)
def test_what_once_broke_the_reading_down_is_read_without_a_word_on_the_screen(
    what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert found(taken_in(Form("meldung", BREAKING[what]()))) == []
    assert capfd.readouterr() == ("", "")
