"""What changed between two settlements: the inputs behind a difference, as the ledger keeps them (RULES section 7.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import polars as pl

from schemas.identifiers import Ags, CaseId
from schemas.law import ANALOGOUS_RATES, BASIC_RATES
from schemas.months import NO_MONTH, Month
from schemas.results import LineKind
from schemas.returns import ANALOGOUS_BENEFIT

# Kind of line → table of the form → the columns that its amount follows from (RULES sections 2 to 5).
BEHIND: Mapping[LineKind, Mapping[str, tuple[str, ...]]] = {
    LineKind.ALLOWANCE: {"opportunities": ("provider_kind", "hours_hundredths")},
    LineKind.EXPENSE: {"opportunities": ("provider_kind", "expense_cents")},
    LineKind.PREMIUM: {
        "benefits": (
            "status", "benefit_kind", "need_stage", "accommodation_cents", "paid_cents", "entitled_from", "entitled_to",
            "cut_cents", "state_grant",
        ),
        "placements": (
            "employer", "consent_on", "work_permit_on", "end", "insured", "weekly_hours_hundredths", "gross_cents",
            "gross_month_cents", "net_cents",
        ),
    },
}  # fmt: skip
TABLES = ("benefits", "opportunities", "placements")


@dataclass(frozen=True)
class Exchanged:
    """A return that a run took in, and the one that held for its municipality and month before; none where it is the first."""

    ags: Ags
    month: Month
    old_sha256: str | None
    new_sha256: str


@dataclass(frozen=True)
class Replaced:
    """The returns that a run exchanged, of the municipalities whose earlier months it settles anew, with their rows then and now.

    Placements are those of all months: what a later return says of one holds for its earlier months too.
    """

    returns: tuple[Exchanged, ...]
    before: dict[str, pl.DataFrame]  # table → rows
    after: dict[str, pl.DataFrame]
    files: dict[str, str]  # SHA-256 → name of the received file
    letters: Mapping[str, Mapping[str, Mapping[str, str]]]  # SHA-256 → table → column → its letters in that file


@dataclass(frozen=True)
class Place:
    """A cell of a received return."""

    file: str
    sheet: str
    address: str


@dataclass(frozen=True)
class FieldChange:
    """One field of a case that a newer return tells otherwise; without a column, a whole row that came or went."""

    ags: Ags
    case_id: CaseId
    month: Month  # of the return
    table: str
    row: str  # what tells rows of a case and month apart: results.LINE_KEY's reference, or the first day of work
    column: str | None
    old: object
    new: object
    old_place: Place | None
    new_place: Place | None


@dataclass(frozen=True)
class ReturnChange:
    """A return that came late, or in place of an earlier one."""

    ags: Ags
    month: Month
    old_file: str | None
    new_file: str


@dataclass(frozen=True)
class LawChange:
    """A row of a law table that says something else than before; its figures in German, empty where there was or is none."""

    table: str
    named: str
    valid_from: date
    valid_to: date
    old: str
    new: str
    key: object = None  # which of the rows in force at the same time: of a rate its stage


class Need(NamedTuple):
    """By which rates the need of a case is measured in a month."""

    ags: Ags
    case_id: CaseId
    month: Month
    benefit_kind: str
    need_stage: int

    def measured_by(self, change: LawChange) -> bool:
        """Whether a row of a rates table is one of them; the relief of Analogleistung is capped by stage 1 (RULES section 3)."""
        if self.benefit_kind == ANALOGOUS_BENEFIT:
            return change.table == ANALOGOUS_RATES.name and change.key in (1, self.need_stage)
        return (change.table, change.key) == (BASIC_RATES.name, self.need_stage)


@dataclass(frozen=True)
class KeyChange:
    """A key of the programme file and its values, as they are written there; empty where it was or is missing."""

    key: str
    old: str
    new: str


@dataclass(frozen=True)
class WhatChanged:
    """All inputs of a run that are not those of the run before."""

    settled_in: Month = NO_MONTH  # the run
    fields: tuple[FieldChange, ...] = ()
    returns: tuple[ReturnChange, ...] = ()
    law: tuple[LawChange, ...] = ()
    keys: tuple[KeyChange, ...] = ()
    software: tuple[str, str] | None = None  # versions: of the run before, of this one
    needs: tuple[Need, ...] = ()  # of the cases of its municipalities, where law changed

    def of(self, ags: Ags) -> "WhatChanged":
        """What a municipality sees of it."""
        fields, returns, needs = self._by_ags
        return replace(
            self,
            fields=tuple(fields.get(ags, ())),
            returns=tuple(returns.get(ags, ())),
            needs=tuple(needs.get(ags, ())),
        )

    def measures(self, change: LawChange, case_id: CaseId, until: Month) -> bool:
        """Whether a law row is one that a case's amounts up to a month follow from; without a case, any of them."""
        if change.table not in (BASIC_RATES.name, ANALOGOUS_RATES.name) or not case_id:
            return True
        own = [need for need in self.needs if need.case_id == case_id and need.month <= until]
        return not own or any(need.measured_by(change) for need in own)

    @cached_property
    def _by_ags(self) -> tuple[dict[Ags, list[FieldChange]], dict[Ags, list[ReturnChange]], dict[Ags, list[Need]]]:
        """Parted once: to look through all for each municipality would take long."""
        fields: dict[Ags, list[FieldChange]] = {}
        returns: dict[Ags, list[ReturnChange]] = {}
        for field in self.fields:
            fields.setdefault(field.ags, []).append(field)
        for each in self.returns:
            returns.setdefault(each.ags, []).append(each)
        needs: dict[Ags, list[Need]] = {}
        for need in self.needs:
            needs.setdefault(need.ags, []).append(need)
        return fields, returns, needs


NOTHING_CHANGED = WhatChanged()
