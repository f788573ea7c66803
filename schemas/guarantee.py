"""What municipalities saved and were charged as the books hold it, and the guarantee on it (RULES sections 5.2 and 8.4)."""

from dataclasses import dataclass, replace

import pandera.polars as pa
import polars as pl

from schemas.identifiers import Ags
from schemas.months import NO_MONTH, Month
from schemas.results import empty, frame_schema

# Of every municipality and service month what its cases saved, counted or not, and what was posted, reversals included.
# Opening balances that stand are on neither side, save start-up contributions.
BALANCES = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "service_month": pa.Column(pl.String),
        "saved_cents": pa.Column(pl.Int64),
        "premium_cents": pa.Column(pl.Int64),
        "neutrality_cents": pa.Column(pl.Int64),
        "start_up_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["ags", "service_month"],
)

# Every open month to which the guarantee applies, of a municipality, or of a case where the programme agrees on that:
# what was charged by its end, and what was saved.
GUARANTEED = pa.DataFrameSchema(
    {
        "ags": pa.Column(pl.String),
        "case_id": pa.Column(pl.String),  # empty for the municipality
        "service_month": pa.Column(pl.String),
        "charged_cents": pa.Column(pl.Int64),
        "saved_cents": pa.Column(pl.Int64),
    },
    strict=True,
    ordered=True,
    unique=["ags", "case_id", "service_month"],
)


@dataclass(frozen=True)
class Neutrality:
    """The guarantee as the books hold it with a run."""

    balances: pl.DataFrame  # BALANCES
    guaranteed: pl.DataFrame  # GUARANTEED
    closed_until: Month  # the last month that was closed when the run was settled, empty where none was

    def of(self, ags: Ags) -> "Neutrality":
        """One municipality's."""
        return replace(self, balances=self.balances.filter(ags=ags), guaranteed=self.guaranteed.filter(ags=ags))


NO_NEUTRALITY = Neutrality(empty(BALANCES), empty(GUARANTEED), NO_MONTH)


def of_municipalities(balances: pl.DataFrame, closed_until: Month) -> pl.DataFrame:
    """The guarantee of municipalities (GUARANTEED): premiums and neutrality to date, beside the saving to date."""
    to_date = {
        "charged_cents": (pl.col("premium_cents") + pl.col("neutrality_cents")).cum_sum().over("ags"),
        "saved_cents": pl.col("saved_cents").cum_sum().over("ags"),
    }
    months = balances.sort("ags", "service_month").with_columns(**to_date, case_id=pl.lit(""))
    return GUARANTEED.validate(
        months.filter(pl.col("service_month") > closed_until).select(frame_schema(GUARANTEED).keys())
    )


def within_saving(charged_cents: int, saved_cents: int) -> bool:
    """The guarantee: charged is at most what was saved; a loss (state grant) counts as a saving of 0 (RULES section 5)."""
    return charged_cents <= max(0, saved_cents)


def held() -> pl.Expr:
    """`within_saving` of a row of GUARANTEED.

    >>> rows = pl.DataFrame({"charged_cents": [5, 6, 0, 1], "saved_cents": [5, 5, -452, -452]})
    >>> rows.select(held()).to_series().to_list(), [within_saving(*row) for row in rows.iter_rows()]
    ([True, False, True, False], [True, False, True, False])
    """
    return pl.col("charged_cents") <= pl.col("saved_cents").clip(lower_bound=0)
