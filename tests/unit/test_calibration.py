"""Calibration (RULES section 9): limits worked out by hand, and equality with the premium engine."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.compute.calibration.answer import calibrate, limits_of
from flows.compute.calibration.population import (
    Population,
    assumed_cases,
    by_municipality,
    settled_cases,
    totals,
    variants,
)
from flows.compute.law import Law, load_law
from flows.compute.rules.premium import case_months
from flows.emit.calibration.words import recommendation
from flows.emit.calibration.workbook import write_calibration
from schemas.calibration import Basis, Calibration, Limits
from schemas.programme.assumptions import Assumptions, load_assumptions
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.returns import BENEFITS, PLACEMENTS
from tests.command import call
from tests.unit.test_premium_engine import AGS, AS_SAVED, benefit, employed, frame, programme

INPUTS = Path(__file__).parents[2] / "inputs"
OTHER = "05358004"
TWO = ({}, {"ags": OTHER, "name": "Aldenhoven"})
TODAY = date(2016, 11, 1)


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(INPUTS / "law")


def assumed(courses: dict[int, str], cost: str, placements: dict[str, int] | None = None) -> Assumptions:
    return Assumptions.model_validate({
        "placements": placements or {AGS: 25}, "saved_eur_per_month": "694.00", "cost_eur": cost,
        "employment": tuple({"months": months, "share": share} for months, share in courses.items()),
    })  # fmt: skip


def answer(assumptions: Assumptions, terms: Programme) -> Calibration:
    return calibrate(assumed_cases(assumptions, terms), terms, Basis("Annahmen", (), TODAY))


def test_lowest_share_that_covers_the_cost() -> None:
    # 25 placements of 12 months save 25 × 12 × 694.00 = 208,200.00; without a cap a quarter of it is 52,050.00.
    uncapped = programme({"from": date(2015, 11, 1), "share": "0.80"})
    result = answer(assumed({12: "1"}, "52050.00"), uncapped)
    assert result.limits == Limits(2500, 10_000)
    assert answer(assumed({12: "1"}, "52050.01"), uncapped).limits == Limits(2600, 10_000)
    assert "Anteil von 25 %" in recommendation(result)


def test_a_cap_holds_for_every_placement() -> None:
    # The cap of 2,500.00 gives at most 25 × 2,500.00 = 62,500.00; 8,328.00 × 30 % = 2,498.40, × 31 % is over the cap.
    result = answer(assumed({12: "1"}, "62500.00"), programme(AS_SAVED))
    assert result.limits == Limits(3100, 10_000)
    beyond = answer(assumed({12: "1"}, "62500.01"), programme(AS_SAVED))
    assert beyond.limits == Limits(None, 10_000)
    assert beyond.gap is not None
    # One cent is missing: one more placement would bring it, and one more of the 300 months of employment.
    assert (beyond.gap.missing_cents, beyond.gap.placements, beyond.gap.months) == (1, 1, 1)
    assert "fehlen 0,01 €" in recommendation(beyond)


def test_who_leaves_before_the_waiting_period_brings_nothing() -> None:
    # April has 30 days, less than the waiting period of 42: only the half that stays 12 months pays.
    # 12.5 placements × 8,328.00 × 50 % = 52,050.00
    result = answer(assumed({1: "0.5", 12: "0.5"}, "52050.00"), programme({"from": date(2015, 11, 1), "share": "0.80"}))
    assert result.limits.covering == 5000
    assert result.placements_units == 250_000


def test_the_start_up_contribution_covers_too_and_burdens_too() -> None:
    # Two municipalities pay 10,000.00 each. Düren's 25 placements save 208,200.00: what is left stays above 0 up to
    # 198,200.00 / 208,200.00 = 95.19 %. Aldenhoven has one placement: 8,328.00 saved, less than its 10,000.00.
    start_up = {"eur_per_municipality": "10000.00", "service_month": "2015-11"}
    uncapped = {"from": date(2015, 11, 1), "share": "0.80"}
    alone = answer(assumed({12: "1"}, "72050.00"), programme(uncapped, start_up=start_up))
    assert alone.limits == Limits(3000, 9500)  # 62,460.00 + 10,000.00 ≥ 72,050.00, but 60,378.00 + 10,000.00 is not
    both = answer(
        assumed({12: "1"}, "72050.00", {AGS: 25, OTHER: 1}), programme(uncapped, start_up=start_up, members=TWO)
    )
    assert both.limits.neutral is None
    assert both.gap is not None
    assert both.gap.shortfall_cents == 10_000_00 - 8_328_00
    # 1,672.00 are less than another placement of 8,328.00 saves, and more than two months of 694.00.
    assert (both.gap.placements, both.gap.months) == (1, 3)
    assert "in 1 Kommunen" not in recommendation(both)


def test_milestones_vary_the_amount() -> None:
    milestones = ({"after_days": 42, "share": "0.5"}, {"after_days": 182, "share": "0.5"})
    terms = programme(
        {"from": date(2015, 11, 1), "schedule": "milestones", "amount_eur": "2500.00", "milestones": milestones}
    )
    # 25 placements of 12 months reach both milestones: 25 × 1,000.00 = 25,000.00
    assert answer(assumed({12: "1"}, "25000.00"), terms).limits.covering == 1000_00
    # Of 3 months (92 days at most) only the first: 25 × 2,000.00 / 2
    assert answer(assumed({3: "1"}, "25000.00"), terms).limits.covering == 2000_00


def population(law: Law, terms: Programme) -> tuple[Population, pl.DataFrame]:
    placements = [
        *employed(date(2016, 4, 1), 6), *employed(date(2016, 5, 18), 2, case_id="F-2"),
        *employed(date(2016, 7, 1), 3, case_id="F-3", ags=OTHER),
    ]  # fmt: skip
    months = sorted({(row["ags"], row["month"], row["case_id"]) for row in placements})
    benefits = frame(BENEFITS, [benefit(month, case_id=case, ags=ags) for ags, month, case in months])
    rows = {"benefits": benefits, "placements": frame(PLACEMENTS, placements)}
    return settled_cases(rows, terms, law, (terms.first_month, "2016-09")), case_months(
        rows["benefits"], rows["placements"], terms, law
    )


def test_the_cost_is_that_of_the_months_settled(law: Law) -> None:
    """210,000.00 a year: two twelfths are 35,000.00, whenever the programme began."""
    rows = {
        "benefits": frame(BENEFITS, [benefit("2016-08"), benefit("2016-09")]),
        "placements": frame(PLACEMENTS, employed(date(2016, 8, 1), 2)),
    }
    dueren = load_programme(INPUTS / "dueren")
    assert settled_cases(rows, dueren, law, ("2016-08", "2016-09")).cost_cents == 35_000_00


@pytest.mark.parametrize("cap", ["2500.00", "600.00"])
def test_agreed_terms_give_what_the_settlement_gives(law: Law, cap: str) -> None:
    terms = programme(AS_SAVED | {"cap_eur": cap}, members=TWO)
    cases, settled = population(law, terms)
    agreed = by_municipality(cases, variants(True, [5000, 8000], [terms.premium[0].cap_cents])).filter(variant=2)
    expected = settled.group_by("ags").agg(pl.col("saved_cents", "premium_cents").sum()).sort("ags")
    assert agreed.select(expected.columns).rows() == expected.rows()
    assert sum(expected["premium_cents"]) > 0


@pytest.mark.parametrize(("guarantee", "premium", "net"), [("municipality", 0, -236_00), ("case", 694_00, -930_00)])
def test_what_is_made_good_stands_with_the_premiums(law: Law, guarantee: str, premium: int, net: int) -> None:
    """April 2016: F-1 saves 694.00; F-2 is entitled to nothing any more and loses the lump sum of 930.00: −236.00 together.

    The whole of 694.00 is charged for F-1. What the municipality pays beyond its saving is made good: all of it.
    """
    grant = ({"from": date(2015, 11, 1), "eur_per_month": "930.00"},)
    terms = programme(
        {"from": date(2015, 11, 1), "share": "1", "waiting_days": 0},
        savings={"lost_state_grant": grant, "guarantee": guarantee},
    )  # fmt: skip
    placements = [*employed(date(2016, 4, 1), 1), *employed(date(2016, 4, 1), 1, case_id="F-2")]
    costs = benefit("2016-04", case_id="F-2", accommodation_cents=0, entitled_to=date(2016, 3, 31), state_grant=True)
    rows = {"benefits": frame(BENEFITS, [benefit("2016-04"), costs]), "placements": frame(PLACEMENTS, placements)}
    found = by_municipality(
        settled_cases(rows, terms, law, (terms.first_month, "2016-04")), variants(True, [10_000], [None])
    )
    assert found.select("saved_cents", "premium_cents", "net_cents").rows() == [(-236_00, premium, net)]


def test_coverage_rises_and_what_is_left_falls(law: Law) -> None:
    cases, _ = population(
        law, programme(AS_SAVED, members=TWO, start_up={"eur_per_municipality": "100.00", "service_month": "2015-11"})
    )
    grid = variants(True, range(0, 10_001, 100), [2500_00])
    for cost in (500_00, 1234_56, 3000_00):
        costly = Population(cases.programme, cases.employed, cases.spells, cases.weights, cases.start_up, cost)
        rows = totals(costly, grid, by_municipality(costly, grid))
        assert rows["coverage_units"].is_sorted()
        assert rows["net_cents"].is_sorted(descending=True)
        lowest = limits_of(rows, "share_units").covering
        assert lowest is not None
        income = dict(rows.select("share_units", "income_cents").iter_rows())
        assert income[lowest] >= cost
        assert lowest == 0 or income[lowest - 100] < cost


def test_the_workbook_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    result = answer(assumed({12: "1"}, "52050.00"), programme(AS_SAVED))
    for name in ("a.xlsx", "b.xlsx"):
        write_calibration(tmp_path / name, result)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def two_towns() -> Calibration:
    """15 and 10 placements of 12 months at 694.00, without a cap, and a start-up contribution of 1,000.00 each."""
    terms = programme(
        {"from": date(2015, 11, 1), "share": "0.80"}, members=TWO,
        start_up={"eur_per_municipality": "1000.00", "service_month": "2015-11"},
    )  # fmt: skip
    return answer(assumed({12: "1"}, "52050.00", {AGS: 15, OTHER: 10}), terms)


def test_the_municipalities_are_added_up_for_each_terms(tmp_path: Path) -> None:
    # Saved: 15 × 8,328.00 = 124,920.00 and 10 × 8,328.00 = 83,280.00. Premiums at 80 %: 99,936.00 and 66,624.00.
    # 2,000.00 of the cost are there already; 50,050.00 of 208,200.00 are 24.04 %: 25 % gives 31,230.00 and 20,820.00.
    write_calibration(tmp_path / "a.xlsx", two_towns())
    sheet = load_workbook(tmp_path / "a.xlsx", data_only=True)["Kommunen"]
    assert list(sheet.iter_rows(min_row=8, values_only=True)) == [
        ("Summe", "vereinbart: 80 %", 208_200, 166_560, 2_000, 39_640),
        ("Summe", "empfohlen: 25 %", 208_200, 52_050, 2_000, 154_150),
    ]
    assert sheet.auto_filter.ref == "A3:F7"


def test_the_shipped_assumptions_are_the_target_of_the_second_year() -> None:
    shipped = load_programme(INPUTS / "dueren")
    assumptions = load_assumptions(INPUTS / "dueren" / "annahmen.toml", shipped)
    assert sum(assumptions.placements.values()) == 45


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('share = "0.20"', 'share = "0.30"'), 'Die Anteile (share) unter [[employment]] müssen zusammen "1" ergeben'),
        (("05358004", "14522150"), "gehören nicht zum Programm"),
        (('"600.00"', "600.0"), "saved_eur_per_month: Erwartet wird ein Betrag als Text"),
        (("months = 6", "month = 6"), "unbekannte Angabe"),
    ],
)
def test_a_mistake_in_the_assumptions_is_named(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    text = (INPUTS / "dueren" / "annahmen.toml").read_text(encoding="utf-8")
    file = tmp_path / "annahmen.toml"
    file.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_assumptions(file, load_programme(INPUTS / "dueren"))
    assert sentence in str(refused.value)


def test_the_command_answers_in_one_sentence_or_refuses(tmp_path: Path) -> None:
    where = ("--inputs", INPUTS, "--outputs", tmp_path)
    file = INPUTS / "dueren" / "annahmen.toml"
    answered = call("calibrate", "--programme", "dueren", "--assumptions", file, "--date", "2016-01-15", *where)
    assert (answered.code, answered.err) == (0, "")
    # Without a premium: Aldenhoven's 3 placements save 3 × (0.2 + 0.4 × 6 + 0.4 × 12) × 600.00 =
    # 13,320.00 and keep 3,320.00 of it; 2 placements save 8,880.00 (9 municipalities lack 1,120.00), 1 saves 4,440.00.
    assert "in 10 Kommunen die Anschubfinanzierung die Ersparnis, zusammen um 15.640,00 €" in answered.out
    # 4,440.00 a placement, 600.00 a month: 1,120.00 need one placement or 2 months in each of the 9, 5,560.00 two or 10.
    assert (
        "in diesen Kommunen durch 11 weitere Vermittlungen mit gleichem Verlauf oder durch 28 Beschäftigungsmonate mehr"
        in answered.out
    )
    assert (tmp_path / "dueren" / "Kalkulation-2016-01-15.xlsx").exists()
    for arguments, told in (
        (("--programme", "mittelsachsen"), "hat keine Prämie"),
        (("--programme", "dueren"), "Bitte mit --assumptions"),
        (("--programme", "dueren", "--assumptions", tmp_path / "fehlt.toml"), "fehlt. Bitte den Pfad"),
    ):
        refused = call("calibrate", *arguments, *where)
        assert (refused.code, refused.out) == (2, "")
        assert told in refused.err


def test_without_a_contracted_cost_there_is_nothing_to_cover() -> None:
    result = answer(assumed({12: "1"}, "0.00"), programme(AS_SAVED))
    assert recommendation(result).startswith("Vertragskosten des Trägers sind nicht vereinbart")
