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
    days = days_of(benefit["month"])
    begin: date = benefit["entitled_from"] or days[0]
    end: date = benefit["entitled_to"] or days[-1]
    entitlement = Fraction(0)
    for day in days:
        if begin <= day <= end:
            entitlement += Fraction(monthly_rate(benefit["benefit_kind"], benefit["need_stage"], day), len(days))
    cut: int = benefit["cut_cents"]
    accommodation: int = benefit["accommodation_cents"]
    return max(0, rounded(entitlement) - cut) + accommodation


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

    Where a net wage is missing, the statutory saving is null, and the relief on the net basis is that of the net
    wages reported (no amount depends on it).
    """
    gross, net, net_is_complete = 0, 0, True
    for row in placements:
        gross += row["gross_cents"] if row["gross_month_cents"] is None else row["gross_month_cents"]
        net += row["net_cents"] or 0
        net_is_complete = net_is_complete and row["net_cents"] is not None
    need, paid = need_cents(benefit), benefit["paid_cents"]
    relief = relief_cents(benefit, gross if income_base == "gross" else net)
    return {
        "need_cents": need,
        "paid_cents": paid,
        "relief_cents": relief,
        "saved_benefit_reported_cents": max(0, need - paid),
        "saved_benefit_statutory_cents": min(need, max(0, net - relief)) if net_is_complete else None,
    }


def saved_health_cents(savings: dict[str, Any], month: str, eligible_days: int) -> int:
    """RULES section 3, saved_health."""
    average = health_average(savings, first_day(month))
    return rounded(Fraction(average * eligible_days, len(days_of(month))))


def lost_grant_cents(savings: dict[str, Any], benefit: dict[str, Any]) -> int:
    """RULES section 3, lost_grant."""
    if benefit["state_grant"] and benefit["paid_cents"] == 0:
        return state_grant(savings, first_day(benefit["month"]))
    return 0
