"""Open items: what each document leaves open on a day, and how long (RULES section 8.9)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandera.polars as pa
import polars as pl

from schemas.finance import frame
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_date
from schemas.movements import StoredMovement, Unclear
from schemas.offsets import NO_OFFSETS, OffsetBooks
from schemas.spelling import counted

ON_ACCOUNT = "ohne Beleg"  # stands for the number where a payment names a municipality and no document


@dataclass(frozen=True)
class Claim:
    """An approved document with an amount, and the Storno that took it back."""

    number: str
    ags: Ags
    month: Month
    day: date  # of the document
    due: date | None
    amount_cents: int  # negative: a credit
    reversal: str | None = None  # number of the Storno
    reversed_on: date | None = None
    reversal_due: date | None = None  # none too where its run asked nobody else for anything


@dataclass(frozen=True)
class PaymentBooks:
    """What the ledger knows of documents and money."""

    claims: tuple[Claim, ...]  # in the order of their numbers
    movements: tuple[StoredMovement, ...]  # in the order in which they were taken in
    last_day: date | None  # of the newest document or movement
    offsets: OffsetBooks = NO_OFFSETS


class EntryKind(StrEnum):
    """What stands in a municipality's account."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REVERSAL = "reversal"
    PAID = "paid"
    PAID_OUT = "paid_out"
    SET_OFF = "set_off"  # with what the same transfer paid
    OFFSET_BACK = "offset_back"  # what was, taken back with the invoice
    OFFSET = "offset"  # an invoice and a credit note, against one another
    ON_ACCOUNT = "on_account"


class ItemState(StrEnum):
    """How far a document is paid."""

    OPEN = "open"
    PARTLY = "partly"
    PARTLY_SET_OFF = "partly_set_off"
    PAID = "paid"
    OVERPAID = "overpaid"
    OWED_BACK = "owed_back"  # taken back although it was paid
    CLAIMED_BACK = "claimed_back"  # a credit, taken back although it was paid out or set off
    REVERSED = "reversed"  # taken back, and nothing was paid


GERMAN_ITEM_STATE = {
    ItemState.OPEN: "offen",
    ItemState.PARTLY: "teilweise bezahlt",
    ItemState.PARTLY_SET_OFF: "teilweise verrechnet",
    ItemState.PAID: "bezahlt",
    ItemState.OVERPAID: "überzahlt",
    ItemState.OWED_BACK: "storniert, war bezahlt",
    ItemState.CLAIMED_BACK: "storniert, zurückzuzahlen",
    ItemState.REVERSED: "storniert",
}


@dataclass(frozen=True)
class Storno:
    """What took a document back, as it stands on a day."""

    number: str | None
    day: date
    due: date | None
    late_days: int  # since it was due, 0 until then


@dataclass(frozen=True)
class Item:
    """What a document leaves open on a day: charged, less its Storno, less what was paid."""

    ags: Ags
    number: str | None  # none: paid without a document
    month: Month | None
    document_cents: int  # what the document itself came to; negative: a credit, 0 where there is none
    day: date | None
    due: date | None
    amount_cents: int  # 0 where the document is younger than the day, or was taken back
    paid_cents: int  # what came in less what went out, and what was set off
    storno: Storno | None  # once its day has come
    overdue_days: int  # since `open_due`; 0 where nothing is open or due
    offset_cents: int = 0  # what of it was set off: positive of an invoice, negative of a credit note

    @property
    def open_cents(self) -> int:
        """What is still to be paid; negative: what the county owes."""
        return self.amount_cents - self.paid_cents

    @property
    def is_claimed_back(self) -> bool:
        """Whether a Storno asks for something: for what of a credit was paid out or set off."""
        return self.storno is not None and self.document_cents < 0 < self.open_cents

    @property
    def asking(self) -> str | None:
        """Number of what asks for what is open: of the document, or of its Storno."""
        return self.storno.number if self.storno is not None and self.is_claimed_back else self.number

    @property
    def open_due(self) -> date | None:
        """By when what is open is to be paid: it is the Storno's day where that asks for it."""
        return self.storno.due if self.storno is not None and self.is_claimed_back else self.due

    @property
    def asked_cents(self) -> int:
        """What was asked for altogether, of which `open_cents` are open."""
        return -self.document_cents if self.is_claimed_back else self.amount_cents

    @property
    def records(self) -> list[dict[str, object]]:
        """As rows of OPEN_ITEMS: the document, and its Storno once there is one.

        A Storno settles what of its document was not paid, and is settled by as much; what was paid is open of it.
        """
        if self.storno is None:
            return [
                self._record(self.number, self.day, self.due, self.amount_cents, self.paid_cents, self.overdue_days)
            ]
        unpaid, total = self.document_cents - self.paid_cents, self.document_cents
        back = max(0, min(total, unpaid)) if total > 0 else min(0, max(total, unpaid))
        storno = self.storno
        late = storno.late_days if back != total else 0
        reversal = self._record(storno.number, storno.day, storno.due, -total, -back, late)
        return [
            self._record(self.number, self.day, self.due, total, self.paid_cents + back, 0),
            reversal | {"kind": str(EntryKind.REVERSAL)},
        ]

    def _record(
        self, number: str | None, day: date | None, due: date | None, total: int, settled: int, overdue_days: int
    ) -> dict[str, object]:
        kind = EntryKind.INVOICE if self.document_cents > 0 else EntryKind.CREDIT_NOTE
        return {
            "ags": self.ags,
            "number": number,
            "kind": str(kind) if self.document_cents else None,
            "document_date": day,
            "due_date": due,
            "total_cents": total,
            "settled_cents": settled,
            "open_cents": total - settled,
            "days_overdue": overdue_days,
        }

    @property
    def state(self) -> ItemState:
        """How far it is paid."""
        if self.open_cents == 0:
            return ItemState.REVERSED if self.storno and not self.paid_cents else ItemState.PAID
        if self.storno:
            return ItemState.CLAIMED_BACK if self.is_claimed_back else ItemState.OWED_BACK
        if self.amount_cents == 0 or self.open_cents * self.amount_cents < 0:
            return ItemState.OVERPAID
        if self.paid_cents * self.amount_cents <= 0:
            return ItemState.OPEN
        return ItemState.PARTLY if self.paid_cents != self.offset_cents else ItemState.PARTLY_SET_OFF


