"""What the workspace shows of a county's months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.changed import WhatChanged
from schemas.documents import Letters, ReturnState, WaitingOrder
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.offsets import WaitingCredit
from schemas.open_items import Item
from schemas.programme.programme import Programme
from schemas.status import MonthStatus


@dataclass(frozen=True)
class ProgrammeView:
    """A programme on the first page: its months, the next step, orders that wait."""

    key: str
    programme: Programme
    months: tuple[MonthStatus, ...]
    next_month: Month | None  # the month that is to be settled or approved next
    orders: tuple[WaitingOrder, ...]
    stranded: tuple[WaitingCredit, ...]  # credits that no run of the programme will pay out any more


@dataclass(frozen=True)
class MunicipalityLine:
    """A municipality in a month."""

    ags: Ags
    name: str
    return_state: ReturnState
    files: tuple[str, ...]
    kind: str | None  # documents.DocumentKind
    number: str | None
    due_date: date | None
    total_cents: int | None
    previous_cents: int | None
    payable_cents: int | None = None  # what is transferred
    why: str = ""  # its amount is another than with the settlement before


@dataclass(frozen=True)
class FileLine:
    """A received file: whose it is, and what became of it; `state` is none while nobody has looked at it."""

    file: str
    ags: Ags | None
    name: str | None
    month: Month | None
    state: ReturnState | None
    errors: int = 0
    warnings: int = 0
    correction: str | None = None  # name of the correction workbook of a file that is held back


def file_lines(
    received: pl.DataFrame, findings: pl.DataFrame, programme: Programme, corrections: Mapping[str, str]
) -> tuple[FileLine, ...]:
    """Received files with what became of them.

    `received`: at least `file`, `ags`, `month`, `state`, a row for each file; `findings`: findings.FINDINGS_MODEL;
    `corrections`: file → name of its correction workbook.
    """
    counts = {
        (file, severity): number
        for file, severity, number in findings.group_by("file", "severity").agg(pl.len()).iter_rows()
    }
    return tuple(
        FileLine(
            file=row["file"],
            ags=row["ags"],
            name=programme.named(row["ags"]) if row["ags"] else None,
            month=row["month"],
            state=ReturnState(row["state"]),
            errors=counts.get((row["file"], "error"), 0),
            warnings=counts.get((row["file"], "warning"), 0),
            correction=corrections.get(row["file"]),
        )
        for row in received.iter_rows(named=True)
    )


@dataclass(frozen=True)
class DocumentFile:
    """A document of a month, by its path in the month's folder."""

    path: str
    size: int  # bytes


@dataclass(frozen=True)
class MonthView:
    """Everything that a month's page shows."""

    programme: Programme
    month: Month
    state: str | None  # draft, approved, or None: not settled yet
    drafted_by: str | None
    approved_by: str | None
    document_date: date | None
    total_cents: int | None  # of its documents
    reversed_cents: int  # by its reversals
    previous_month: Month | None
    previous_cents: int | None  # posted with it, reversals included
    municipalities: tuple[MunicipalityLine, ...]
    files: tuple[FileLine, ...]
    new_files: tuple[str, ...]  # in the folder, and not in the draft
    findings: pl.DataFrame  # findings.FINDINGS_MODEL
    documents: tuple[DocumentFile, ...]
    documents_follow: bool  # they are still to be written
    erased: bool  # the month's case data, and with them most of its documents
    orders: tuple[WaitingOrder, ...]  # that its draft has in it, or would have now
    accepted_reason: str = ""  # why its draft accepts differences that no municipality brought about
    earlier: tuple[str, ...] = ()  # what a draft means for earlier months, in words

    @property
    def posted_cents(self) -> int | None:
        """What is posted with the month: its documents, reversals included."""
        return None if self.total_cents is None else self.total_cents + self.reversed_cents


