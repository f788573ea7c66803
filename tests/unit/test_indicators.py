"""What the board report's figures count, on returns that can be worked out by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.compute.indicators.agh import LEFT, agh_events, positions_on
from flows.compute.indicators.placements import AFTER, followed_up, placement_events
from flows.compute.indicators.plain import line_to_date
from flows.compute.indicators.registry import COUNTS, SUMS
from flows.compute.indicators.returns import return_counts
from flows.compute.law import load_law
from flows.compute.rules.coverage import contracted_cost
from schemas.indicators import INDICATORS, Measure
from schemas.months import first_day, last_day, later, month_of
from schemas.programme.file import load_programme
from schemas.programme.terms import Carrier
from schemas.programme.years import programme_year
from schemas.refusal import Refusal
from schemas.report import BOOKS_FINDINGS, BOOKS_RECEIVED, ReportBooks, check_reportable, quarter
from schemas.results import CASES, LINES, empty
from schemas.returns import TABLES, frame_columns

DUEREN, MITTELSACHSEN = load_programme(Path("inputs/dueren")), load_programme(Path("inputs/mittelsachsen"))
LAW = load_law(Path("inputs/law"))
AGS = "05358008"
Row = dict[str, Any]


def books(approved: tuple[str, ...], received: list[Row] | None = None, **rows: list[Row]) -> ReportBooks:
    frames = {
        name: pl.DataFrame(
            [{"ags": AGS, "sheet": table.sheet, "row": 6, "file_sha256": "0"} | row for row in rows.get(name, [])],
            schema=frame_columns(table),
        )
        for name, table in TABLES.items()
    }
    return ReportBooks(
        rows=frames, lines=empty(LINES), opening=empty(LINES), cases=empty(CASES), findings=pl.DataFrame(schema=BOOKS_FINDINGS),
        received=pl.DataFrame(received or [], schema=BOOKS_RECEIVED), approved=approved, draft=None, approved_on=None,
    )  # fmt: skip


def employed(begin: date, end: date | None, until: str, employer: str = "Bau GmbH") -> tuple[list[Row], list[Row]]:
    """A month's rows of Leistungen and Vermittlungen for as long as the employment is reported."""
    months, month = [], month_of(begin)
    while month <= until and (end is None or first_day(month) <= end):
        months.append(month)
        month = later(month, 1)
    benefits = [
        {
            "month": month, "case_id": "A-001", "birth_year": 1990, "sex": "m", "status": "Duldung",
            "benefit_kind": "Grundleistung", "need_stage": 1, "accommodation_cents": 0, "paid_cents": 0, "cut_cents": 0,
            "state_grant": False,
        }
        for month in months
    ]  # fmt: skip
    placements = [
        {
            "month": month, "case_id": "A-001", "employer": employer, "consent_on": begin, "begin": begin,
            "end": end if end and month_of(end) == month else None, "insured": True, "weekly_hours_hundredths": 38_00,
            "gross_cents": 1500_00, "net_cents": 1110_00,
        }
        for month in months
    ]  # fmt: skip
    return benefits, placements


@pytest.mark.parametrize(
    ("second_begin", "retained"),
    [
        # First employment 1 January to 5 February 2016, 36 days; bridging is at most 14 days.
        (date(2016, 2, 20), "retained"),  # 6 to 19 February: 14 days without work; day 42 (11 February) lies in the gap
        (date(2016, 2, 21), "lost"),  # 15 days
    ],
)
def test_a_new_employment_within_the_bridging_days_continues(second_begin: date, retained: str) -> None:
    benefits, placements = employed(date(2016, 1, 1), date(2016, 2, 5), "2016-04")
    more_benefits, more_placements = employed(second_begin, None, "2016-04", "Gärtnerei")
    later_benefits = [row for row in more_benefits if row["month"] > "2016-02"]
    known = books(
        ("2016-04",), benefits=[*benefits, *later_benefits], placements=[*placements, *more_placements]
    )  # fmt: skip
    found = placement_events(known, DUEREN, LAW)[followed_up("6 weeks")].filter(day=date(2016, 2, 11))
    assert found["leaf"].to_list() == [retained]


def test_what_is_still_open_is_observed_neither_way() -> None:
    benefits, placements = employed(date(2016, 3, 1), None, "2016-04")  # known to 30 April: 61 days
    found = placement_events(books(("2016-04",), benefits=benefits, placements=placements), DUEREN, LAW)
    observed = [(after, *row) for after in AFTER for row in found[followed_up(after)].select("leaf", "day").rows()]
    assert observed == [("6 weeks", "retained", date(2016, 4, 11))]


def position(first: date, last: date, **changes: Any) -> Row:
    return {
        "month": month_of(first), "position_id": "P-1", "provider_kind": "Verein", "workplace": "Bauhof", "case_id": "A-001",
        "from_date": first, "to_date": last, "hours_hundredths": 10_00, "expense_cents": 0, "voluntary": True,
    } | changes  # fmt: skip


