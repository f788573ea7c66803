"""What the finance department sees beyond a run's own lines: bookings, the carrier's account, what is outstanding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandera.polars as pa
import polars as pl

from schemas.months import Month
from schemas.offsets import TakenBack
from schemas.payments import Came
from schemas.results import LineKind, frame_schema

_kind = pa.Check.isin([str(kind) for kind in LineKind])

# What the finance department books: one row per document, kind of line and service month, none with an amount of 0.
BOOKINGS = pa.DataFrameSchema(
    {
        "number": pa.Column(pl.String, nullable=True),  # none in a draft
        "ags": pa.Column(pl.String),
        "kind": pa.Column(pl.String, _kind),
        "service_month": pa.Column(pl.String),
        "amount_cents": pa.Column(pl.Int64, pa.Check.ne(0)),
        "cancelled": pa.Column(pl.String, nullable=True),  # number of the document that a reversal (Storno) takes back
    },
    strict=True,
    ordered=True,
)

# The reversals of a run: one row per reversed document, kind of line and service month, with the sign of the reversal.
REVERSALS = pa.DataFrameSchema(
    {
        "number": pa.Column(pl.String, nullable=True),  # of the reversal; none in a draft
        "cancelled": pa.Column(pl.String),  # number of the reversed document
        "reason": pa.Column(pl.String),
        "ags": pa.Column(pl.String),
        "kind": pa.Column(pl.String, _kind),
        "service_month": pa.Column(pl.String),
        "amount_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["cancelled", "kind", "service_month"],
)

# What the ledger's runs up to one posted, added up: the lines that settle an amount, reversals included, without case
# data.
POSTINGS = pa.DataFrameSchema(
    {
        "settled_in": pa.Column(pl.String),
        "ags": pa.Column(pl.String),
        "kind": pa.Column(pl.String, _kind),
        "service_month": pa.Column(pl.String),
        "amount_cents": pa.Column(pl.Int64),
        "lines": pa.Column(pl.Int64, pa.Check.gt(0)),
    },
    strict=True,
    ordered=True,
    unique=["settled_in", "ags", "kind", "service_month"],
)

# The returns that the runs up to one took in: one row per municipality and service month.
TAKEN_IN = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "month": pa.Column(pl.String),
        "accepted": pa.Column(pl.Boolean),  # else held back, and only that
    },
    strict=True,
    ordered=True,
    unique=["ags", "month"],
)

# The carrier's account, one row per run. brought forward + premium + start-up = payment + carried forward.
CARRIER_ACCOUNT = pa.DataFrameSchema(
    {
        "settled_in": pa.Column(pl.String),
        "brought_forward_cents": pa.Column(pl.Int64),  # above 0 only where the carrier is paid what was received
        "premium_cents": pa.Column(pl.Int64),
        "neutrality_cents": pa.Column(pl.Int64),
        "start_up_cents": pa.Column(pl.Int64),
        "payment_cents": pa.Column(pl.Int64, pa.Check.ge(0)),
        "carried_forward_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["settled_in"],
)

# Service months for which a municipality's return is not settled, with what it may come to.
OUTSTANDING = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "month": pa.Column(pl.String),
        "held_back": pa.Column(pl.Boolean),  # a return is there, but has errors; else it is missing
        "basis_month": pa.Column(pl.String, nullable=True),  # the settled month that the estimate repeats
        "expected_cents": pa.Column(pl.Int64, nullable=True),  # none where no month was settled before
    },
    strict=True,
    ordered=True,
    unique=["ags", "month"],
)

# A run beside the one before it: amounts per municipality, in cents.
CHANGES = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "previous_cents": pa.Column(pl.Int64),
        "current_cents": pa.Column(pl.Int64),  # change of what each run settles for its own month
        "earlier_cents": pa.Column(pl.Int64),  # change of what they settle for earlier months
        "once_cents": pa.Column(pl.Int64),  # change of start-up contributions and manual lines
        "total_cents": pa.Column(pl.Int64),  # previous + the three changes
        "previous_lines": pa.Column(pl.Int64),  # lines of the run's own month
        "lines": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["ags"],
)


@dataclass(frozen=True)
class FinanceBooks:
    """What the ledger's runs up to one posted and took in."""

    months: tuple[Month, ...]  # of the runs, in order
    postings: pl.DataFrame  # POSTINGS
    opening: pl.DataFrame  # POSTINGS of the opening balances: charged before this software
    reversals: pl.DataFrame  # REVERSALS of the newest run
    taken_in: pl.DataFrame  # TAKEN_IN


@dataclass(frozen=True)
class CarrierPart:
    """What of a document is the carrier's."""

    number: str
    settled_in: Month
    total_cents: int
    carrier_cents: int
    reversed_in: Month | None  # the run whose Storno took it back


@dataclass(frozen=True)
class CameIn:
    """What had come for documents when a run was approved."""

    cents: Mapping[str, int]  # document → cents that came in for it, less what went back
    until: date  # the day of the newest movement that was known

    def for_reversed(self, cancelled: str, charged_cents: int, taken_back: TakenBack) -> Came:
        """What came for a reversed invoice, and by the Storno of credits for what of it had been set off.

        What came for a credit's Storno counts once, for the parts of it that were set off, in their order.
        """
        beside = {
            each.number: min(max(self.cents.get(each.number, 0) - each.ahead_cents, 0), each.amount_cents)
            for each in taken_back.owed_before
        }
        cents = max(self.cents.get(cancelled, 0), 0) + sum(beside.values())
        return Came(cents, charged_cents, self.until, tuple(number for number, came in beside.items() if came))


@dataclass(frozen=True)
class Finance:
    """A run in the light of the runs before it."""

    account: pl.DataFrame | None  # CARRIER_ACCOUNT; none where the programme has no carrier
    outstanding: pl.DataFrame  # OUTSTANDING
    changes: pl.DataFrame  # CHANGES
    reversals: pl.DataFrame  # REVERSALS
    previous_month: Month | None  # of the run before
    payment_cents: int  # to the carrier in this run, 0 where there is nothing to pay
    payment_date: date | None  # when the bank is to execute it; none in a draft
    # Run → the carrier's part of what municipalities had paid when it was approved; only of runs that pay it no more.
    received: Mapping[Month, int] = field(default_factory=dict)
    came: CameIn | None = None  # as in documents.Run


def frame(model: pa.DataFrameSchema, records: list[dict[str, object]]) -> pl.DataFrame:
    """Records as a frame of the model, checked."""
    return model.validate(pl.DataFrame(records, schema=frame_schema(model)))
