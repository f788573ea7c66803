"""What the cash office sees beside the months: orders and what became of them, documents, closed years, opening balances."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import polars as pl

from schemas.documents import DocumentKind, Order
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.refusal import Refusal


class OrderState(StrEnum):
    """What became of an order."""

    WAITING = "waiting"  # for the next draft
    DRAFTED = "drafted"  # for the approval of a draft that has it in it
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


GERMAN_ORDER_STATE = {
    OrderState.WAITING: "wartet",
    OrderState.DRAFTED: "im Entwurf",
    OrderState.BOOKED: "gebucht",
    OrderState.WITHDRAWN: "zurückgezogen",
}


@dataclass(frozen=True)
class OrderRecord(Order):
    """An order and what became of it."""

    state: OrderState
    ordered_at: datetime | None  # none where the journal does not tell it of this order alone
    month: Month | None = None  # whose draft or approval has it in it, or tells that it was withdrawn
    number: str | None = None  # of a booked reversal
    ended_by: str | None = None  # who approved or withdrew it
    withdrawn_reason: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it can still be withdrawn."""
        return self.state in (OrderState.WAITING, OrderState.DRAFTED)


@dataclass(frozen=True)
class PostedDocument:
    """A document that was posted, and what stands in the way of its reversal, if anything does."""

    number: str
    month: Month
    kind: DocumentKind
    total_cents: int
    hindrance: Refusal | None


@dataclass(frozen=True)
class YearDeed:
    """A year that was closed, or opened again."""

    year: int
    reopened: bool
    reason: str
    by: str
    after_month: Month  # approved last at that time


@dataclass(frozen=True)
class OpeningRun:
    """Opening balances as they were drafted or posted."""

    drafted_by: str
    approved_by: str | None
    document_date: date | None
    balances: pl.DataFrame  # standing.OPENING

    @property
    def sha256(self) -> str:
        """The file that they come from; empty where an erasure took that away."""
        return str(self.balances["file_sha256"].drop_nulls().first() or "")

    @property
    def total_cents(self) -> int:
        """Their sum."""
        return int(self.balances["computed_cents"].sum())

    @property
    def by_municipality(self) -> tuple[tuple[Ags, int, int], ...]:
        """AGS, number and sum in cents of the balances of each, by AGS."""
        own = self.balances.group_by("ags").agg(pl.len(), pl.col("computed_cents").sum())
        return tuple(own.sort("ags").iter_rows())


@dataclass(frozen=True)
class OrdersView:
    """Orders of a programme, and for which months one can be given."""

    programme: Programme
    orders: tuple[OrderRecord, ...]  # those that are not posted first, then the newest month's
    open_months: tuple[Month, ...]  # the newest first
    draft: Month | None  # the month whose draft waits
    closed_until: Month | None


@dataclass(frozen=True)
class ReversalView:
    """A municipality's documents: what can be taken back."""

    programme: Programme
    ags: Ags | None
    documents: tuple[PostedDocument, ...]  # the newest first


@dataclass(frozen=True)
class YearsView:
    """Which years are closed, and which can be closed or opened."""

    programme: Programme
    last_approved: Month | None
    closed_until: Month | None
    closable: tuple[int, ...]
    openable: tuple[int, ...]
    deeds: tuple[YearDeed, ...]  # the newest first


@dataclass(frozen=True)
class OpeningView:
    """Opening balances, and whether there can still be other ones."""

    programme: Programme
    run: OpeningRun | None
    begun: bool  # a month is drafted or approved