def test_work_within_six_months_after_the_last_agh_day_counts_whoever_reports_it() -> None:
    rows = [
        position(date(2016, 1, 4), date(2016, 1, 29)),
        position(date(2016, 1, 4), date(2016, 1, 29), position_id="P-2", case_id="B-002", outcome="Beschäftigung"),
        position(date(2016, 1, 4), date(2016, 1, 29), position_id="P-3", case_id="C-003", outcome="Suche"),
    ]
    for begin, of_first in ((date(2016, 7, 29), "employed"), (date(2016, 7, 30), "not_employed")):
        _, placements = employed(begin, None, "2016-08")
        known = books(("2016-08",), opportunities=rows, placements=placements)
        left = agh_events(known, DUEREN)[LEFT]
        assert left["day"].unique().to_list() == [date(2016, 7, 29)]
        assert sorted(left["leaf"]) == sorted([of_first, "employed", "not_employed"])


def test_a_position_is_filled_from_its_first_to_its_last_day() -> None:
    known = books(("2016-01",), opportunities=[position(date(2016, 1, 4), date(2016, 1, 29)), position(date(2016, 1, 1), date(2016, 1, 31), position_id="P-2", case_id=None)])  # fmt: skip
    days = {3: 0, 4: 1, 29: 1, 30: 0}
    assert {day: positions_on(known, date(2016, 1, day)).height for day in days} == days


def test_the_target_is_a_straight_line_through_the_programme_year() -> None:
    first = programme_year(DUEREN, date(2016, 10, 31))
    assert (first.number, first.first, first.last) == (1, date(2015, 11, 1), date(2016, 10, 31))
    assert line_to_date(25, first, date(2016, 10, 31)) == 25
    assert line_to_date(25, first, date(2016, 4, 30)) == 12  # 25 × 182 / 366 = 12.43: whole placements
    assert line_to_date(25, first, date(2015, 12, 31)) == 4  # 25 × 61 / 366 = 4.17
    assert line_to_date(25, first, date(2016, 9, 30)) == 23  # 25 × 335 / 366 = 22.88
    second = programme_year(DUEREN, date(2016, 11, 1))
    assert [second.target(DUEREN), programme_year(DUEREN, date(2019, 1, 1)).target(DUEREN)] == [45, 45]


def test_a_cost_that_changes_within_the_year_counts_by_twelfths() -> None:
    rows = (
        {"from": date(2015, 11, 1), "eur_per_year": "210000.00"},
        {"from": date(2016, 2, 1), "eur_per_year": "240000.00"},
    )
    assert DUEREN.carrier is not None
    carrier = Carrier.model_validate({"name": "low-tec gGmbH", "iban": DUEREN.carrier.iban, "cost": rows})
    changed = DUEREN.model_copy(update={"carrier": carrier})
    year = programme_year(changed, date(2016, 3, 1))
    assert contracted_cost(changed, year) == 232_500_00  # 3 × 17,500.00 + 9 × 20,000.00


def test_returns_are_on_time_by_their_own_date() -> None:
    def received(ags: str, reported_on: date | None, settled_in: str = "2025-01", **changes: Any) -> Row:
        return {
            "settled_in": settled_in, "ags": ags, "month": "2025-01", "return_kind": "Erstmeldung", "state": "accepted",
            "reported_on": reported_on,
        } | changes  # fmt: skip

    towns = list(MITTELSACHSEN.members)
    returns = [
        received(towns[0], date(2025, 2, 10)),  # the due day
        received(towns[1], date(2025, 2, 11)),
        received(towns[2], None),  # without a date, settled with its month
        received(towns[3], None, "2025-02"),
        received(towns[0], date(2025, 3, 1), "2025-02", return_kind="Korrektur"),
        received(towns[4], date(2025, 2, 3), state="held_back"),
    ]
    known = books(("2025-01", "2025-02"), returns)
    found = return_counts(known, MITTELSACHSEN, date(2025, 1, 1), last_day("2025-01"))
    assert found == {
        "returns_expected": 15, "returns_on_time": 2, "returns_late": 2, "returns_missing": 11,
        "returns_held_back": 1, "returns_corrected": 1,
    }  # fmt: skip


def test_every_indicator_is_counted_once_and_every_share_has_what_it_divides() -> None:
    """Adding an indicator is an entry in the catalogue and one way to count it, no more and no less."""
    ways = [{entry.indicator for entry in entries} for entries in (COUNTS, SUMS)]
    assert not ways[0] & ways[1]
    counted = ways[0] | ways[1]
    assert counted < set(INDICATORS)
    protected = {name for name, entry in INDICATORS.items() if entry.of_persons and "target" not in name}
    assert ways[0] == protected  # disclosure control knows every count of persons
    for name, entry in INDICATORS.items():
        assert bool(entry.numerator) == bool(entry.denominator) == (entry.measure == Measure.SHARE), name
        assert {entry.numerator, entry.denominator} - {""} <= set(INDICATORS), name


def test_months_before_the_first_run_are_settled_with_it() -> None:
    """Who began with September has nothing to approve of July and August; of the next quarter December is still to come."""
    assert not check_reportable(DUEREN, quarter("2016-Q3"), books(("2016-09",)), preliminary=False)
    with pytest.raises(Refusal) as refused:
        check_reportable(DUEREN, quarter("2016-Q4"), books(("2016-09", "2016-11")), preliminary=False)
    assert refused.value.figures == {"months": ["2016-12"]}
