"""Return forms: what they are prefilled with, what they ask for, and that a completed one passes without a notice."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from flows.compute.law import load_law
from flows.emit.form.help import HELP_SHEET
from flows.emit.form.prefill import forms
from flows.emit.form.workbook import EMPTY_ROWS, form_name, write_form
from flows.ingest.read import read_returns
from flows.ingest.validate import validate
from schemas.forms import Form
from schemas.intake import KNOWN_RETURNS, NOTHING_KNOWN, Intake, Known
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.returns import COVER, TABLES, Column, ReturnKind
from tests.sample.workbook import write_return

AGH_LAW = load_law(Path("inputs/law")).agh_rates()
DUEREN, JUELICH = "05358008", "05358024"
Rows = Mapping[str, Sequence[Mapping[str, object]]]

PERSON = {
    "birth_year": 1990, "sex": "m", "status": "Duldung", "benefit_kind": "Grundleistung", "need_stage": 1,
    "accommodation_cents": 180_00, "paid_cents": 534_00,
}  # fmt: skip
WORK = {
    "employer": "=Bäckerei", "consent_on": date(2016, 5, 1), "insured": True, "weekly_hours_hundredths": 39_00,
    "gross_cents": 1_620_00, "net_cents": 1_210_00,
}  # fmt: skip
PLACE = {"provider_kind": "Kommune", "workplace": "Bauhof", "from_date": date(2016, 7, 1), "to_date": date(2016, 7, 31)}
HELD = {
    "hours_hundredths": 40_00,
    "voluntary": False,
    "assigned_on": date(2016, 5, 2),
    "certified_on": date(2016, 7, 4),
}
JULY: Rows = {
    "benefits": [
        PERSON | {"case_id": "DN-001", "remark": "nur im Juli"},
        PERSON | {"case_id": "DN-002", "entitled_to": date(2016, 7, 20)},  # left, no work: closed
        PERSON | {"case_id": "DN-003", "entitled_to": date(2016, 7, 20)},  # no need any more, but still placed
        PERSON | {"case_id": "DN-004", "entitled_to": date(2016, 7, 31), "accommodation_cents": 0},
        PERSON | {"case_id": "DN-005"},
    ],
    "placements": [
        WORK | {"case_id": "DN-001", "begin": date(2016, 5, 2), "end": date(2016, 7, 31)},  # ended with the month
        WORK | {"case_id": "DN-003", "begin": date(2016, 6, 1), "end": None},
        WORK | {"case_id": "DN-004", "begin": date(2016, 6, 1), "end": date(2016, 8, 15)},
    ],
    "opportunities": [
        PLACE | {"position_id": "B-1"},
        PLACE | HELD | {"position_id": "B-2", "case_id": "DN-001"},
        PLACE | HELD | {"position_id": "B-3", "case_id": "DN-002", "outcome": "Wegzug"},
        PLACE | HELD | {"position_id": "B-4", "case_id": "DN-002", "to_date": date(2016, 7, 9)},
        PLACE | HELD | {"position_id": "B-4", "case_id": "DN-005", "from_date": date(2016, 7, 10)},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """Düren's programme with work opportunities added, so that the form has every sheet."""
    text = Path("inputs/dueren/programme.toml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("programme") / "dueren" / "programme.toml"
    path.parent.mkdir()
    text = text.replace("[returns]", "[allowance]\n\n[returns]")
    text = text.replace("accounts = { ", 'accounts = { allowance = "533900", expense = "533910", ')
    path.write_text(text, encoding="utf-8")
    return load_programme(path.parent)


@pytest.fixture(scope="module")
def known(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Known:
    path = tmp_path_factory.mktemp("july") / "Juli.xlsx"
    cover = {
        "programme": "dueren", "ags": DUEREN, "municipality": "Düren", "month": "2016-07",
        "return_kind": "Erstmeldung", "confirmed_by": "Leitung",
    }  # fmt: skip
    write_return(path, cover, JULY)
    intake = _taken_in(path, programme, "2016-07", _nothing_known())
    assert intake.findings.filter(severity="error").is_empty()
    returns = pl.DataFrame([(DUEREN, "2016-07", _sha256(path), path.name)], schema=KNOWN_RETURNS, orient="row")
    return Known("2016-07", returns, intake.rows, {_sha256(path): path.name})


def _nothing_known() -> Known:
    return NOTHING_KNOWN


def _taken_in(path: Path, programme: Programme, month: str, known: Known) -> Intake:
    return validate(read_returns([path], programme), programme, month, known, AGH_LAW)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _form(known: Known, programme: Programme, month: str, ags: str = DUEREN) -> Form:
    return next(form for form in forms(known, programme, month, AGH_LAW) if form.municipality.ags == ags)


def _written(form: Form, folder: Path) -> Any:
    path = folder / form_name(form)
    write_form(path, form)
    return openpyxl.load_workbook(path)


def _heading_row(sheet: Any, column: Column) -> int:
    return next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == column.title)


def _fill(book: Any, answers: Mapping[str, object], totals: Mapping[str, object]) -> None:
    """Types the answers into every begun row that lacks them, and the cover's open fields."""
    for table in TABLES.values():
        sheet = book[table.sheet]
        head = _heading_row(sheet, table.columns[0])
        titles = {cell.value: cell.column for cell in sheet[head]}
        for row in range(head + 1, sheet.max_row + 1):
            for column in table.columns:
                cell = sheet.cell(row, titles[column.title])
                deciding = titles[table.column(column.required_with).title] if column.required_with else 1
                if column.name in answers and cell.value is None and sheet.cell(row, deciding).value is not None:
                    cell.value = answers[column.name]
    cover = book["Deckblatt"]
    labels = {cell.value: cell for row in cover.iter_rows() for cell in row if cell.column == 1}
    for column in COVER:
        if column.name in totals:
            cover.cell(labels[column.heading].row, 2).value = totals[column.name]


def test_open_cases_positions_and_running_placements_are_prefilled(known: Known, programme: Programme) -> None:
    rows = _form(known, programme, "2016-09").rows
    fixed = {name: value for name, value in PERSON.items() if name != "paid_cents"} | {"state_grant": None}
    assert rows["benefits"] == [
        fixed | {"case_id": "DN-001"},
        fixed | {"case_id": "DN-003"},
        fixed | {"case_id": "DN-004", "accommodation_cents": None},
        fixed | {"case_id": "DN-005"},
    ]
    assert [(row["case_id"], row["begin"], row["end"]) for row in rows["placements"]] == [
        ("DN-003", date(2016, 6, 1), None)
    ]
    assert not {"net_cents", "gross_month_cents", "remark"} & rows["placements"][0].keys()
    month = {"from_date": date(2016, 9, 1), "to_date": date(2016, 9, 30)}
    place = {"provider_kind": "Kommune", "workplace": "Bauhof"} | month
    held = {"voluntary": False, "assigned_on": date(2016, 5, 2)}
    assert rows["opportunities"] == [
        place | {"position_id": "B-1"},
        place | held | {"position_id": "B-2", "case_id": "DN-001"},
        place | {"position_id": "B-3"},  # its holder moved away
        place | held | {"position_id": "B-4", "case_id": "DN-005"},
    ]


def test_a_placement_that_ends_in_the_month_is_still_prefilled(known: Known, programme: Programme) -> None:
    rows = _form(known, programme, "2016-08").rows
    assert [(row["case_id"], row["end"]) for row in rows["placements"]] == [
        ("DN-003", None),
        ("DN-004", date(2016, 8, 15)),
    ]


def test_where_the_hourly_rate_changes_a_filled_position_gets_two_rows(known: Known, programme: Programme) -> None:
    """The rate fell from 1.05 to 0.80 EUR on 2016-08-06; a row must not span that day (R04)."""
    days = [
        (row["position_id"], row["from_date"], row["to_date"])
        for row in _form(known, programme, "2016-08").rows["opportunities"]
    ]
    first, fifth, sixth, last = (date(2016, 8, day) for day in (1, 5, 6, 31))
    assert days == [
        ("B-1", first, last), ("B-2", first, fifth), ("B-2", sixth, last), ("B-3", first, last),
        ("B-4", first, fifth), ("B-4", sixth, last),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "cases", "hours", "placements"), [("2016-08", 4, 40, 2), ("2016-09", 4, 20, 1)]
)  # fmt: skip
def test_a_completed_form_passes_without_a_notice(
    month: str, cases: int, hours: int, placements: int, known: Known, programme: Programme, tmp_path: Path
) -> None:
    """August: 4 rows of 10 hours each (two persons, two rates); September: 2 rows; 100.00 EUR paid in each case."""
    book = _written(_form(known, programme, month), tmp_path)
    answers = {"paid_cents": 100, "hours_hundredths": 10, "net_cents": 1200}
    totals = {
        "confirmed_by": "Leitung", "contact": "Amt", "reported_on": datetime(2016, 10, 4), "total_cases": cases,
        "total_paid_cents": 100 * cases, "total_hours_hundredths": hours, "total_placements": placements,
    }  # fmt: skip
    _fill(book, answers, totals)
    path = tmp_path / "zurück.xlsx"
    book.save(path)
    intake = _taken_in(path, programme, month, known)
    assert intake.findings.select("code", "sheet", "cell", "message").rows() == []
    assert intake.submissions[0].ags == DUEREN
    assert intake.rows["placements"]["employer"].to_list() == ["=Bäckerei"] * placements


