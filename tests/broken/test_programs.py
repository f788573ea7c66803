"""What other programs write, and what a standard lets them write: the value is what the standard says, or the file is refused.

The files under `cases` are returns for Düren's programme, saved by the program that each is named after.
"""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from schemas.intake import Intake
from schemas.programme.file import load_programme
from tests.broken.containers import Error, Formula, grids
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import biff, xls
from tests.broken.containers_xlsb import record, xlsb
from tests.broken.forms import Form, Found, faultless, found, messages, taken_in, zipped

CASES = Path(__file__).with_name("cases")
INPUTS = Path(__file__).parents[2] / "inputs"
SHEET = "xl/worksheets/sheet2.xml"  # Leistungen
PLACEMENTS = "xl/worksheets/sheet4.xml"
PAID = Found("C07", "error", "Leistungen", "H6", "Gezahlte Leistung (EUR)")
F01 = Found("F01", "error", "", "", "")


def case(name: str) -> Form:
    return Form(name, (CASES / name).read_bytes())


def taken_in_at_dueren(name: str) -> Intake:
    return taken_in(case(name), programme=load_programme(INPUTS / "dueren"), month="2016-12")


@pytest.mark.parametrize("name", ["by_gnumeric.ods", "by_sheetjs.xlsb", "dates_by_sheetjs.xlsx"])
def test_a_return_saved_by_another_program_is_read(name: str) -> None:
    """Its control totals are those of the sheets; 17 cases and 6 placements, the first of which began on 1 December."""
    intake = taken_in_at_dueren(name)
    assert found(intake) == []
    assert (intake.rows["benefits"].height, intake.rows["placements"].height) == (17, 6)
    assert intake.rows["placements"]["begin"][0] == date(2015, 12, 1)


def test_an_xls_that_contradicts_itself_is_f01_without_a_word_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    assert found(taken_in_at_dueren("panic.xls")) == [F01]
    assert capfd.readouterr() == ("", "")


# Values as the standards say

PAID_CELL = r'<c r="H6"([^>]*)><v>364</v></c>'
SAME_NUMBER = {
    "CDATA": "<![CDATA[364]]>",
    "CDATA in Stücken": "3<![CDATA[6]]>4",
    "Kommentar": "3<!-- sechs -->64",
    "Verarbeitungsanweisung": "36<?x y?>4",
    "Zeichennummern": "3&#54;&#x34;",
    "Leerzeichen": " 364\n",
}


@pytest.mark.parametrize("what", SAME_NUMBER)
def test_a_number_is_never_cut_short(what: str) -> None:
    intake = taken_in(faultless().xml(SHEET, PAID_CELL, rf'<c r="H6"\1><v>{SAME_NUMBER[what]}</v></c>'))
    assert found(intake) == []
    assert intake.rows["benefits"]["paid_cents"].to_list() == [0, 364_00]


@pytest.mark.parametrize("what", SAME_NUMBER)
def test_an_optional_number_is_never_lost(what: str) -> None:
    """Kürzung may be empty, so that no control total would notice: 3,64 €, however it is written."""
    cell = f'<c r="K6"><v>{SAME_NUMBER[what].strip()}</v></c>'
    intake = taken_in(faultless().xml(SHEET, r'<c r="K6"[^>]*/>|(?=</row><row r="7")|(?=</row></sheetData>)', cell))
    assert found(intake) == []
    assert intake.rows["benefits"]["cut_cents"].to_list() == [0, 364_00]


DAYS = {
    "2016-08-22": date(2016, 8, 22),
    "2016-08-22T00:00:00.000Z": date(2016, 8, 22),
    "2016-08-21T22:00:00Z": date(2016, 8, 22),  # midnight in Germany in summer
    "2016-08-22T00:00:00+02:00": date(2016, 8, 22),
    "2016-08-22T13:45:00": date(2016, 8, 22),
}


@pytest.mark.parametrize("written", DAYS)
def test_days_in_iso_form_with_a_time_zone(written: str) -> None:
    new = f'<c r="C5" t="d"><v>{written}</v></c>'
    intake = taken_in(faultless().xml(PLACEMENTS, r'<c r="C5"( s="\d+")?><v>\d+</v></c>', new))
    assert (found(intake), intake.rows["placements"]["consent_on"].to_list()) == ([], [DAYS[written]])


def test_a_text_that_looks_like_a_day_in_iso_form_with_a_time_is_no_date() -> None:
    sent = faultless().put({"Vermittlungen!C5": "2016-08-22T00:00:00.000Z"})
    assert found(taken_in(sent)) == [Found("C03", "error", "Vermittlungen", "C5", "Zustimmung am")]


