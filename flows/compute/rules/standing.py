"""What stands before the open months of a case: taken over, and posted in closed months (RULES sections 5.3 and 5.4)."""

import polars as pl

from flows.compute.rules.eligibility import CASE
from schemas.month_columns import last_days
from schemas.results import LineKind
from schemas.standing import Standing

_PREMIUM = pl.col("kind") == str(LineKind.PREMIUM)

# Of a case of which nothing stands.
NOTHING_BEFORE = {
    "taken_cents": pl.lit(0, pl.Int64),
    "taken_saved_cents": pl.lit(0, pl.Int64),
    "taken_months": pl.lit(0, pl.Int64),
    "closed_cents": pl.lit(0, pl.Int64),
    "posted_cents": pl.lit(0, pl.Int64),
    "closed": pl.lit(value=False),
}


def taken_over(stands: Standing) -> pl.DataFrame:
    """Opening premiums of a case that come to more than nothing count as charged, as saved and as counted months.

    Result: one row per case (ags, case_id) with `taken_cents` (their sum), `taken_saved_cents` and `taken_months` (what
    the file says, else the same amount and a month each), and, where the file says since when the case was employed,
    `employed_since`, `taken_until` (the last day of the last month taken over) and `taken_days` from one to the other.
    """
    last_day = last_days("service_month")
    until = pl.when(pl.col("employed_since").is_not_null()).then("taken_until")
    return (
        stands.opening.filter(_PREMIUM)
        .group_by(CASE)
        .agg(
            taken_cents=pl.col("computed_cents").sum(),
            taken_saved_cents=pl.coalesce("saved_cents", "computed_cents").sum(),
            taken_months=pl.coalesce("counted_months", pl.lit(1, pl.Int64)).sum(),
            employed_since=pl.col("employed_since").min(),
            taken_until=last_day.max(),
        )
        .filter(pl.col("taken_cents") > 0)
        .with_columns(taken_until=until)
        .with_columns(taken_days=(pl.col("taken_until") - pl.col("employed_since")).dt.total_days() + 1)
    )


def with_what_stands(employed: pl.DataFrame, stands: Standing) -> pl.DataFrame:
    """Months with eligible days, with what stands of their case before them (the columns of NOTHING_BEFORE).

    `closed_cents`: posted for the case in all closed months; `posted_cents`: for this month, if it is `closed`.
    """
    premiums = stands.closed.filter(_PREMIUM)
    of_case = premiums.group_by(CASE).agg(closed_cents=pl.col("posted_cents").sum())
    of_month = premiums.select(*CASE, "posted_cents", month="service_month")
    return (
        employed.join(
            taken_over(stands).select(*CASE, "taken_cents", "taken_saved_cents", "taken_months"),
            on=CASE,
            how="left",
            maintain_order="left",
        )
        .join(of_case, on=CASE, how="left", maintain_order="left")
        .join(of_month, on=[*CASE, "month"], how="left", maintain_order="left")
        .with_columns(closed=pl.col("month") <= stands.closed_until)
        .with_columns(pl.col(name).fill_null(nothing) for name, nothing in NOTHING_BEFORE.items())
    )