def test_a_form_without_cases_comes_back_as_four_zeros(known: Known, programme: Programme, tmp_path: Path) -> None:
    form = _form(known, programme, "2016-09", JUELICH)
    assert form.rows == {}
    book = _written(form, tmp_path)
    told = " ".join(str(row[0]) for row in book[HELP_SHEET].iter_rows(values_only=True) if row[0])
    assert "Das ist Ihre erste Meldung; vorausgefüllt ist nur das Deckblatt." in told
    assert "letzten übernommenen Meldung" not in told
    zeros = {column.name: 0 for column in COVER if column.name.startswith("total_")}
    _fill(book, {}, zeros | {"confirmed_by": "Leitung"})
    book.save(tmp_path / "leer.xlsx")
    assert _taken_in(tmp_path / "leer.xlsx", programme, "2016-09", known).findings.is_empty()


def test_the_form_of_an_accepted_month_is_a_korrektur_with_all_that_was_reported(
    known: Known, programme: Programme, tmp_path: Path
) -> None:
    form = _form(known, programme, "2016-07")
    assert form.return_kind == ReturnKind.CORRECTION
    book = _written(form, tmp_path)
    totals = {"total_cases": 5, "total_paid_cents": 2670, "total_hours_hundredths": 160, "total_placements": 3}
    _fill(book, {}, totals | {"confirmed_by": "Leitung"})
    book.save(tmp_path / "korrektur.xlsx")
    intake = _taken_in(tmp_path / "korrektur.xlsx", programme, "2016-07", known)
    assert intake.findings.filter(severity="error").rows() == []
    assert "W09" not in intake.findings["code"].to_list()
    for name in JULY:
        old, new = (frame.drop("file_sha256", "row") for frame in (known.rows[name], intake.rows[name]))
        assert new.equals(old), name


