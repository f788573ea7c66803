"""Persons who draw benefits, and their employments, as rows of Leistungen, Vermittlungen and Teilnahmen.

Paid amounts follow the rules (RULES section 3): who earns nothing gets the need, who earns gets the need less
the countable income, now and then a few euros less. So reported and statutory saving stay close together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from schemas.months import first_day, last_day
from tests.reference.savings import saved_benefit
from tests.sample.submission import pick, variant
from tests.sample.workbook import Row

_SHORTFALLS_CENTS = (0, 0, 3_20, 8_00)  # by how much an office pays less than the law gives


@dataclass(frozen=True)
class Placement:
    """One employment."""

    employer: str
    begin: date
    end: date | None
    insured: bool
    weekly_hours_hundredths: int
    gross_cents: int
    consent_on: date | None
    work_permit_on: date | None
    reported_from: str = ""  # the first month whose return shows it, if that is later than its begin
    short_months: dict[str, int] = field(default_factory=dict)  # month → gross wage, where it was another

    def shown_in(self, month: str) -> bool:
        """Whether the month's return has it."""
        ended = self.end is not None and self.end < first_day(month)
        return self.begin <= last_day(month) and not ended and self.reported_from <= month

    def row(self, case_id: str, month: str) -> dict[str, object]:
        """The month's row of Vermittlungen; an end that still lies ahead is not known yet."""
        gross = self._gross_in(month)
        return {
            "case_id": case_id,
            "employer": self.employer,
            "consent_on": self.consent_on,
            "work_permit_on": self.work_permit_on,
            "begin": self.begin,
            "end": self.end if self.end is not None and self.end <= last_day(month) else None,
            "insured": self.insured,
            "weekly_hours_hundredths": self.weekly_hours_hundredths,
            "gross_cents": self.gross_cents,
            "gross_month_cents": None if gross == self.gross_cents else gross,
            "net_cents": _net_cents(gross, self.gross_cents, self.insured),
        }

    def _gross_in(self, month: str) -> int:
        if month in self.short_months:
            return self.short_months[month]
        begin, end = max(self.begin, first_day(month)), min(self.end or date.max, last_day(month))
        return self.gross_cents * ((end - begin).days + 1) // last_day(month).day


@dataclass(frozen=True)
class Participation:
    """The way into the programme."""

    proposed_on: date
    proposed_by: str
    decision: str
    decided_on: date | None = None
    profiled_on: date | None = None
    planned_on: date | None = None
    left_on: date | None = None
    left_reason: str | None = None


@dataclass(frozen=True)
class Case:
    """One person in one municipality."""

    case_id: str
    ags: str
    birth_year: int
    sex: str
    status: str
    benefit_kind: str
    need_stage: int
    accommodation_cents: int
    later_status: tuple[str, str] | None = None  # month from which another status holds, and that status
    entitled_from: date | None = None  # arrival, if after the programme's start
    entitled_to: date | None = None
    cut: tuple[str, int] | None = None  # month from which the entitlement is reduced (§ 1a), by how much
    placements: tuple[Placement, ...] = ()
    participation: Participation | None = None

    def status_in(self, month: str) -> str:
        """The status that holds in the month."""
        return self.later_status[1] if self.later_status and month >= self.later_status[0] else self.status

    def shown_placements(self, month: str) -> tuple[Placement, ...]:
        """The employments that the month's return has."""
        return tuple(placement for placement in self.placements if placement.shown_in(month))


def placement_rows(case: Case, month: str, placements: Sequence[Placement]) -> list[Row]:
    """The case's rows of Vermittlungen."""
    return [placement.row(case.case_id, month) for placement in placements]


