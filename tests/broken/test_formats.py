"""Every format is read alike: errors, percentages, hidden parts, merges, macros and dates show in each of them."""

import struct
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.broken.containers import Book, Error, Percent, grids
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import compound, xls, xls_stream
from tests.broken.containers_xlsb import xlsb
from tests.broken.forms import Form, Found, faultless, found, messages, missing_words, taken_in
from tests.broken.programmes import PLAIN, loaded

SHEET = "xl/worksheets/sheet2.xml"  # Leistungen

Writer = Callable[[Book], bytes]
FORMATS: dict[str, Writer] = {"ods": ods, "xlsb": xlsb, "xls": xls}


def old_book() -> Book:
    return grids(faultless())


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_alike(kind: str) -> None:
    intake = taken_in(Form(f"meldung.{kind}", FORMATS[kind](old_book())))
    assert found(intake) == []
    assert intake.rows["benefits"]["paid_cents"].to_list() == [0, 364_00]
    assert intake.rows["placements"]["begin"].to_list() == [date(2016, 9, 5)]
    assert intake.rows["opportunities"]["row"].to_list() == [5, 6]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_used_range_that_begins_elsewhere(kind: str) -> None:
    """Every sheet three rows lower and two columns further right; addresses follow."""
    book = old_book()
    for grid in book.values():
        grid.cells = {(row + 3, column + 2): value for (row, column), value in grid.cells.items()}
    book["Leistungen"].cells[8, 4] = 2017  # the birth year of the first case
    intake = taken_in(Form(f"meldung.{kind}", FORMATS[kind](book)))
    assert found(intake) == [Found("C05", "error", "Leistungen", "D8", "Geburtsjahr")]


def test_a_small_xls_whose_stream_shares_sectors() -> None:
    book = {name: grid for name, grid in old_book().items() if name in ("Deckblatt", "Bestand")}
    stream = xls_stream(book)
    assert len(stream) < 4096
    intake = taken_in(
        Form("meldung.xls", compound({"x": b"y" * 70, "Workbook": stream}, small=True)), programme=loaded(PLAIN)
    )
    assert (found(intake), intake.rows["stock"]["persons"].to_list()) == ([], [71])


def test_the_content_decides_not_the_extension() -> None:
    assert found(taken_in(Form("meldung.xlsx", ods(old_book())))) == []
    assert found(taken_in(faultless().named("meldung.csv"))) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_errors_and_percentages_show_in_every_format(kind: str) -> None:
    book = old_book()
    book["Leistungen"].cells |= {(5, 11): Error(), (6, 11): Error(is_formula=False), (5, 7): Percent(200.0)}
    intake = taken_in(Form(f"meldung.{kind}", FORMATS[kind](book)))
    assert sorted(found(intake)) == [
        Found("C02", "error", "Leistungen", "G5", "Unterkunftskosten (EUR)"),
        Found("C07", "error", "Leistungen", "K5", "Kürzung (EUR)"),
        Found("C07", "error", "Leistungen", "K6", "Kürzung (EUR)"),
    ]
    assert "#REF!" in messages(intake, "C07")


@pytest.mark.parametrize("kind", FORMATS)
def test_percentages_in_neighbouring_cells_and_in_a_format_of_the_workbook(kind: str) -> None:
    book = old_book()
    book["Bedarfe"].cells |= {(5, 4): Percent(3, own=True), (5, 5): Percent(2)}
    book["Bestand"].cells[5, 3] = Percent(71, own=True)
    assert found(taken_in(Form(f"meldung.{kind}", FORMATS[kind](book)))) == [
        Found("C02", "error", "Bedarfe", "D5", "Gemeldete Plätze"),
        Found("C02", "error", "Bedarfe", "E5", "Besetzte Plätze"),
        Found("C02", "error", "Bestand", "C5", "Personen"),
    ]


def test_a_row_of_an_ods_that_is_repeated_is_odd_in_every_repetition() -> None:
    book = old_book()
    book["Bestand"].cells[5, 3] = Error()
    sent = Form("meldung.ods", ods(book)).xml(
        "content.xml", r"<table:table-row>(?=<table:table-cell office:value-type=\"string\"><text:p>Duldung</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>18)",
        '<table:table-row table:number-rows-repeated="2">',
    )  # fmt: skip
    assert sorted(entry[0:1] + entry[3:4] for entry in found(taken_in(sent))) == [
        ("C07", "C5"),
        ("C07", "C6"),
        ("R01", "A6"),
    ]


