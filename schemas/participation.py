"""Who took part in a work opportunity and what is paid out for it: certificates and payout lists (§ 5 AsylbLG)."""

from dataclasses import dataclass
from datetime import date

import pandera.polars as pa
import polars as pl

# What a certificate lists: one row per participant, place of work and uninterrupted period.
PARTICIPATIONS = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "case_id": pa.Column(pl.String),
        "position_id": pa.Column(pl.String),
        "provider_kind": pa.Column(pl.String),
        "workplace": pa.Column(pl.String, nullable=True),
        "begin": pa.Column(pl.Date),
        "end": pa.Column(pl.Date),
        "hours_hundredths": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
)

# What is paid out to participants with a run: one row per AGH row whose cost the run brought or changed.
PAYOUTS = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "provider_kind": pa.Column(pl.String),
        "workplace": pa.Column(pl.String, nullable=True),  # none where the row was withdrawn
        "case_id": pa.Column(pl.String),
        "position_id": pa.Column(pl.String),
        "service_month": pa.Column(pl.String),
        "begin": pa.Column(pl.Date),
        "hours": pa.Column(pl.Decimal(18, 2)),
        "rate_cents": pa.Column(pl.Decimal(18, 4), nullable=True),
        "allowance_cents": pa.Column(pl.Int64),
        "expense_cents": pa.Column(pl.Int64),
        "paid_before_cents": pa.Column(pl.Int64),  # by the lists of earlier runs
        "payout_cents": pa.Column(pl.Int64, pa.Check.ne(0)),  # allowance + expense − paid before
    },
    strict=True,
    ordered=True,
    unique=["ags", "case_id", "position_id", "begin"],
)


@dataclass(frozen=True)
class Disbursement:
    """What certificates and payout lists of an approved month are made from."""

    rows: pl.DataFrame  # returns.OPPORTUNITIES: the rows that hold by now, of all months
    rows_then: pl.DataFrame  # the same, as they held when the month was approved
    returns: pl.DataFrame  # ags, month of the accepted returns by now
    lines: pl.DataFrame  # results.LINES of AGH, of the runs up to the month, in the order of posting
    document_date: date  # of the month's run
