"""Credits that are set against the next invoice: what becomes of them, run by run (RULES section 8.10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from schemas.identifiers import Ags
from schemas.months import Month


class Fate(StrEnum):
    """What a run does with a credit note."""

    WAITS = "waits"  # the run's own: it is not paid out, the next invoice is set against it
    SET_OFF = "set_off"  # an earlier one: set against the run's invoice
    PAID_OUT = "paid_out"  # an earlier one: there is no next invoice, for the municipality or the programme ends
    TAKEN_BACK = "taken_back"  # an earlier one that the run reverses: the amount is what of it was set off or paid out


@dataclass(frozen=True)
class Decision:
    """What a run does with a credit note; stored with the draft and sealed with it."""

    ags: Ags
    credit: str | None  # number of an earlier credit note; none: the run's own
    fate: Fate
    amount_cents: int  # more than 0
    left_cents: int  # what stays open of the credit after it
    paid_out_cents: int  # what of the credit is paid out with it, and was before as far as it was known


@dataclass(frozen=True)
class Offset:
    """An approved set-off: it holds from its invoice's day until that invoice is taken back."""

    ags: Ags
    invoice: str
    credit: str
    cents: int  # more than 0
    day: date
    settled_in: Month
    taken_back_on: date | None = None  # day of the invoice's Storno
    taken_back_in: Month | None = None  # and its run

    def holds(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.day <= on and (self.taken_back_on is None or on < self.taken_back_on)

    def held_before(self, month: Month) -> bool:
        """Whether it counted when a month's run began."""
        return self.settled_in < month and (self.taken_back_in is None or self.taken_back_in >= month)


@dataclass(frozen=True)
class OffsetBooks:
    """What the ledger knows of credits that are set against invoices."""

    waiting: frozenset[str] = frozenset()  # numbers of the credit notes that were not to be paid out
    offsets: tuple[Offset, ...] = ()  # in the order of runs and credits
    paid_out: Mapping[str, int] = field(
        default_factory=dict
    )  # credit → cents paid out in the end, with what was before
    taken_back: Mapping[str, Month] = field(default_factory=dict)  # credit that waited → the run of its Storno


NO_OFFSETS = OffsetBooks()


@dataclass(frozen=True)
class WaitingCredit:
    """A credit note that waits for an invoice."""

    ags: Ags
    number: str
    open_cents: int  # more than 0
    paid_out_cents: int  # what of it was paid out all the same, as far as it is known


@dataclass(frozen=True)
class UsedCredit:
    """An earlier credit note, or a part of it, on a document of a run."""

    number: str
    document_date: date
    amount_cents: int  # more than 0
    left_cents: int = 0  # what stays open of it
    ahead_cents: int = 0  # what of it is set off before this part: what came for its Storno counts for that first


@dataclass(frozen=True)
class OwnOffsets:
    """What a run does with a municipality's credits."""

    ags: Ags
    waiting_cents: int = 0  # of the run's credit note, if it is set against the next invoice
    used: tuple[UsedCredit, ...] = ()  # against the run's invoice, in the order of their numbers
    paid_out: tuple[UsedCredit, ...] = ()  # because there is no next invoice

    @property
    def used_cents(self) -> int:
        """What is set against the run's invoice."""
        return sum(each.amount_cents for each in self.used)

    def payable(self, total_cents: int) -> int:
        """What is transferred for the run's document (Zahlbetrag): nothing of a credit that waits, of an invoice what is left."""
        return total_cents + self.waiting_cents - self.used_cents


@dataclass(frozen=True)
class TakenBack:
    """What a Storno means to what was set off, or waited.

    Of a reversed invoice: the credits that were set against it, each by what became of it.
    """

    opened: tuple[UsedCredit, ...] = ()  # open again
    lapsed: tuple[UsedCredit, ...] = ()  # taken back by the same run: nobody was paid anything for them
    owed_before: tuple[UsedCredit, ...] = ()  # taken back before: by that Storno the municipality owed what was set off
    set_off_again: bool = False  # what is open again, with an invoice of the same run
    rest_waits: bool = False  # that invoice leaves something of it open, for the next one
    paid_out: bool = False  # with the same run, for no invoice can be counted on
    settled_cents: int | None = None  # of a reversed credit that waited: what was set off and paid out; else none
    paid_out_cents: int = 0  # of these: what was paid out, as far as the bank did; the rest was set off

    @property
    def released(self) -> tuple[UsedCredit, ...]:
        """What of the reversed invoice was never transferred, and is not to be given back."""
        return (*self.opened, *self.lapsed)


@dataclass(frozen=True)
class RunOffsets:
    """What a run does with credits, and what its reversals mean to them."""

    own: Mapping[Ags, OwnOffsets] = field(default_factory=dict)
    taken_back: Mapping[str, TakenBack] = field(default_factory=dict)  # number of the reversed document

    def of(self, ags: Ags) -> OwnOffsets:
        """A municipality's."""
        return self.own.get(ags) or OwnOffsets(ags)

    def back(self, number: str) -> TakenBack:
        """What the Storno of a document means."""
        return self.taken_back.get(number) or NOTHING_TAKEN_BACK


NOTHING_TAKEN_BACK = TakenBack()
NOTHING_SET_OFF = RunOffsets()


def sum_of(credits_used: Iterable[UsedCredit]) -> int:
    """What they come to, in cents."""
    return sum(each.amount_cents for each in credits_used)
