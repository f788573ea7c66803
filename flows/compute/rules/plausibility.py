"""What the calculation finds odd about a return's figures: warnings W02 and W03, never a reason to hold back."""

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.savings import with_need
from schemas.programme.programme import Programme
from schemas.results import DOUBTS, empty


def doubts(benefits: pl.DataFrame, cases: pl.DataFrame, programme: Programme, law: Law) -> pl.DataFrame:
    """Rows of Leistungen whose paid benefit or saving does not fit the law.

    `benefits`: accepted rows to look at (returns.BENEFITS); `cases`: results.CASES of at least their months.
    Result: results.DOUBTS, in cents. W02: paid is above the entitlement, which is the need less the counted
    income of a placement (its statutory saving). W03: in a month with eligible days the reported and the
    statutory saving differ by more than the programme's tolerance.
    """
    if programme.savings is None:
        return empty(DOUBTS)
    saved = cases.select(
        "ags",
        "case_id",
        "eligible",
        "saved_benefit_reported_cents",
        "saved_benefit_statutory_cents",
        month="service_month",
    )
    months = with_need(benefits.with_columns(first_of_month=pl.col("month").str.to_date("%Y-%m")), law)
    rows = months.join(saved, on=["ags", "case_id", "month"], how="left").with_columns(
        counted_cents=pl.col("saved_benefit_statutory_cents").fill_null(0),
        difference_cents=(pl.col("saved_benefit_reported_cents") - pl.col("saved_benefit_statutory_cents")).abs(),
    )
    over_paid = rows.filter(pl.col("paid_cents") > pl.col("need_cents") - pl.col("counted_cents"))
    apart = rows.filter("eligible", pl.col("difference_cents") > programme.savings.tolerance_cents)
    found = pl.concat([over_paid.with_columns(code=pl.lit("W02")), apart.with_columns(code=pl.lit("W03"))])
    return DOUBTS.validate(found.select(DOUBTS.columns.keys()).sort("file_sha256", "row", "code"))