def test_a_formula_of_an_ods_without_a_stored_value() -> None:
    nothing, empty = (
        "<table:table-cell/>",
        '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>',
    )
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    sent = Form("meldung.ods", ods(old_book()))
    at = r"(<text:p>A-100</text:p></table:table-cell>(?:(?!</table:table-row>).)*?)" + nothing
    assert found(taken_in(sent.xml("content.xml", at, rf"\1{empty}"))) == []
    assert found(taken_in(sent.xml("content.xml", at, rf"\1{formula}"))) == [
        Found("C07", "error", "Leistungen", "I5", "Anspruch von")
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_only_the_first_cell_of_a_merged_range_counts(kind: str) -> None:
    """On the cover the value stands right of the merged label; in a table what lies under a merge is not read."""
    book = old_book()
    cover, benefits = book["Deckblatt"], book["Leistungen"]
    cover.cells[8, 3], cover.cells[8, 2] = cover.cells[8, 2], "verdeckt"
    cover.merges, benefits.merges = [(8, 1, 8, 2)], [(5, 8, 5, 9)]
    benefits.cells[5, 9] = "verdeckt"
    intake = taken_in(Form(f"meldung.{kind}", FORMATS[kind](book)))
    assert (found(intake), intake.submissions[0].month) == ([], "2016-09")


def test_only_the_first_cell_of_a_merged_range_counts_in_an_xlsx() -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'
    sent = faultless().put({"Leistungen!I6": "verdeckt", "Deckblatt!C8": "2016-09", "Deckblatt!B8": "verdeckt"})
    sent = sent.xml("xl/worksheets/sheet2.xml", "</sheetData>", merged.format("H6:I6"))
    intake = taken_in(sent.xml("xl/worksheets/sheet1.xml", "</sheetData>", merged.format("A8:B8")))
    assert (found(intake), intake.submissions[0].month) == ([], "2016-09")


@pytest.mark.parametrize("kind", FORMATS)
def test_hidden_parts_are_noticed_in_every_format(kind: str) -> None:
    book = old_book()
    book["Deckblatt"].is_hidden = True
    book["Leistungen"].hidden_rows, book["Bestand"].hidden_columns = {6}, {2, 3}
    intake = taken_in(Form(f"meldung.{kind}", FORMATS[kind](book)))
    assert [entry[2:] for entry in found(intake)] == [
        ("Deckblatt", "", ""),
        ("Leistungen", "", ""),
        ("Bestand", "", ""),
    ]
    assert not missing_words(
        messages(intake, "F11"), ["(das ganze Blatt)", "(die Zeile 6)", "(die Spalten B, C)", "mitgelesen"]
    )
    assert intake.rows["benefits"].height == 2


def test_hidden_parts_of_an_xlsx() -> None:
    def change(book: Workbook) -> None:
        book["Leistungen"].sheet_state = "veryHidden"
        book["Vermittlungen"].row_dimensions[5].hidden = True
        book["Bestand"].column_dimensions["C"].hidden = True
        book["Beratung"].row_dimensions[900].hidden = True  # nothing there that could be hidden

    intake = taken_in(faultless().edit(change))
    assert [entry[:3] for entry in found(intake)] == [
        ("F11", "notice", "Leistungen"), ("F11", "notice", "Vermittlungen"), ("F11", "notice", "Bestand"),
    ]  # fmt: skip
    assert not missing_words(messages(intake, "F11"), ["(das ganze Blatt)", "(die Zeile 5)", "(die Spalte C)"])
    assert {name: frame.height for name, frame in intake.rows.items()}["placements"] == 1


def test_a_row_of_no_height_is_hidden() -> None:
    intake = taken_in(faultless().xml(SHEET, r'<row r="6"', '<row r="6" ht="0" customHeight="1"'))
    assert [entry.code for entry in found(intake)] == ["F11"]
    assert "(die Zeile 6)" in messages(intake, "F11")


MACROS = {
    "xlsm": lambda: faultless().part("xl/vbaProject.bin", b"x"),
    "xlsb": lambda: Form("meldung.xlsb", xlsb(old_book(), extra={"xl/vbaProject.bin": b"x"})),
    "ods": lambda: Form("meldung.ods", ods(old_book(), extra={"Basic/Standard/Modul.xml": b"<a/>"})),
    "xls": lambda: Form("meldung.xls", _xls_with("_VBA_PROJECT_CUR")),
}


def _xls_with(stream: str) -> bytes:
    return compound({"Workbook": xls_stream(old_book()), stream: b"x"})


@pytest.mark.parametrize("kind", MACROS)
def test_macros_are_noticed_and_not_run(kind: str) -> None:
    intake = taken_in(MACROS[kind]())
    assert found(intake) == [Found("F11", "notice", "", "", "")]
    assert not missing_words(messages(intake, "F11"), ["Makros", "nicht ausgeführt"])
    assert not intake.held_back


def test_the_1904_date_system_is_honoured() -> None:
    """2016-09-05 is day 42618 counted from 1900 and day 41156 counted from 1904 (1,462 days less)."""

    def change(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book["Vermittlungen"]["C5"].value = 41156
        book["Vermittlungen"]["C5"].number_format = "General"

    rows = taken_in(faultless().edit(change)).rows["placements"]
    assert rows.select("begin", "consent_on").rows() == [(date(2016, 9, 5), date(2016, 9, 5))]


SINCE_1904: dict[str, Writer] = {
    "ods": lambda book: ods(book, from_1904=True),
    "xlsb": lambda book: xlsb(book, from_1904=True),
    "xls": lambda book: xls(book, globals_=struct.pack("<HHH", 0x22, 2, 1)),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_bare_number_is_a_day_of_the_date_system_in_every_format(kind: str) -> None:
    book = {name: grid for name, grid in old_book().items() if name in ("Deckblatt", "Bedarfe")}
    book["Deckblatt"].cells[12, 2] = "05.10.2016"
    for writer, number in ((FORMATS[kind], 42618.0), (SINCE_1904[kind], 41156.0)):
        book["Bedarfe"].cells[5, 3] = number
        intake = taken_in(Form(f"meldung.{kind}", writer(book)), programme=loaded(PLAIN))
        assert found(intake) == []
        assert intake.rows["needs"]["reported_on"].to_list() == [date(2016, 9, 5)]


def test_a_date_cell_in_iso_form() -> None:
    old, new = r'<c r="C5"( s="\d+")?><v>\d+</v></c>', '<c r="C5" t="d"><v>2016-08-22</v></c>'
    intake = taken_in(faultless().xml("xl/worksheets/sheet4.xml", old, new))
    assert (found(intake), intake.rows["placements"]["consent_on"].to_list()) == ([], [date(2016, 8, 22)])
