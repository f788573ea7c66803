"""Open items: what each document leaves open on a day, and how long (RULES section 8.9)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandera.polars as pa
import polars as pl

from schemas.documents import DocumentKind
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.movements import StoredMovement

ON_ACCOUNT = "ohne Beleg"  # stands for the number where a payment names a municipality and no document


@dataclass(frozen=True)
class Claim:
    """An approved document with an amount, and the Storno that took it back."""

    number: str
    ags: Ags
    month: Month
    kind: DocumentKind
    day: date  # of the document
    due: date | None
    amount_cents: int  # negative: a credit
    reversal: str | None = None  # number of the Storno
    reversed_on: date | None = None


@dataclass(frozen=True)
class PaymentBooks:
    """What the ledger knows of documents and money."""

    claims: tuple[Claim, ...]  # in the order of their numbers
    movements: tuple[StoredMovement, ...]  # in the order in which they were taken in
    last_day: date | None  # of the newest document or movement


class ItemState(StrEnum):
    """How far a document is paid."""

    OPEN = "open"
    PARTLY = "partly"
    PAID = "paid"
    OVERPAID = "overpaid"
    REVERSED = "reversed"  # taken back, and nothing was paid


GERMAN_ITEM_STATE = {
    ItemState.OPEN: "offen",
    ItemState.PARTLY: "teilweise bezahlt",
    ItemState.PAID: "bezahlt",
    ItemState.OVERPAID: "überzahlt",
    ItemState.REVERSED: "storniert",
}


@dataclass(frozen=True)
class Item:
    """What a document leaves open on a day: charged, less its Storno, less what was paid."""

    ags: Ags
    number: str | None  # none: paid without a document
    month: Month | None
    kind: DocumentKind | None
    day: date | None
    due: date | None
    amount_cents: int  # 0 where the document is younger than the day, or was taken back
    paid_cents: int  # what came in less what went out
    reversed: bool
    overdue_days: int  # 0 where nothing is open or due

    @property
    def open_cents(self) -> int:
        """What is still to be paid; negative: what the county owes."""
        return self.amount_cents - self.paid_cents

    @property
    def state(self) -> ItemState:
        """How far it is paid."""
        if self.open_cents == 0:
            return ItemState.REVERSED if self.reversed and not self.paid_cents else ItemState.PAID
        if self.amount_cents == 0 or self.open_cents * self.amount_cents < 0:
            return ItemState.OVERPAID
        return ItemState.PARTLY if self.paid_cents * self.amount_cents > 0 else ItemState.OPEN


# Open items of a day, one row for each document that leaves something open, and for what came without a document.
OPEN_ITEMS = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "number": pa.Column(pl.String, nullable=True),
        "settled_in": pa.Column(pl.String, nullable=True),
        "document_date": pa.Column(pl.Date, nullable=True),
        "due_date": pa.Column(pl.Date, nullable=True),
        "amount_cents": pa.Column(pl.Int64),
        "paid_cents": pa.Column(pl.Int64),
        "open_cents": pa.Column(pl.Int64, pa.Check.ne(0)),
        "overdue_days": pa.Column(pl.Int64, pa.Check.ge(0)),
    },
    strict=True,
    ordered=True,
    unique=["ags", "number"],
)
