"""Reading a written board report in tests."""

from datetime import date
from pathlib import Path

import polars as pl

from schemas.indicators import INDICATOR_ROWS


def figure(
    report: Path,
    indicator: str,
    dimension: str = "",
    category: str = "",
    first: date | None = None,
    last: date | None = None,
) -> float:
    """The one published figure of an indicator; of several periods the one from `first` to `last`."""
    rows = INDICATOR_ROWS.validate(pl.read_parquet(report / "indicators.parquet"))
    found = rows.filter(
        pl.col("indicator") == indicator, pl.col("dimension") == dimension, pl.col("category") == category
    )
    for column, day in (("period_from", first), ("period_to", last)):
        found = found.filter(pl.col(column) == day) if day else found
    (value,) = found.filter(~pl.col("suppressed"))["value"]
    return float(value)