@dataclass(frozen=True)
class Money:
    """How money stands on a day: what is open, what is unclear, and what came since somebody looked last."""

    on: date
    documents: tuple[Item, ...]  # all, and what was paid without one
    unclear: tuple[Unclear, ...]
    came: tuple[StoredMovement, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """What leaves something open."""
        return tuple(item for item in self.documents if item.open_cents)

    @property
    def frame(self) -> pl.DataFrame:
        """All documents with what is open of them, as a table (OPEN_ITEMS)."""
        return frame(OPEN_ITEMS, [record for item in self.documents for record in item.records])

    @property
    def open_cents(self) -> int:
        """What municipalities still have to pay."""
        return sum(max(item.open_cents, 0) for item in self.items)

    @property
    def overdue(self) -> tuple[Item, ...]:
        """What should have been paid by them."""
        return tuple(item for item in self.items if item.open_cents > 0 and item.overdue_days > 0)

    @property
    def overdue_cents(self) -> int:
        """How much that is."""
        return sum(item.open_cents for item in self.overdue)

    @property
    def owed_cents(self) -> int:
        """What the county owes them: credits that are not paid out, and what was paid too much."""
        return -sum(min(item.open_cents, 0) for item in self.items)

    @property
    def unclear_cents(self) -> int:
        """What nobody knows yet what it is for."""
        return sum(each.stored.open_cents for each in self.unclear)

    @property
    def sentence(self) -> str:
        """How money stands, in German."""
        documents = counted(sum(item.open_cents > 0 for item in self.items), "Beleg", "Belegen")
        owed = f"; Guthaben der Kommunen {euros(self.owed_cents)}" if self.owed_cents else ""
        late = f", davon überfällig {euros(self.overdue_cents)} ({len(self.overdue)})" if self.overdue else ""
        number = len(self.unclear)
        unclear = (
            f"{counted(number, 'Umsatz', 'Umsätze')} über {euros(self.unclear_cents)}" if number else "kein Umsatz"
        )
        return f"Offen am {german_date(self.on)}: {euros(self.open_cents)} aus {documents}{late}{owed}. Ungeklärt: {unclear}."


_DOCUMENTS = [str(kind) for kind in (EntryKind.INVOICE, EntryKind.CREDIT_NOTE, EntryKind.REVERSAL)]

# Documents up to a day with what is open of them, one row for each, and for what came without a document. The sum of what
# is open of a municipality is the balance of its account.
OPEN_ITEMS = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "number": pa.Column(pl.String, nullable=True),
        "kind": pa.Column(pl.String, pa.Check.isin(_DOCUMENTS), nullable=True),
        "document_date": pa.Column(pl.Date, nullable=True),
        "due_date": pa.Column(pl.Date, nullable=True),
        "total_cents": pa.Column(pl.Int64),
        "settled_cents": pa.Column(pl.Int64),
        "open_cents": pa.Column(pl.Int64),
        "days_overdue": pa.Column(pl.Int64, pa.Check.ge(0)),
    },
    strict=True,
    ordered=True,
    unique=["ags", "number"],
)


@dataclass(frozen=True)
class Reminder:
    """What a municipality is reminded of."""

    recipient: Ags  # who received the documents, which may be another one's successor
    on: date
    items: tuple[Item, ...]  # overdue for long enough, in the order of their numbers
    owed_cents: int  # what the county owes it; not set off
    paid_until: date | None  # the newest movement that is known
    pay_until: date
    waiting_cents: int = 0  # and what of credits waits for its next invoice

    @property
    def open_cents(self) -> int:
        """What is asked for."""
        return sum(item.open_cents for item in self.items)


@dataclass(frozen=True)
class AccountEntry:
    """A line of the account: what was charged, taken back, or paid."""

    day: date
    kind: EntryKind
    number: str  # of the document; empty where there is none
    detail: str  # number of the Storno; of a set-off the other document's
    cents: int  # positive: the municipality owes more


@dataclass(frozen=True)
class YearAccount:
    """A municipality's account over a year, or as much of it as has been."""

    ags: Ags
    year: int
    until: date
    opening_cents: int
    entries: tuple[AccountEntry, ...]  # in the order of their days
    open_numbers: tuple[str, ...]  # documents that leave something open at the end

    @property
    def closing_cents(self) -> int:
        """The balance at the end; positive: the municipality owes it."""
        return self.opening_cents + sum(entry.cents for entry in self.entries)

    @property
    def is_whole(self) -> bool:
        """Whether the year is over."""
        return self.until == date(self.year, 12, 31)