def benefit_rows(case: Case, month: str, placements: Sequence[Placement]) -> list[Row]:
    """The case's row of Leistungen, if it is entitled on a day of the month."""
    first, last = first_day(month), last_day(month)
    begin, end = case.entitled_from or first, case.entitled_to or last
    if begin > last or end < first:
        return []
    row: dict[str, object] = {
        "case_id": case.case_id,
        "birth_year": case.birth_year,
        "sex": case.sex,
        "status": case.status_in(month),
        "benefit_kind": case.benefit_kind,
        "need_stage": case.need_stage,
        "accommodation_cents": case.accommodation_cents,
        "entitled_from": begin if begin > first else None,
        "entitled_to": end if end < last else None,
        "cut_cents": case.cut[1] if case.cut and month >= case.cut[0] else None,
    }
    return [row | {"paid_cents": _paid_cents(row, month, placement_rows(case, month, placements))}]


def participation_rows(case: Case, month: str) -> list[Row]:
    """The case's row of Teilnahmen as far as it is known at the month's end; none after it has left."""
    way, last = case.participation, last_day(month)
    if way is None or way.proposed_on > last or (way.left_on is not None and way.left_on < first_day(month)):
        return []
    dates = {name: getattr(way, name) for name in ("decided_on", "profiled_on", "planned_on", "left_on")}
    known = {name: day if day is not None and day <= last else None for name, day in dates.items()}
    return [
        {"case_id": case.case_id, "proposed_on": way.proposed_on, "proposed_by": way.proposed_by}
        | {"decision": way.decision if known["decided_on"] else "offen"}
        | known
        | {"left_reason": way.left_reason if known["left_on"] else None}
    ]


def way_to(begin: date, *, not_before: date, case_id: str, **known: Any) -> Participation:
    """A participation that leads to an employment from `begin` on, proposed four to seven weeks before."""
    proposed_on = max(not_before, begin - timedelta(days=28 + variant(case_id, "proposed", choices=21)))
    return way_from(proposed_on, case_id=case_id, **known)


def way_from(proposed_on: date, *, case_id: str, decision: str = "zugestimmt", **known: Any) -> Participation:
    """A participation from the day of its proposal, every step a few days after the one before it."""
    decided = known.pop("decided_on", None) or proposed_on + timedelta(days=5 + variant(case_id, "decided", choices=8))
    profiled = decided + timedelta(days=2 + variant(case_id, "profiled", choices=3))
    steps: dict[str, Any] = {"decided_on": decided} if decision != "offen" else {}
    if decision == "zugestimmt":
        steps |= {"profiled_on": profiled, "planned_on": profiled + timedelta(days=2)}
    proposer = pick(("Kommune", "Kommune", "Träger"), case_id, "proposer")
    return Participation(proposed_on, proposer, decision, **steps, **known)


def _paid_cents(row: dict[str, object], month: str, placements: Sequence[Row]) -> int:
    wages = tuple((entry["gross_month_cents"] or entry["gross_cents"], entry["net_cents"]) for entry in placements)
    need, countable = _need_and_countable(
        month, row["benefit_kind"], row["need_stage"], row["accommodation_cents"],
        row["entitled_from"], row["entitled_to"], row["cut_cents"] or 0, wages,
    )  # fmt: skip
    return max(0, need - countable - pick(_SHORTFALLS_CENTS, row["case_id"], month))


@cache
def _need_and_countable(
    month: str, kind: object, stage: object, accommodation: object, begin: object, end: object, cut: object,
    wages: tuple[tuple[object, object], ...],
) -> tuple[int, int]:  # fmt: skip
    # Many cases share their terms; summing the daily rates anew for each would take most of the time.
    terms = {"month": month, "benefit_kind": kind, "need_stage": stage, "accommodation_cents": accommodation}
    benefit = terms | {"entitled_from": begin, "entitled_to": end, "cut_cents": cut, "paid_cents": 0}
    earned = [{"gross_cents": gross, "gross_month_cents": None, "net_cents": net} for gross, net in wages]
    figures = saved_benefit(benefit, earned, "gross")
    return figures["need_cents"], figures["saved_benefit_statutory_cents"]


def _net_cents(gross_cents: int, contractual_cents: int, insured: bool) -> int:
    """Roughly what is left of a wage: from 80 % at 850 EUR down to 74 % at 1,500 EUR, and on."""
    if not insured:
        return gross_cents
    permille = min(800, 800 - (contractual_cents - 850_00) * 60 // 650_00)
    return gross_cents * permille // 1000