@dataclass(frozen=True)
class MunicipalityMonth:
    """A municipality in a month: its statement, line by line, and its documents."""

    programme: Programme
    ags: Ags
    name: str
    month: Month
    draft: bool
    line: MunicipalityLine
    lines: pl.DataFrame  # results.LINES, this municipality's
    corrections: pl.DataFrame  # results.CORRECTIONS, this municipality's
    changed: WhatChanged  # behind them
    files: dict[str, str]  # SHA-256 → name of the received file
    letters: dict[str, Letters]  # SHA-256 → where the columns stand in that file
    documents: tuple[DocumentFile, ...]
    documents_follow: bool  # they are still to be written


@dataclass(frozen=True)
class AccountEntry:
    """What a run received of a municipality and settled with it."""

    month: Month
    draft: bool
    received: pl.DataFrame  # status.RECEIVED_STATES, this municipality's
    number: str | None
    due_date: date | None
    total_cents: int
    payable_cents: int  # what is transferred for it: less credits that are set against it, nothing of one that waits
    taken_back_cents: int  # of earlier documents that the run reversed; 0 or with the other sign


@dataclass(frozen=True)
class AccountMonth:
    """A month in a municipality's account."""

    month: Month
    draft: bool
    return_state: ReturnState
    number: str | None
    due_date: date | None
    total_cents: int
    payable_cents: int  # as in AccountEntry
    documents: tuple[DocumentFile, ...]  # its own
    taken_back_cents: int  # of earlier documents that the run reversed; 0 or with the other sign
    on_time: bool | None  # its return; none while none was accepted


@dataclass(frozen=True)
class SavedMonth:
    """What a municipality's cases saved in a service month, and what stands posted for it."""

    month: Month
    saved_cents: int
    premiums_cents: int  # adjustments for neutrality included

    @property
    def kept_cents(self) -> int:
        """What is left to the municipality."""
        return self.saved_cents - self.premiums_cents


@dataclass(frozen=True)
class Saving:
    """What a municipality saved and was charged of it, as the books have it with the newest run that is shown."""

    months: tuple[SavedMonth, ...]  # from the first to the last with anything, without a gap
    with_erased: bool  # of some of its cases the sums alone are left

    @property
    def saved_cents(self) -> int:
        """Over all months; negative where more was lost."""
        return sum(each.saved_cents for each in self.months)

    @property
    def premiums_cents(self) -> int:
        """What of it is charged."""
        return sum(each.premiums_cents for each in self.months)

    @property
    def kept_cents(self) -> int:
        """What is left to the municipality."""
        return self.saved_cents - self.premiums_cents


@dataclass(frozen=True)
class OwnMoney:
    """What a municipality's documents leave open on a day."""

    on: date
    items: tuple[Item, ...]
    paid_until: date | None  # the newest movement that is known; none where nobody has taken in any

    @property
    def open_cents(self) -> int:
        """What it still has to pay."""
        return sum(max(item.open_cents, 0) for item in self.items)

    @property
    def overdue_cents(self) -> int:
        """What of it should have been paid."""
        return sum(max(item.open_cents, 0) for item in self.items if item.overdue_days)

    @property
    def not_due_cents(self) -> int:
        """What of it has time."""
        return self.open_cents - self.overdue_cents

    @property
    def owed_cents(self) -> int:
        """What the county owes it."""
        return -sum(min(item.open_cents, 0) for item in self.items)


@dataclass(frozen=True)
class OpenReturn:
    """A settled month of which no return was accepted."""

    month: Month
    held_back: bool  # else none came


@dataclass(frozen=True)
class MunicipalityView:
    """A municipality over all months."""

    programme: Programme
    ags: Ags
    name: str
    months: tuple[AccountMonth, ...]
    saving: Saving | None  # none where the programme has no premium, or nothing is settled
    money: OwnMoney
    open_returns: tuple[OpenReturn, ...]
    orders: tuple[WaitingOrder, ...]  # that wait; none where the draft is not shown
