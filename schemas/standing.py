"""What stands whatever the returns say: opening balances and the postings of closed months (RULES sections 5.3 and 5.4)."""

from dataclasses import dataclass

import pandera.polars as pa
import polars as pl

from schemas.months import NO_MONTH, Month
from schemas.results import COMPUTED_LINES, LINE_KEY, LineKind, empty

# Opening balances: lines, and what the file may tell of a premium beside its amount (OUTPUTS section 13).
OPENING = pa.DataFrameSchema(
    COMPUTED_LINES.columns
    | {
        "saved_cents": pa.Column(pl.Int64, nullable=True),  # else as much as was charged
        "counted_months": pa.Column(pl.Int64, nullable=True),  # else one
        "employed_since": pa.Column(pl.Date, nullable=True),
    },
    strict=True,
    ordered=True,
    unique=list(LINE_KEY),
)

# What was posted for the line keys of closed months, reversals included.
CLOSED = pa.DataFrameSchema(
    {name: pa.Column(pl.String) for name in LINE_KEY} | {"posted_cents": pa.Column(pl.Int64)},
    strict=True,
    ordered=True,
    unique=list(LINE_KEY),
)


# What case months saved whose data were erased, by municipality.
ERASED_SAVINGS = pa.DataFrameSchema(
    {"ags": pa.Column(pl.String), "service_month": pa.Column(pl.String), "saved_cents": pa.Column(pl.Int64)},
    strict=True,
    ordered=True,
    unique=["ags", "service_month"],
)


@dataclass(frozen=True)
class Standing:
    """What a calculation goes on from, beside the returns."""

    opening: pl.DataFrame  # OPENING: balances of municipalities and months without an accepted return
    closed_until: Month  # the last closed month, empty where none is closed
    closed: pl.DataFrame  # CLOSED: of months up to it, opening balances that stand left out
    erased_savings: pl.DataFrame  # ERASED_SAVINGS


NOTHING_STANDS = Standing(empty(OPENING), NO_MONTH, empty(CLOSED), empty(ERASED_SAVINGS))


def closed_postings(posted: pl.DataFrame, until: str, opening: pl.DataFrame) -> pl.DataFrame:
    """What was posted (results.LINES) for the line keys of months up to `until`, but for `opening` balances that stand.

    Result: CLOSED.
    """
    own = posted.filter(pl.col("service_month") <= until).join(opening, on=LINE_KEY, how="anti")
    return CLOSED.validate(own.group_by(LINE_KEY).agg(posted_cents=pl.col("delta_cents").sum()))


def carried_over(cases: pl.DataFrame, closed_until: Month) -> pl.Expr:
    """Whether an open month settles a difference of a closed one: premiums of a case that has one, and neutrality.

    `cases`: results.CASES. For rows with the columns of a line key.
    """
    going_on = cases.filter("eligible", pl.col("service_month") > closed_until)
    case = pl.concat_str("ags", pl.lit(" "), "case_id")
    goes_on = case.is_in(going_on.select(case.unique()).to_series().to_list())
    kind = pl.col("kind")
    return ((kind == str(LineKind.PREMIUM)) & goes_on) | (kind == str(LineKind.NEUTRALITY))
