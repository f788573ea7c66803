"""The engine's case months and premium lines against the row-by-row reference, and the guarantee of RULES section 5."""

from fractions import Fraction
from itertools import groupby
from typing import Any

import pytest
from hypothesis import event, given

from schemas.refusal import Refusal
from tests.properties import engine
from tests.properties.strategies import MODERATE, World, chains, worlds
from tests.reference import premium
from tests.reference.calendar import days_of, first_day
from tests.reference.law import LawGapError, income_allowance, monthly_rate
from tests.reference.terms import health_average, state_grant

Row = dict[str, Any]


@MODERATE
@given(worlds() | chains())
def test_case_months_and_premium_lines_agree(world: World) -> None:
    returns = world.benefits, world.placements, world.programme
    try:
        expected = premium.case_months(*returns)
    except LawGapError:
        event("not covered by the law")
        with pytest.raises(Refusal):
            engine.premiums(*returns)
        return
    cases, lines = engine.premiums(*returns)
    assert _by_case_and_month(cases) == _by_case_and_month(expected)

    expected_lines = premium.premium_lines(expected)
    names = ("service_month", "ags", "case_id", "kind", "reference", "computed_cents")
    found = [{name: line[name] for name in names} for line in lines]
    assert sorted(found, key=str) == sorted(expected_lines, key=str)
    for line in expected_lines:
        event("a premium", payload=(line["computed_cents"] > 0) - (line["computed_cents"] < 0))

    rows = {(row["ags"], row["case_id"], row["month"], row["sheet"], row["row"]) for row in world.placements}
    for line in lines:
        assert (line["ags"], line["case_id"], line["service_month"], line["sheet"], line["row"]) in rows
        assert line["legal_basis"]


@MODERATE
@given(worlds())
def test_premiums_never_exceed_what_was_saved(world: World) -> None:
    """The guarantee, with savings computed anew from the raw rows, knowing neither caps nor minima.

    A case that has lost more than it saved so far (lost grant) is charged nothing.
    """
    returns = world.benefits, world.placements, world.programme
    try:
        cases, lines = engine.premiums(*returns)
    except Refusal:
        return
    charged_in = {(line["ags"], line["case_id"], line["service_month"]): line["computed_cents"] for line in lines}
    for (ags, case_id), months in groupby(cases, key=lambda case: (case["ags"], case["case_id"])):
        saved, charged = Fraction(0), 0
        for case in months:
            month = case["service_month"]
            if case["counted_month"] is not None:
                saved += _saving(world, ags, case_id, month, case["eligible_days"])
            charged += charged_in.get((ags, case_id, month), 0)
            assert charged == 0 or 0 < charged <= saved


def _by_case_and_month(rows: list[Row]) -> dict[tuple[str, str, str], Row]:
    found = {(row["ags"], row["case_id"], row["service_month"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def _saving(world: World, ags: str, case_id: str, month: str, eligible_days: int) -> int:
    """What the case saved in the month, from its raw rows (RULES section 3)."""

    def of_month(rows: list[Row]) -> list[Row]:
        return [row for row in rows if (row["ags"], row["case_id"], row["month"]) == (ags, case_id, month)]

    [benefit] = of_month(world.benefits)
    placements, savings = of_month(world.placements), world.programme["savings"]
    kind, stage, days = benefit["benefit_kind"], benefit["need_stage"], days_of(month)
    begin, end = benefit["entitled_from"] or days[0], benefit["entitled_to"] or days[-1]
    rates = sum(monthly_rate(kind, stage, day) for day in days if begin <= day <= end)
    need = max(0, _half_up(rates, len(days)) - benefit["cut_cents"]) + benefit["accommodation_cents"]
    if savings["basis"] == "reported":
        benefit_saved = max(0, need - benefit["paid_cents"])
    else:
        gross = sum(
            row["gross_cents"] if row["gross_month_cents"] is None else row["gross_month_cents"] for row in placements
        )
        net = sum(row["net_cents"] for row in placements)
        percent, cap_percent = income_allowance(kind, first_day(month))
        cap = cap_percent * monthly_rate(kind, stage if kind == "Grundleistung" else 1, first_day(month))
        relief = _half_up(min(percent * (gross if savings["income_base"] == "gross" else net), cap), 100)
        benefit_saved = min(need, max(0, net - relief))
    health = _half_up(health_average(savings, first_day(month)) * eligible_days, len(days))
    loses_grant = benefit["state_grant"] and benefit["paid_cents"] == 0
    grant = state_grant(savings, first_day(month)) if loses_grant else 0
    return int(benefit_saved + health - grant)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
