"""What an e-invoice and its reading copy say: one demand or credit of a run, without any case data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.documents import Reversal
from schemas.months import Month
from schemas.offsets import NOTHING_TAKEN_BACK, TakenBack, UsedCredit, sum_of
from schemas.payments import Came
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.results import Cause, LineKind


@dataclass(frozen=True)
class Position:
    """All lines of one kind and service month together."""

    kind: LineKind
    service_month: Month
    amount_cents: int  # positive: charged to the municipality
    cause: Cause | None = None  # why it is settled only now, if it has the one cause
    hours: Decimal | None = None  # of work opportunities that are settled for the first time


@dataclass(frozen=True)
class Corrected:
    """An earlier document that this one corrects or takes back."""

    number: str
    document_date: date


@dataclass(frozen=True)
class Invoice:
    """One document with an amount: a Rechnung (380), or a Gutschrift or Storno in the municipality's favour (381)."""

    programme: Programme
    municipality: Municipality
    month: Month  # of the run
    number: str
    document_date: date
    due_date: date | None  # none where nothing is to be transferred
    positions: tuple[Position, ...]  # none with an amount of 0
    corrects: tuple[Corrected, ...]  # in the order of their dates and numbers
    reversal_reason: str | None = None  # of a Storno, which takes back the one document of `corrects`
    replaces: tuple[
        Reversal, ...
    ] = ()  # documents that the run takes back and of which this one settles positions anew
    vouchers: tuple[str, ...] = ()  # of its manual lines
    waits: bool = False  # a credit that is set against the next invoice
    # Credits that are set against the invoice; of the Storno of an invoice those that were (`TakenBack.released`).
    credits: tuple[UsedCredit, ...] = ()
    back: TakenBack = NOTHING_TAKEN_BACK  # of a Storno: what it means to what was set off, or waited
    came: Came | None = None  # of the Storno of an invoice: what is known of that one's payment

    @property
    def recipient(self) -> Municipality:
        """Who pays or is paid: the municipality, or its successor."""
        return self.programme.recipient(self.municipality, self.month)

    @property
    def passed_on(self) -> bool:
        """Whether a successor receives it."""
        return self.recipient != self.municipality

    @property
    def total_cents(self) -> int:
        """What is charged; negative: credited."""
        return sum(position.amount_cents for position in self.positions)

    @property
    def is_credit(self) -> bool:
        """Whether the county owes the amount (381)."""
        return self.total_cents < 0

    @property
    def sign(self) -> int:
        """What turns charged amounts into the document's own, which are positive in total."""
        return -1 if self.is_credit else 1

    @property
    def settled_before_cents(self) -> int:
        """What of the total is not transferred, turned positive like the total of a credit (BT-113)."""
        if self.back.settled_cents is not None:
            return abs(self.total_cents) - self.back.settled_cents
        return sum_of(self.credits)

    @property
    def payable_cents(self) -> int:
        """What is to be transferred, turned positive (BT-115): the Zahlbetrag."""
        return abs(self.total_cents) - self.settled_before_cents

    @property
    def transfers(self) -> bool:
        """Whether anything is to be transferred."""
        return self.payable_cents > 0 and not self.waits
