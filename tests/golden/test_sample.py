"""The shipped sample programmes: what the generator makes now, and the figures they are meant to show."""

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from schemas.months import last_day
from schemas.programme.file import load_programme
from schemas.returns import COVER, COVER_SHEET, TABLES, ReturnKind
from tests.sample import dueren, mittelsachsen
from tests.sample.random_returns import random_programme, random_returns, write_random
from tests.sample.statements import write_statements
from tests.sample.submission import SampleReturn, write_programme
from tests.sample.workbook import control_totals, write_return

INPUTS = Path(__file__).parents[2] / "inputs"
COUNTIES = (mittelsachsen, dueren)
KEY_DATE = date(2025, 4, 14)
MARGINAL_THRESHOLD_CENTS = 450_00  # § 8 SGB IV from 2013 to September 2022


def accepted(county: ModuleType) -> list[SampleReturn]:
    """The return that holds in the end for each municipality and month: a Korrektur replaces the first one."""
    by_kind = sorted(county.RETURNS, key=lambda sample: sample.kind is ReturnKind.CORRECTION)
    return list({(sample.ags, sample.month): sample for sample in by_kind}.values())


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def same_bytes(one: Path, other: Path) -> bool:
    """The same bytes; of a workbook also when only packed otherwise, because machines differ in how well they pack."""
    if one.read_bytes() == other.read_bytes():
        return True
    return one.suffix == ".xlsx" and unpacked(one) == unpacked(other)


def unpacked(path: Path) -> list[tuple[str, Any, bytes]]:
    with ZipFile(path) as parts:
        return [(part.filename, part.date_time, parts.read(part)) for part in parts.infolist()]


BY_HAND = ("annahmen.toml",)  # the example of assumptions before the first placement


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.KEY)
def test_shipped_files_are_what_the_generator_makes(county: ModuleType, tmp_path: Path) -> None:
    write_programme(tmp_path, county.programme(), county.RETURNS)
    if county is mittelsachsen:
        write_statements(tmp_path, county.TOWNS)
    shipped = INPUTS / county.KEY
    assert files(tmp_path) == [name for name in files(shipped) if name not in BY_HAND]
    assert [name for name in files(tmp_path) if not same_bytes(tmp_path / name, shipped / name)] == []


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.KEY)
def test_programme_loads_and_every_member_reports_every_month(county: ModuleType) -> None:
    programme = load_programme(INPUTS / county.KEY)
    first = [(sample.ags, sample.month) for sample in county.RETURNS if sample.kind is ReturnKind.FIRST]
    assert sorted(first) == sorted((ags, month) for ags in programme.members for month in county.MONTHS)


def test_mittelsachsen_has_allowances_only_and_dueren_premiums_only() -> None:
    assert load_programme(INPUTS / "mittelsachsen").required_tables == ("opportunities",)
    assert load_programme(INPUTS / "dueren").required_tables == ("benefits", "placements")


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.KEY)
def test_one_first_return_comes_late(county: ModuleType) -> None:
    late = [sample for sample in county.RETURNS if sample.kind is ReturnKind.FIRST and sample.folder != sample.month]
    assert [(sample.ags, sample.month, sample.folder) for sample in late] == [
        (county.LATE_AGS, county.LATE_MONTH, county.LATE_FOLDER)
    ]


def test_38_persons_in_agh_on_the_key_date_26_of_them_in_facilities() -> None:
    filled = Counter(
        row["provider_kind"]
        for sample in accepted(mittelsachsen)
        for row in sample.rows["opportunities"]
        if row.get("case_id") and row["from_date"] <= KEY_DATE <= row["to_date"]
    )
    assert filled.total() == 38
    assert filled["Gemeinschaftseinrichtung"] == 26
    assert filled["Kommune"] + filled["Verein"] == 12


def test_five_support_towns_with_three_places_each() -> None:
    programme = load_programme(INPUTS / "mittelsachsen")
    planned = {ags: member.agh_target for ags, member in programme.members.items() if member.agh_target is not None}
    places = Counter(position.ags for position in mittelsachsen.POSITIONS if position.ags in planned)
    assert planned == places == dict.fromkeys(("14522180", "14522150", "14522080", "14522360", "14522140"), 3)


def test_mittelsachsen_stays_within_the_caps() -> None:
    for sample in mittelsachsen.RETURNS:
        hours: Counter[str] = Counter()
        for row in sample.rows["opportunities"]:
            if row.get("case_id"):
                days = (row["to_date"] - row["from_date"]).days + 1
                assert row["hours_hundredths"] * 7 <= 30_00 * days
                hours[row["case_id"]] += row["hours_hundredths"]
        assert max(hours.values(), default=0) <= 100_00


def test_the_correction_of_mittelsachsen_adds_hours_and_withdraws_a_person() -> None:
    first, corrected = (
        {
            (row["position_id"], row["case_id"]): row["hours_hundredths"]
            for row in sample.rows["opportunities"]
            if row.get("case_id")
        }
        for sample in mittelsachsen.RETURNS
        if (sample.ags, sample.month) == (mittelsachsen.CORRECTED_AGS, mittelsachsen.CORRECTED_MONTH)
    )
    changes = {key: corrected.get(key, 0) - first.get(key, 0) for key in first | corrected}
    assert {key: change for key, change in changes.items() if change} == {
        ("FRB-02", "FRB-207"): 12_50,
        ("FRB-03", "FRB-215"): -24_00,
    }


