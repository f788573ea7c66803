"""The derivation of a case's figures: what it is made from, and every step with its law rows and source cells."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

import polars as pl

from schemas.documents import Letters
from schemas.guarantee import Neutrality
from schemas.identifiers import Ags, CaseId
from schemas.money import rounded
from schemas.months import Month, german_month
from schemas.results import Reason
from schemas.standing import Standing


@dataclass(frozen=True)
class ReturnFile:
    """A received return that rows of the case come from; `letters` maps table → column name → column letters."""

    name: str
    sha256: str
    month: Month  # that it reports
    settled_in: Month
    approved: bool  # otherwise taken in by the current draft
    letters: Letters


@dataclass(frozen=True)
class Booking:
    """One line of the ledger: what a run settled for a line key."""

    service_month: Month
    kind: str  # results.LineKind
    reference: str
    settled_in: Month
    approved: bool
    number: str | None  # of the document; none in a draft
    computed_cents: int
    posted_before_cents: int
    delta_cents: int
    reasons: tuple[str, ...]
    opening: bool = False  # charged before this software; its run has no month of its own
    causes: tuple[str, ...] = ()  # why a run of a later month settled it anew, and what changed; a sentence each

    @property
    def settled_with(self) -> str:
        """The run in words: its month, or the opening balances."""
        return "Eröffnungssalden" if self.opening else german_month(self.settled_in)


@dataclass(frozen=True)
class CaseHistory:
    """What the ledger knows of one case: approved returns, overlaid by those of the current draft."""

    ags: Ags
    municipality: str
    case_id: CaseId
    month: Month  # that is derived
    months: tuple[Month, ...]  # that the ledger knows of the case, from its first return on
    approved_until: Month | None
    draft: Month | None
    rows: dict[str, pl.DataFrame]  # table → rows of all months; other tables of the form are empty
    files: dict[str, ReturnFile]  # SHA-256 → the received file
    bookings: tuple[Booking, ...]  # of all service months, in the order of the runs
    stands: Standing  # what was taken over of the case, and what is posted for it in closed months
    neutrality: Neutrality  # of its municipality, with the newest run

    @property
    def settled(self) -> dict[Month, int]:
        """Month → what all runs together settled for it, in cents; 0 where nothing was."""
        found = dict.fromkeys(self.months, 0)
        for booking in self.bookings:
            found[booking.service_month] += booking.delta_cents
        return found


@dataclass(frozen=True)
class Cell:
    """Where a figure stands in a received return; the address is one such as H6."""

    sha256: str
    sheet: str
    address: str


@dataclass(frozen=True)
class LawRow:
    """One row of a table of `inputs/law/`."""

    table: str
    title: str
    key: str  # which of the rows in force at the same time, in German; may be empty
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class Fact:
    """Something known that is no amount; with `met`, a condition and why it fails."""

    label: str
    value: str
    met: bool | None = None
    reason: Reason | None = None
    laws: tuple[LawRow, ...] = ()
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Step:
    """One amount and how it comes about; without parts and base it was reported, agreed or derived above.

    The amount is `result` of its parts (or of its base): their sum, or the smallest of them, × multiplier ÷ divisor,
    rounded once, half away from zero, and not below zero where `at_least_zero`.
    """

    label: str
    cents: int | None  # none where it cannot be computed; the formula says why
    formula: str = ""
    parts: tuple["Step", ...] = ()
    base_cents: int | None = None
    multiplier: int = 1
    divisor: int = 1
    smallest: bool = False
    at_least_zero: bool = False
    laws: tuple[LawRow, ...] = ()
    cells: tuple[Cell, ...] = ()

    def adds_up(self) -> bool:
        """Whether the amount is what the shown parts give, here and in every part.

        >>> Step("Satz", 354_00, base_cents=5310_00, divisor=15).adds_up(), Step("Summe", 3, parts=(Step("", 1),)).adds_up()
        (True, False)
        """
        if not all(part.adds_up() for part in self.parts):
            return False
        amounts = [part.cents for part in self.parts if part.cents is not None]
        amounts += [] if self.base_cents is None else [self.base_cents]
        if not amounts or self.cents is None:
            return not self.parts and self.base_cents is None
        scaled = (min(amounts) if self.smallest else sum(amounts)) * self.multiplier
        result = rounded(scaled, self.divisor)
        return self.cents == (max(0, result) if self.at_least_zero else result)


@dataclass(frozen=True)
class Table:
    """Rows of texts and amounts (whole cents; none: not applicable); a heading may have two lines."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    words: int = 1  # so many columns at the left hold words, the others figures


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    entries: tuple[Fact | Step | Table, ...]


class Stays(Enum):
    """Why the next run does not settle a line's difference for its own month (RULES sections 7.6 and 7.7)."""

    OPENING = auto()  # an opening balance, while the municipality has no accepted return for the month
    CARRIED = auto()  # of a closed year; the first open month of the case settles it
    CLOSED = auto()  # of a closed year; it is listed, not settled


@dataclass(frozen=True)
class Account:
    """A line key of the month: what the rules give today, and what the runs settled for it."""

    kind: str  # results.LineKind
    reference: str
    today_cents: int
    bookings: tuple[Booking, ...]
    stays: Stays | None = None

    @property
    def settled_cents(self) -> int:
        """What all runs together settled, the draft included."""
        return sum(booking.delta_cents for booking in self.bookings)

    @property
    def causes(self) -> tuple[tuple[Month, str], ...]:
        """Run and sentence of every cause for which a later month's run settled it anew, each once."""
        told = ((booking.settled_in, cause) for booking in self.bookings for cause in booking.causes)
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True)
class Guarantee:
    """Premiums and saving of a case up to the end of the month (RULES section 5)."""

    charged_cents: int  # as computed
    settled_cents: int  # as the runs settled it so far, the draft included
    saved_cents: int
    stays: Stays | None = None


@dataclass(frozen=True)
class Derivation:
    """A case's figures for a month, derived with today's rules from the newest rows known."""

    history: CaseHistory
    month: Month
    results: tuple[Step, ...]
    sections: tuple[Section, ...]
    accounts: tuple[Account, ...]
    guarantee: Guarantee | None  # none in a month without eligible days