def test_every_list_date_and_number_is_checked_while_typing(known: Known, programme: Programme, tmp_path: Path) -> None:
    book = _written(_form(known, programme, "2016-09"), tmp_path)
    kinds = {
        "list": "list",
        "yes_no": "list",
        "date": "date",
        "integer": "whole",
        "money": "decimal",
        "hours": "decimal",
    }
    for table in programme.tables.values():
        sheet = book[table.sheet]
        head = _heading_row(sheet, table.columns[0])
        for place, column in enumerate(table.columns, start=1):
            assert sheet.cell(head, place).value == column.title
            cell = sheet.cell(head + 1, place)
            (rule,) = (rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref)
            assert rule.type == kinds.get(column.kind, rule.type), column.title
            assert rule.prompt == column.help
            assert rule.error.startswith(f"„{column.heading}“: Erwartet wird ")
            assert not cell.protection.locked
            if column.values:
                area = book.defined_names[rule.formula1].attr_text.replace("'", "")
                name, cells = area.split("!")
                assert tuple(row[0].value for row in book[name][cells]) == column.values
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert not sheet.protection.deleteRows  # False: not forbidden
        assert sheet.cell(head, 1).protection.locked
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == f"${head}:${head}"
    sheet = book["Arbeitsgelegenheiten"]
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if "E7" in rule.sqref)
    # 2016-09-01 and 2016-09-30 as numbers of days since 1899-12-30
    assert (rule.formula1, rule.formula2) == ("42614", "42643")
    assert rule.error == "„Von“: Erwartet wird ein Datum vom 01.09.2016 bis 30.09.2016."


