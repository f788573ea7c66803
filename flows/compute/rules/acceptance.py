"""Differences of approved months that no municipality brought about: nothing is settled until they are accepted."""

import polars as pl

from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.refusals.wording import Difference


def check_accepted(waiting: pl.DataFrame, programme: Programme, month: Month) -> None:
    """Refusal with all of them, cause by cause and municipality by municipality; nothing where there are none.

    `waiting`: results.CORRECTIONS that nobody has accepted.
    """
    if waiting.is_empty():
        return
    sums = (
        waiting.group_by("cause", "ags")
        .agg(
            first=pl.col("service_month").min(),
            last=pl.col("service_month").max(),
            positions=pl.len(),
            difference_cents=pl.col("difference_cents").sum(),
        )
        .sort("cause", "ags")
    )
    differences = tuple(
        Difference(cause, ags, programme.members[ags].name if ags in programme.members else "", *rest)
        for cause, ags, *rest in sums.iter_rows()
    )
    total = int(waiting["difference_cents"].sum())
    raise Refusal("differences-not-accepted", month=month, differences=differences, total_cents=total)
