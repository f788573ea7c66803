"""Why a line of an earlier month settles a difference: one input after the other is changed, and each step told apart.

What was posted is compared with what this software makes of the same returns, law and programme; then years are opened
again that were closed, then the law becomes today's, then the programme, then returns come in that were missing, and last those that say otherwise than before.
Where a step changes the amount, its input is the cause: nothing is inferred from dates or version numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.settlement import compute
from schemas.identifiers import Ags
from schemas.months import NO_MONTH, Month
from schemas.programme.programme import Programme
from schemas.results import CORRECTIONS, COUNTY_CAUSES, LINE_KEY, Cause, LineKind
from schemas.standing import Standing

_KEY = list(LINE_KEY)


@dataclass(frozen=True)
class Situation:
    """What a calculation starts from; its service months up to `until` start from an earlier situation, if there is one."""

    rows: dict[str, pl.DataFrame]  # table → the rows that hold
    programme: Programme
    law: Law
    month: Month
    manual: pl.DataFrame  # results.COMPUTED_LINES: manual lines
    stands: Standing
    earlier: "Situation | None" = None
    until: Month = NO_MONTH

    def computed(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All lines, those that no return brings about too (results.COMPUTED_LINES), and the case months (results.CASES)."""
        lines, cases = compute(self.rows, self.programme, self.law, self.month, self.stands)
        return pl.concat([lines, self.manual, self.stands.opening.select(lines.columns)]), cases

    def lines(self, ags: Sequence[Ags]) -> pl.DataFrame:
        """The lines of some municipalities (results.COMPUTED_LINES)."""
        own = pl.col("ags").is_in(ags)
        lines = (
            replace(self, rows={name: rows.filter(own) for name, rows in self.rows.items()}).computed()[0].filter(own)
        )
        if self.earlier is None:
            return lines
        closed = pl.col("service_month") <= self.until
        return pl.concat([self.earlier.lines(ags).filter(closed), lines.filter(~closed)])


def causes(
    settled: pl.DataFrame,
    month: Month,
    unreversed: pl.DataFrame,
    steps: Callable[[], Iterable[tuple[Cause, Situation]]],
) -> pl.DataFrame:
    """The causes of all differences of service months before `month` (results.CORRECTIONS, sorted by key).

    `settled`: results.LINES of the run. `unreversed`: line key and `amount` posted, as if no document were being
    reversed. `steps`, called only where something differs: cause → the situation after its input has changed, in this order; what the last one does not
    explain is a correction. A start-up contribution follows from the programme alone. Cents.
    """
    different = settled.filter(pl.col("service_month") < month, pl.col("delta_cents") != 0)
    ags = different["ags"].unique().sort().to_list()
    amounts = [("old", "posted_before_cents"), (str(Cause.CANCELLATION), "before_reversal")]
    told = (
        different.select(*_KEY, "posted_before_cents", "computed_cents")
        .join(unreversed.rename({"amount": "before_reversal"}), on=_KEY, how="left")
        .with_columns(pl.col("before_reversal").fill_null(0))
    )
    for cause, situation in steps() if ags else ():
        lines = situation.lines(ags).select(*_KEY, pl.col("computed_cents").alias(f"after_{cause}"))
        told = told.join(lines, on=_KEY, how="left").with_columns(pl.col(f"after_{cause}").fill_null(0))
        amounts.append((str(cause), f"after_{cause}"))
    amounts.append((str(Cause.CORRECTION), "computed_cents"))
    pieces = [
        told.select(
            *_KEY,
            old_cents=pl.col(before),
            new_cents=pl.col(after),
            difference_cents=pl.col(after) - pl.col(before),
            cause=_cause(cause),
            accepted_reason=pl.lit(None, pl.String),
        ).filter(pl.col("difference_cents") != 0)
        for (_, before), (cause, after) in pairwise(amounts)
    ]
    order = {str(cause): place for place, cause in enumerate(Cause)}
    found = pl.concat(pieces).sort(*_KEY, pl.col("cause").replace_strict(order, return_dtype=pl.Int64))
    return CORRECTIONS.validate(found.select(CORRECTIONS.columns.keys()))


def _cause(cause: str) -> pl.Expr:
    """The cause of a step; no return changes a manual line or a start-up contribution."""
    if cause not in (Cause.LATE_RETURN, Cause.CORRECTION):
        return pl.lit(cause)
    return (
        pl.when(pl.col("kind") == str(LineKind.ADJUSTMENT))
        .then(pl.lit(str(Cause.ADJUSTMENT)))
        .when(pl.col("kind") == str(LineKind.START_UP))
        .then(pl.lit(str(Cause.PROGRAMME)))
        .otherwise(pl.lit(cause))
    )


def to_accept(found: pl.DataFrame, last_approved: Month | None) -> pl.DataFrame:
    """The differences of approved months that no municipality brought about (results.CORRECTIONS)."""
    return found.filter(_to_accept(last_approved))


def accepted(found: pl.DataFrame, last_approved: Month | None, reason: str) -> pl.DataFrame:
    """The same causes, with the reason where a difference had to be accepted (results.CORRECTIONS)."""
    given = pl.when(_to_accept(last_approved)).then(pl.lit(reason))
    return CORRECTIONS.validate(found.with_columns(accepted_reason=given.otherwise(None).cast(pl.String)))


def _to_accept(last_approved: Month | None) -> pl.Expr:
    approved = pl.col("service_month") <= (last_approved or "")
    return pl.col("cause").is_in([str(cause) for cause in COUNTY_CAUSES]) & approved
