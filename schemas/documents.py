"""What the documents of a run are made from: statement and overview, for a draft and for an approved run alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pandera.polars as pa
import polars as pl

from schemas.changed import NOTHING_CHANGED, WhatChanged
from schemas.finance import CameIn, Finance
from schemas.guarantee import NO_NEUTRALITY, Neutrality
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_month
from schemas.offsets import NOTHING_SET_OFF, NOTHING_TAKEN_BACK, OwnOffsets, RunOffsets, TakenBack
from schemas.open_items import Money
from schemas.payments import Came
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.results import GERMAN_CAUSE, Cause

STATEMENT_FOLDER = "Kommunen"  # of a month: a folder for each municipality
CORRECTION_FOLDER = "Korrekturen"  # of a month: what goes back to the senders of returns with errors
FINDINGS_SHEET, CLOSED_SHEET = "Befunde", "Abgeschlossen"  # of the overview: what its readers are sent to

NONE = "–"  # stands where an entry does not apply; every sheet that uses it explains it
HASH_LENGTH = 12  # so much of a SHA-256 is printed

Letters = dict[str, dict[str, str]]  # table of the form → column name → the column's letters in a received file


class DocumentKind(StrEnum):
    """What a settlement is to a municipality (RULES section 8.3)."""

    INVOICE = "invoice"  # total positive: Rechnung, 380
    CREDIT_NOTE = "credit_note"  # total negative: Gutschrift, 381
    STATEMENT = "statement"  # total zero: Abrechnung without e-invoice
    NIL = "nil"  # no lines: Nullmitteilung, no number


GERMAN_DOCUMENT_KIND = {
    DocumentKind.INVOICE: "Rechnung",
    DocumentKind.CREDIT_NOTE: "Gutschrift",
    DocumentKind.STATEMENT: "Abrechnung ohne Zahlbetrag",
    DocumentKind.NIL: "Nullmitteilung",
}

REVERSAL = GERMAN_CAUSE[Cause.CANCELLATION]  # a document that takes another back in full


class ReturnState(StrEnum):
    """What became of a return."""

    ACCEPTED = "accepted"
    HELD_BACK = "held_back"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    LEFT = "left"  # none is expected: the municipality has left the programme


GERMAN_RETURN_STATE = {
    ReturnState.ACCEPTED: "übernommen",
    ReturnState.HELD_BACK: "zurückgestellt",
    ReturnState.DUPLICATE: "doppelt",
    ReturnState.MISSING: "fehlt",
    ReturnState.LEFT: "ausgeschieden",
}

_BEST = (ReturnState.ACCEPTED, ReturnState.HELD_BACK, ReturnState.DUPLICATE)


def return_states(
    received: pl.DataFrame, month: Month, agses: Iterable[Ags], left: Collection[Ags]
) -> dict[Ags, ReturnState]:
    """AGS → what became of the return for the run's month: the best of what was received (RECEIVED) for it.

    Nothing is missing of those that have `left` the programme.
    A file that does not tell its month lay in this month's folder and is held back: nobody misses that return.
    """
    own = received.filter(pl.coalesce("month", pl.lit(month)) == month)
    found = {ags: set(states) for ags, states in own.group_by("ags").agg("state").iter_rows()}
    nothing = {ags: ReturnState.LEFT if ags in left else ReturnState.MISSING for ags in agses}
    return {ags: next((state for state in _BEST if state in found.get(ags, ())), none) for ags, none in nothing.items()}


# One row per municipality of the programme and run.
DOCUMENTS = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "kind": pa.Column(pl.String, pa.Check.isin([str(kind) for kind in DocumentKind])),
        "number": pa.Column(pl.String, nullable=True),  # none in a draft, none for a Nullmitteilung
        "total_cents": pa.Column(pl.Int64),
        "document_date": pa.Column(pl.Date, nullable=True),  # none in a draft
        # None in a draft, none where no amount is to be paid or paid out.
        "due_date": pa.Column(pl.Date, nullable=True),
    },
    strict=True,
    ordered=True,
    unique=["ags"],
)

# One row per received file of the run, plus one per municipality without a return for the run's month.
RECEIVED = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String, nullable=True),  # none where the file does not tell
        "month": pa.Column(pl.String, nullable=True),
        "return_kind": pa.Column(pl.String, nullable=True),
        "state": pa.Column(pl.String, pa.Check.isin([str(state) for state in ReturnState])),
        "file": pa.Column(pl.String, nullable=True),  # none where the return is missing
        "file_sha256": pa.Column(pl.String, nullable=True),
        "reported_on": pa.Column(pl.Date, nullable=True),
        "confirmed_by": pa.Column(pl.String, nullable=True),
    },
    strict=True,
    ordered=True,
)

# The earlier documents that a run's documents correct, and those that it reverses.
CORRECTED = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "number": pa.Column(pl.String),
        "document_date": pa.Column(pl.Date),
        "taken_back": pa.Column(pl.Boolean),  # reversed by this run, else corrected by its document
    },
    strict=True,
    ordered=True,
    unique=["number"],
)


@dataclass(frozen=True)
class Order:
    """A manual line or a reversal as it was ordered."""

    reversal: bool  # of the document `reference`; else a manual line with the voucher `reference`
    ags: Ags
    service_month: Month  # of a manual line; else the month that settled the document
    amount_cents: int
    reference: str
    reason: str
    ordered_by: str


@dataclass(frozen=True)
class WaitingOrder(Order):
    """An order that nobody has approved yet."""

    draft: Month | None  # the month whose draft has it in it; else it waits for the next one


@dataclass(frozen=True)
class Withdrawal(Order):
    """An order that was withdrawn before anyone approved it."""

    withdrawn_reason: str
    withdrawn_by: str


def order_in_words(order: Order, programme: Programme) -> str:
    """What was ordered, and for whom."""
    name = programme.named(order.ags)
    if order.reversal:
        return f"{REVERSAL} von {order.reference} an {name}"
    return f"Manuelle Buchung über {euros(order.amount_cents)} für {name}, {german_month(order.service_month)}, Beleg {order.reference}"


@dataclass(frozen=True)
class Run:
    """One settled month as the ledger holds it; all documents are made from it."""

    month: Month
    draft: bool
    drafted_by: str
    approved_by: str | None
    document_date: date | None
    lines: pl.DataFrame  # results.LINES
    corrections: pl.DataFrame  # results.CORRECTIONS: why lines of earlier months differ
    closed_differences: pl.DataFrame  # results.CORRECTIONS of closed months: listed, not settled
    cases: pl.DataFrame  # results.CASES
    documents: pl.DataFrame  # DOCUMENTS
    corrected: pl.DataFrame  # CORRECTED
    received: pl.DataFrame  # RECEIVED, without the missing ones
    findings: pl.DataFrame  # findings.FINDINGS_MODEL
    files: dict[str, str]  # SHA-256 → name of the received file, of this run and all before
    letters: dict[str, Letters]  # SHA-256 → where the columns stand in a file that lines of this run come from
    erased_before: int | None = None  # cases that ended before this year were erased when the run was settled
    seal: str | None = None  # the run's digest; none in a draft
    withdrawals: tuple[Withdrawal, ...] = ()  # since the run before
    neutrality: Neutrality = NO_NEUTRALITY  # with what this run posts
    changed: WhatChanged = NOTHING_CHANGED  # behind its differences of earlier months
    offsets: RunOffsets = NOTHING_SET_OFF  # what it does with credits, and its reversals mean to them
    came: CameIn | None = None  # none where no movement was ever taken in by then, or the run reverses nothing


@dataclass(frozen=True)
class Reversal:
    """An earlier document that a run takes back in full (Storno); what still holds of it is settled anew."""

    number: str | None  # of the Storno; none in a draft
    cancelled: str
    cancelled_on: date
    reason: str
    charged_cents: int  # by the cancelled document; negative: it was a credit
    parts: frozenset[tuple[str, str]]  # kind and service month of what it charged
    back: TakenBack = NOTHING_TAKEN_BACK  # what it means to what was set off
    came: Came | None = None  # of an invoice: what is known of its payment, where movements were ever taken in


@dataclass(frozen=True)
class Statement:
    """One municipality's settlement of one run."""

    programme: Programme
    municipality: Municipality
    month: Month
    draft: bool
    kind: DocumentKind
    number: str | None
    total_cents: int
    document_date: date | None
    due_date: date | None
    lines: pl.DataFrame  # results.LINES, this municipality's
    corrections: pl.DataFrame  # results.CORRECTIONS, this municipality's
    cases: pl.DataFrame  # results.CASES, this municipality's up to the month
    return_state: ReturnState  # of the return for the run's own month
    files: dict[str, str]  # SHA-256 → name of the received file, for every line's origin
    letters: dict[str, Letters]  # SHA-256 → where the columns stand in that file
    erased_before: int | None = None  # as in Run
    seal: str | None = None  # as in Run
    reversals: tuple[Reversal, ...] = ()  # of this municipality's documents, in the order of their numbers
    neutrality: Neutrality = NO_NEUTRALITY  # this municipality's
    changed: WhatChanged = NOTHING_CHANGED  # for this municipality
    closed_returns: tuple[Month, ...] = ()  # closed months of which the run accepted a return of the municipality
    offsets: OwnOffsets | None = None  # what the run does with its credits; none where it does nothing with any

    @property
    def recipient(self) -> Municipality:
        """Who receives it: the municipality, or its successor."""
        return self.programme.recipient(self.municipality, self.month)

    @property
    def covered(self) -> bool:
        """Whether credits cover an invoice, so that nothing is to be transferred."""
        return self.offsets is not None and 0 < self.total_cents == self.offsets.used_cents