FAR_DAYS: dict[str, Callable[[], Form]] = {
    "Jahr in einer Datumszelle": lambda: faultless().xml(PLACEMENTS, r'(<c r="C5"[^>]*>)<v>\d+', r"\1<v>2015"),
    "leere Zelle in einer .ods": lambda: Form("m.ods", ods(grids(faultless()))).xml(
        "content.xml", 'date-value="2016-08-22"', 'date-value="1899-12-30"'
    ),
    "ISO-Zelle": lambda: faultless().xml(
        PLACEMENTS, r'<c r="C5"( s="\d+")?><v>\d+</v></c>', '<c r="C5" t="d"><v>1905-07-07</v></c>'
    ),
    "Text": lambda: faultless().put({"Vermittlungen!C5": "22.08.1916"}),
    "bloße Zahl": lambda: faultless().put({"Vermittlungen!C5": "22.08.2101"}),
    "nach 2100": lambda: faultless().xml(PLACEMENTS, r'(<c r="C5"[^>]*>)<v>\d+', r"\1<v>99999"),
}


@pytest.mark.parametrize("what", FAR_DAYS)
def test_a_day_of_another_century_is_c03_however_it_is_stored(what: str) -> None:
    assert found(taken_in(FAR_DAYS[what]())) == [Found("C03", "error", "Vermittlungen", "C5", "Zustimmung am")]


# Errors

NEW_ERRORS = (
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#CONNECT!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#PYTHON!",
    "#BUSY!",
)


@pytest.mark.parametrize("error", NEW_ERRORS)
def test_any_error_is_c07_at_its_cell_and_nothing_where_nobody_reads(error: str) -> None:
    read = faultless().xml(SHEET, PAID_CELL, rf'<c r="H6" t="e"><v>{error}</v></c>')
    intake = taken_in(read)
    assert found(intake) == [PAID]
    assert error in messages(intake, "C07")
    unread = faultless().xml(
        SHEET, "</sheetData>", f'<row r="99"><c r="Z99" t="e"><v>{error}</v></c></row></sheetData>'
    )
    assert found(taken_in(unread)) == []


@pytest.mark.parametrize("shown", ["Err:508", "Fehler:508", "#NV", "#WERT!", "#ÜBERLAUF!", "#DIV/0!", "#NAME?"])
def test_an_error_of_an_ods_shows_by_its_text_too(shown: str) -> None:
    cell = (
        f'<table:table-cell table:formula="of:=1(" office:value-type="float" office:value="0"><text:p>{shown}</text:p>'
    )
    sent = Form("m.ods", ods(grids(faultless()))).xml(
        "content.xml",
        r'(>A-200<.*?)<table:table-cell office:value-type="float" office:value="364"><text:p>364</text:p>',
        rf"\1{cell}",
    )
    intake = taken_in(sent)
    assert found(intake) == [PAID]
    assert shown in messages(intake, "C07")


def test_an_error_code_that_nobody_knows_is_c07_in_binary_files() -> None:
    book = grids(faultless())
    book["Leistungen"].cells[6, 8] = Error("#N/A")
    for name, content, old, new in (
        ("m.xls", xls(book), bytes([2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF]), bytes([2, 0, 0x2B, 0, 0, 0, 0xFF, 0xFF])),
        ("m.xls", xls(book), bytes([2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF]), bytes([2, 0, 0x99, 0, 0, 0, 0xFF, 0xFF])),
    ):
        assert content.count(old) == 1
        assert found(taken_in(Form(name, content.replace(old, new)))) == [PAID]


# OpenDocument


def test_text_without_a_type_is_read_in_an_ods() -> None:
    """ "ja" under Landespauschale must not read as nein."""
    sent = Form("m.ods", ods(grids(faultless().put({"Leistungen!L6": "ja"})))).xml(
        "content.xml", r'<table:table-cell office:value-type="string"><text:p>ja</text:p>(?=</table:table-cell>(<table:table-cell/>)?(<table:table-cell [^>]*repeated[^>]*/>)?</table:table-row></table:table>)',
        "<table:table-cell><text:p>ja</text:p>",
    )  # fmt: skip
    assert taken_in(sent).rows["benefits"]["state_grant"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<text:p>A-200</text:p>", "<text:p>A-<text:span>20</text:span>0</text:p>"),
        ("<text:p>A-200</text:p>", "<office:annotation><text:p>Notiz</text:p></office:annotation><text:p>A-200</text:p>"),
        ('office:value-type="string"><text:p>A-200</text:p>', 'office:value-type="string" office:string-value="A-200"><text:p>…</text:p>'),
        (">(<text:p>A-200</text:p>)<", r">\n  \1\n<"),
        ('office:value-type="float" office:value="364"', 'office:value-type="currency" office:currency="EUR" office:value="364.00"'),
    ],
)  # fmt: skip
def test_an_ods_may_write_the_same_in_other_ways(old: str, new: str) -> None:
    intake = taken_in(Form("m.ods", ods(grids(faultless()))).xml("content.xml", old, new))
    assert found(intake) == []
    assert intake.rows["benefits"]["case_id"].to_list() == ["A-100", "A-200"]
    assert intake.rows["benefits"]["paid_cents"].to_list() == [0, 364_00]


# Binary workbooks


