"""What indicators count, as dated events, and the amounts they add up: one way to write both."""

import polars as pl

# A count is the sum of `count` over the events of a family whose day lies in the period. Families of one group are
# linked: they divide the same persons by different marks. Named `group/mark`.
EVENTS = {"family": pl.String, "leaf": pl.String, "day": pl.Date, "count": pl.Int64}
# An amount is the sum of `amount` (cents, or hundredths of an hour); `person` is empty where no person stands behind it.
AMOUNTS = {"family": pl.String, "leaf": pl.String, "day": pl.Date, "amount": pl.Int64, "person": pl.String}

PERSON = pl.format("{} {}", "ags", "case_id")


def events(family: str, frame: pl.DataFrame, day: str, leaf: pl.Expr | None = None) -> pl.DataFrame:
    """One event for each row with a day."""
    return frame.filter(pl.col(day).is_not_null()).select(
        family=pl.lit(family), leaf=pl.lit("") if leaf is None else leaf, day=pl.col(day), count=pl.lit(1, pl.Int64)
    )


def amounts(
    family: str, frame: pl.DataFrame, amount: str, leaf: pl.Expr | None = None, of_persons: bool = True
) -> pl.DataFrame:
    """An amount of the last day of `service_month` for each row."""
    return frame.select(
        family=pl.lit(family),
        leaf=pl.lit("") if leaf is None else leaf,
        day=month_end("service_month"),
        amount=pl.col(amount),
        person=PERSON if of_persons else pl.lit(""),
    )


def month_end(column: str) -> pl.Expr:
    """Last day of a month."""
    return (pl.col(column) + "-01").str.to_date("%Y-%m-%d").dt.month_end()