def test_empty_rows_and_marks_are_there(known: Known, programme: Programme, tmp_path: Path) -> None:
    book = _written(_form(known, programme, "2016-09"), tmp_path)
    sheet = book["Leistungen"]
    assert sheet.max_row == 6 + 4 + EMPTY_ROWS
    assert [sheet.cell(5, place).value for place in (1, 7)] == ["Pflicht", "freiwillig"]
    assert book["Arbeitsgelegenheiten"]["G5"].value == "Pflicht mit Fallnummer"
    assert book.active.title == "Deckblatt"


def test_below_the_drawn_rows_cells_are_fields_too_but_have_no_line_to_print(
    known: Known, programme: Programme, tmp_path: Path
) -> None:
    """What has a line is printed, filled or not; what is typed below the drawn rows looks and counts like the rest."""
    book = _written(_form(known, programme, "2016-09"), tmp_path)
    for table in programme.tables.values():
        sheet = book[table.sheet]
        head = _heading_row(sheet, table.columns[0])
        assert sheet.max_row <= head + 5 + EMPTY_ROWS, table.sheet
        assert sheet.print_area == ""  # a fixed one would cut off the rows that are added
        for place, column in enumerate(table.columns, start=1):
            drawn = sheet.cell(head + 1, place)
            (below,) = (entry for entry in sheet.column_dimensions.values() if entry.min <= place <= entry.max)
            assert (below.number_format, below.protection.locked) == (drawn.number_format, False), column.title
            assert (drawn.border.bottom.style, below.border.bottom.style) == ("thin", None)


def test_a_sheet_that_the_programme_does_not_use_is_not_in_the_form(tmp_path: Path) -> None:
    programme = load_programme(Path("inputs/mittelsachsen"))
    form = forms(_nothing_known(), programme, "2025-01", AGH_LAW)[0]
    book = _written(form, tmp_path)
    assert book.sheetnames == [
        "Deckblatt", "Arbeitsgelegenheiten", "Bedarfe", "Teilnahmen", "Bestand", "Beratung", "Anleitung", "Listen",
    ]  # fmt: skip
    cover = book["Deckblatt"]
    needed = {cover.cell(row, 1).value: cover.cell(row, 3).value for row in range(1, cover.max_row + 1)}
    assert (needed["Summe AGH-Stunden"], needed["Anzahl Vermittlungen"]) == ("Pflicht", "entfällt")


def test_forms_speak_german_and_hold_no_formula(known: Known, programme: Programme, tmp_path: Path) -> None:
    book = _written(_form(known, programme, "2016-09"), tmp_path)
    texts = [
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert not [text for text in texts if re.search(r"_cents|_id\b|\bthe\b|_on\b", text)]
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert book["Vermittlungen"]["B7"].value == "=Bäckerei"


def test_the_same_form_gives_the_same_bytes(known: Known, programme: Programme, tmp_path: Path) -> None:
    form = _form(known, programme, "2016-09")
    write_form(tmp_path / "a.xlsx", form)
    write_form(tmp_path / "b.xlsx", form)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert form_name(form) == "Meldung-05358008-dueren-stadt-2016-09.xlsx"
