"""First and last days of the months in a column of a frame."""

import polars as pl


def first_days(column: str) -> pl.Expr:
    """The first day of each month."""
    return (pl.col(column) + "-01").str.to_date("%Y-%m-%d")


def last_days(column: str) -> pl.Expr:
    """The last day of each month."""
    return first_days(column).dt.month_end()
