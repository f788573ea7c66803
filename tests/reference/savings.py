"""Saving of a case in a month (RULES section 3), summed day by day."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.calendar import days_of, first_day
from tests.reference.law import income_allowance, monthly_rate
from tests.reference.rounding import rounded
from tests.reference.terms import health_average, state_grant


def need_cents(benefit: dict[str, Any]) -> int:
    """RULES section 3, need(m)."""
    entitlement = Fraction(0)
    for day in entitled_days(benefit):
        rate = monthly_rate(benefit["benefit_kind"], benefit["need_stage"], day)
        entitlement += Fraction(rate, len(days_of(benefit["month"])))
    cut: int = benefit["cut_cents"]
    accommodation: int = benefit["accommodation_cents"]
    return max(0, rounded(entitlement) - cut) + accommodation


def entitled_days(benefit: dict[str, Any]) -> list[date]:
    """The days of the month inside Anspruch von … bis."""
    days = days_of(benefit["month"])
    begin: date = benefit["entitled_from"] or days[0]
    end: date = benefit["entitled_to"] or days[-1]
    return [day for day in days if begin <= day <= end]


def relief_cents(benefit: dict[str, Any], income_cents: int) -> int:
    """RULES section 3, relief of gross or net earnings: with the rates in force on the first day of the month."""
    day = first_day(benefit["month"])
    percent, cap_percent = income_allowance(benefit["benefit_kind"], day)
    stage = benefit["need_stage"] if benefit["benefit_kind"] == "Grundleistung" else 1
    part = Fraction(percent * income_cents, 100)
    cap = Fraction(cap_percent * monthly_rate(benefit["benefit_kind"], stage, day), 100)
    return rounded(min(part, cap))


def saved_benefit(benefit: dict[str, Any], placements: list[dict[str, Any]], income_base: str) -> dict[str, Any]:
    """RULES section 3: need, relief and the saved benefit on both bases; wages over all placements of the month.

    Where a net wage is missing, the statutory saving is empty, and so is the relief that would rest on it.
    """
    gross, net, net_is_complete = 0, 0, True
    for row in placements:
        gross += row["gross_cents"] if row["gross_month_cents"] is None else row["gross_month_cents"]
        net += row["net_cents"] or 0
        net_is_complete = net_is_complete and row["net_cents"] is not None
    need, paid = need_cents(benefit), benefit["paid_cents"]
    statutory = relief = None
    if income_base == "gross" or net_is_complete:
        relief = relief_cents(benefit, gross if income_base == "gross" else net)
    if net_is_complete and relief is not None:
        statutory = min(need, max(0, net - relief))
    return {
        "need_cents": need,
        "paid_cents": paid,
        "relief_cents": relief,
        "saved_benefit_reported_cents": max(0, need - paid),
        "saved_benefit_statutory_cents": statutory,
    }


def saved_health_cents(savings: dict[str, Any], benefit: dict[str, Any], eligible_days: set[date]) -> int:
    """RULES section 3, saved_health: the eligible employment days inside Anspruch von … bis."""
    month = benefit["month"]
    average = health_average(savings, first_day(month))
    inside = eligible_days.intersection(entitled_days(benefit))
    return rounded(Fraction(average * len(inside), len(days_of(month))))


def lost_grant_cents(savings: dict[str, Any], benefit: dict[str, Any]) -> int:
    """RULES section 3, lost_grant."""
    if benefit["state_grant"] and benefit["paid_cents"] == 0:
        return state_grant(savings, first_day(benefit["month"]))
    return 0