def test_a_format_that_an_xls_redefines_is_what_the_file_says() -> None:
    """Format 14 shows days in Excel; here the file says that it shows amounts. 364 is a day of 1900."""
    book = grids(faultless())
    book["Leistungen"].cells[6, 8] = date(1900, 12, 29)  # 364 days after 30 December 1899
    code = b"#,##0.00"
    redefined = biff(0x041E, struct.pack("<HHB", 14, len(code), 0) + code)
    assert [entry.cell for entry in found(taken_in(Form("m.xls", xls(book))))] == ["H6"]
    intake = taken_in(Form("m.xls", xls(book, globals_=redefined)))
    assert found(intake) == []
    assert intake.rows["benefits"]["paid_cents"].to_list() == [0, 364_00]
    assert intake.rows["placements"]["begin"].to_list() == [date(2016, 9, 5)]  # a bare number is a day all the same


def test_a_format_that_an_xlsb_redefines_is_what_the_file_says() -> None:
    book = grids(faultless())
    book["Leistungen"].cells[6, 8] = date(1900, 12, 29)
    code = "#,##0.00"
    own = record(44, struct.pack("<HI", 14, len(code)) + code.encode("utf-16-le"))
    sent = Form("m.xlsb", xlsb(book)).part("xl/styles.bin", lambda data: data.replace(record(616), own + record(616)))
    assert found(taken_in(sent)) == []


@pytest.mark.parametrize("writer", [xls, xlsb, ods], ids=["xls", "xlsb", "ods"])
def test_stored_values_of_formulas_are_read_in_every_format(writer: Callable[..., bytes]) -> None:
    book = grids(faultless())
    book["Leistungen"].cells |= {(6, 8): Formula(364.0), (6, 4): Formula("Duldung")}
    intake = taken_in(Form("meldung", writer(book)))
    assert found(intake) == []
    assert intake.rows["benefits"]["paid_cents"].to_list() == [0, 364_00]


# Containers


def test_a_workbook_may_lie_under_another_name() -> None:
    sent = faultless()
    for old, new in (("workbook.xml", "workbook2.xml"), ("_rels/workbook.xml.rels", "_rels/workbook2.xml.rels")):
        sent = moved(sent, f"xl/{old}", f"xl/{new}")
    sent = sent.xml("_rels/.rels", r"xl/workbook\.xml", "xl/workbook2.xml")
    intake = taken_in(sent)
    assert (found(intake), intake.rows["benefits"]["paid_cents"].to_list()) == ([], [0, 364_00])


def test_shared_texts_may_lie_elsewhere() -> None:
    sent = moved(faultless(), "xl/sharedStrings.xml", "xl/texte/strings.xml")
    sent = sent.xml(
        "xl/_rels/workbook.xml.rels", r'Target="/?(?:xl/)?sharedStrings\.xml"', 'Target="/xl/texte/strings.xml"'
    )
    intake = taken_in(sent)
    assert (found(intake), intake.rows["benefits"]["case_id"].to_list()) == ([], ["A-100", "A-200"])


def test_two_sheets_in_one_part_are_f01() -> None:
    assert found(taken_in(faultless().xml("xl/workbook.xml", 'r:id="rId3"', 'r:id="rId2"'))) == [F01]


@pytest.mark.parametrize("blanks", [" ", "\n" * 100, "\t" * 70_000])
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "docProps/app.xml"])
def test_a_document_type_behind_blanks_is_f01(part: str, blanks: str) -> None:
    def change(xml: bytes) -> bytes:
        return blanks.encode() + b"<!DOCTYPE a>" + xml[xml.index(b"?>") + 2 :]

    intake = taken_in(faultless().part(part, change))
    assert found(intake) == [F01]
    assert "Dokumenttyp-Angabe" in messages(intake, "F01")


def moved(sent: Form, old: str, new: str) -> Form:
    """A part under another name; what named it is left as it is."""
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        return sent._replace(
            content=zipped({new if name == old else name: archive.read(name) for name in archive.namelist()})
        )


# What would take minutes, or break down


WIDE = '<row r="60000"><c r="A60000"><v>1</v></c></row></sheetData>'
COSTLY = {
    "Zeilenumbrüche": (r"</row></sheetData>", f'<c r="M6" t="inlineStr"><is><t>{"&#10;" * 10**5}</t></is></c></row></sheetData>', set()),
    "Ziffern": (PAID_CELL, f'<c r="H6" t="inlineStr"><is><t>{"1" * 10**6}</t></is></c>', {"C02"}),
    "Leerzeichen": (PAID_CELL, f'<c r="H6" t="inlineStr"><is><t>1{" " * 10**5}x</t></is></c>', {"C02"}),
    "Verbünde übereinander": ("</sheetData>", WIDE + "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 3000 + "</mergeCells>", {"F01"}),
    "ausgeblendete Spalten": ("<cols>", "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 10**5, {"F11"}),
}  # fmt: skip


@pytest.mark.parametrize("what", COSTLY)
def test_a_small_file_is_judged_in_linear_time(what: str) -> None:
    """Each once took minutes, gigabytes, or ended in a traceback; a sentence repeats no more than 200 letters."""
    old, new, codes = COSTLY[what]
    intake = taken_in(faultless().xml(SHEET, old, new.replace("\\", r"\\")))
    assert set(intake.findings["code"]) == codes
    assert all(len(message) < 1_000 for message in intake.findings["message"])
