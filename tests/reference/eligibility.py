"""Eligible employment (RULES section 4): what is known of a placement, the reasons against it, its days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.reference.calendar import days_of, first_day, last_day
from tests.reference.law import marginal_threshold
from tests.reference.terms import Terms


@dataclass(frozen=True)
class Placement:
    """All accepted rows of one placement (key: case + Beginn), and what the latest of them says for all months."""

    begin: date
    end: date
    employer: str  # trimmed and case-folded
    rows: dict[str, dict[str, Any]]  # month → row

    @property
    def first_settled_month(self) -> str:
        """The first month that mentions the placement."""
        return min(self.rows)


def placement_of(rows: list[dict[str, Any]]) -> Placement:
    """RULES section 4.2: Ende and Arbeitgeber of the latest month that mentions the placement hold for all its months."""
    by_month = {row["month"]: row for row in rows}
    latest = by_month[max(by_month)]
    return Placement(
        begin=latest["begin"],
        end=latest["end"] or last_day(latest["month"]),
        employer=latest["employer"].strip().casefold(),
        rows=by_month,
    )


def reasons_against(
    placement: Placement, month: str, statuses: dict[str, str], terms: Terms, programme: dict[str, Any]
) -> list[str]:
    """RULES section 4.1, the table of conditions; empty when the placement is eligible in the month."""
    row = placement.rows[month]
    term = programme["programme"]
    reasons = []
    if not row["insured"]:
        reasons.append("not_insured")
    first_employment_day = max(placement.begin, first_day(month))
    if row["gross_cents"] <= marginal_threshold(first_employment_day):
        reasons.append("marginal")
    if row["weekly_hours_hundredths"] < terms.min_weekly_hours * 100:
        reasons.append("hours")
    status_month = month if terms.status_at == "month" else placement.first_settled_month
    if statuses[status_month] not in term.get("target_group", ()):
        reasons.append("status")
    if row["consent_on"] is None:
        reasons.append("no_consent")
    elif row["consent_on"] > placement.begin:
        reasons.append("late_consent")
    permitted = row["work_permit_on"] is not None and row["work_permit_on"] <= placement.begin
    if terms.require_work_permit and not permitted:
        reasons.append("no_work_permit")
    if placement.begin < term["start"] or ("end" in term and placement.begin > term["end"]):
        reasons.append("outside_programme")
    return reasons


def days_in(placement: Placement, month: str) -> list[date]:
    """The days of the month that the placement covers."""
    return [day for day in days_of(month) if placement.begin <= day <= placement.end]