@pytest.mark.parametrize("month", dueren.MONTHS)
def test_persons_of_dueren_add_up(month: str) -> None:
    persons: Counter[tuple[str, str]] = Counter()
    for sample in accepted(dueren):
        if sample.month == month:
            for row in sample.rows["stock"]:
                persons[row["status"], row["age_group"]] += row["persons"]
    in_procedure = {key: number for key, number in persons.items() if key[0] in ("Aufenthaltsgestattung", "Duldung")}
    assert sum(in_procedure.values()) == 980
    assert sum(number for (_, age_group), number in in_procedure.items() if age_group == "18 bis 65") == 710
    assert persons.total() - 980 == 2_500


def test_25_eligible_placements_in_the_first_programme_year() -> None:
    verdicts: dict[tuple[str, date], set[str]] = {}
    for sample in accepted(dueren):
        benefits = {row["case_id"]: row for row in sample.rows["benefits"]}
        for row in sample.rows["placements"]:
            against = reasons_against(row, benefits[row["case_id"]]["status"])
            verdicts.setdefault((row["case_id"], row["begin"]), set()).add(against or "eligible")
    found = {key: "eligible" if "eligible" in verdict else verdict.pop() for key, verdict in verdicts.items()}
    assert found == dueren.OUTCOMES
    assert list(found.values()).count("eligible") == 25
    assert all(date(2015, 11, 1) <= begin <= date(2016, 10, 31) for _, begin in found)


def reasons_against(row: Any, status: str) -> str:
    """RULES section 4 with the terms of the shipped programme."""
    conditions = {
        "not_insured": row["insured"],
        "marginal": row["gross_cents"] > MARGINAL_THRESHOLD_CENTS,
        "hours": row["weekly_hours_hundredths"] >= 15_00,
        "status": status in ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"),
        "no_consent": row["consent_on"] is not None,
        "late_consent": row["consent_on"] is None or row["consent_on"] <= row["begin"],
    }
    return " ".join(reason for reason, holds in conditions.items() if not holds)


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.KEY)
def test_a_workbook_shows_its_rows(county: ModuleType, tmp_path: Path) -> None:
    sample = max(county.RETURNS, key=lambda sample: sum(map(len, sample.rows.values())))
    book = openpyxl.load_workbook(sample.write(tmp_path))
    assert book.sheetnames == [COVER_SHEET, *(TABLES[name].sheet for name in sample.sheets)]
    labels = {row[0]: row[1] for row in book[COVER_SHEET].iter_rows(values_only=True)}
    assert labels["Gemeindeschlüssel"] == sample.ags
    assert labels["Anzahl Vermittlungen"] == len(sample.rows.get("placements", ()))
    for name in sample.sheets:
        read = list(book[TABLES[name].sheet].iter_rows(values_only=True))
        heading = read.index(tuple(column.title for column in TABLES[name].columns))
        expected = [tuple(map(in_a_cell, TABLES[name].columns, cells(name, row))) for row in sample.rows[name]]
        assert read[heading + 1 :] == expected


def cells(name: str, row: Any) -> list[Any]:
    return [row.get(column.name) for column in TABLES[name].columns]


def in_a_cell(column: Any, value: Any) -> Any:
    """What openpyxl reads where this value was written."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return value / 100 if value is not None and column.kind in ("money", "hours") else value


def test_a_nil_return_is_four_zeros(tmp_path: Path) -> None:
    nil = [sample for sample in mittelsachsen.RETURNS if not sample.rows["opportunities"]]
    assert nil
    book = openpyxl.load_workbook(nil[0].write(tmp_path))
    assert [book[COVER_SHEET].cell(row, 2).value for row in range(4, 4 + len(COVER))][-4:] == [0, 0, 0, 0]


def test_control_totals_can_be_given(tmp_path: Path) -> None:
    rows = {"benefits": [{"case_id": "A-1", "paid_cents": 123_45}, {"case_id": "A-2", "paid_cents": None}]}
    assert control_totals(rows)["total_paid_cents"] == 123_45
    write_return(tmp_path / "one.xlsx", {"total_cases": 7}, rows)
    labels = {
        row[0]: row[1] for row in openpyxl.load_workbook(tmp_path / "one.xlsx")[COVER_SHEET].iter_rows(values_only=True)
    }
    assert (labels["Anzahl Leistungsfälle"], labels["Summe Gezahlte Leistung"]) == (7, 123.45)


def test_a_workbook_does_not_know_when_it_was_made(tmp_path: Path) -> None:
    write_return(tmp_path / "one.xlsx", {}, {"benefits": []})
    with ZipFile(tmp_path / "one.xlsx") as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert parts.read("docProps/core.xml").count(b"2015-10-01T00:00:00Z") == 2


def test_random_returns_repeat_by_seed_and_report_running_placements_again(tmp_path: Path) -> None:
    months = ("2016-07", "2016-08", "2016-09")
    programme = write_random(tmp_path / "random", 2, months, 40, seed=1)
    assert len(list((tmp_path / "random" / "returns").rglob("*.xlsx"))) == 2 * len(months)
    one, same, other = (list(random_returns(programme, months, 40, seed)) for seed in (1, 1, 2))
    assert one == same != other
    for earlier, later in pairwise(one):
        if earlier.ags == later.ags:
            running = {
                (row["case_id"], row["begin"]) for row in earlier.rows["placements"]
                if row["end"] is None or row["end"] > last_day(earlier.month)
            }  # fmt: skip
            reported = {(row["case_id"], row["begin"]) for row in later.rows["placements"]}
            assert running <= reported
    assert any(sample.rows["placements"] for sample in one)


def test_a_random_programme_has_as_many_members_as_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "wide"
    write_programme(folder, random_programme(120, "wide"), ())
    assert len(load_programme(folder).members) == 120