@dataclass(frozen=True)
class Overview:
    """The finance department's view of one run."""

    programme: Programme
    month: Month
    draft: bool
    document_date: date | None
    drafted_by: str
    approved_by: str | None
    documents: pl.DataFrame  # DOCUMENTS
    lines: pl.DataFrame  # results.LINES
    corrections: pl.DataFrame  # results.CORRECTIONS: why lines of earlier months differ
    closed_differences: pl.DataFrame  # results.CORRECTIONS of closed months: listed, not settled
    received: pl.DataFrame  # RECEIVED
    findings: pl.DataFrame  # findings.FINDINGS_MODEL
    files: dict[str, str]  # SHA-256 → name of the received file
    finance: Finance
    seal: str | None = None  # as in Run
    withdrawals: tuple[Withdrawal, ...] = ()  # since the run before
    neutrality: Neutrality = NO_NEUTRALITY
    changed: WhatChanged = NOTHING_CHANGED  # as in Run
    offsets: RunOffsets = NOTHING_SET_OFF  # as in Run
    money: Money | None = None  # none where no movement on the county's account was taken in by then

    @property
    def credits_wait(self) -> bool:
        """Whether credits are set against invoices: new ones wait for the next, or earlier ones do."""
        return self.programme.accounting.credits == "offset" or bool(self.offsets.own)


@dataclass(frozen=True)
class Correction:
    """What goes back to the sender of a return that is held back: its own file, and everything found in it."""

    name: str  # of the correction workbook
    file: str  # name of the received file
    path: Path  # where the received file lies
    findings: pl.DataFrame  # findings.FINDINGS_MODEL, this file's
    reply: str  # by when it was to be in, and whom to ask
