"""What a settlement holds beside its lines and case months, and what was closed."""

from dataclasses import dataclass

import polars as pl

from schemas.months import Month, month_in
from schemas.offsets import Decision
from schemas.provenance import Provenance


@dataclass(frozen=True)
class Beside:
    """What a draft stores beside its lines and case months."""

    corrections: pl.DataFrame  # results.CORRECTIONS: why lines of earlier months differ
    closed_differences: pl.DataFrame  # results.CORRECTIONS of closed months: listed, not settled
    reversals: pl.DataFrame  # results.REVERSING_LINES
    orders: tuple[int, ...]  # manual lines and reversals that this draft includes
    provenance: Provenance
    offsets: tuple[Decision, ...] = ()  # what it does with credit notes


@dataclass(frozen=True)
class Closing:
    """Service months up to the end of a year are closed, as they stood after a month's approval."""

    year: int
    after_month: Month

    @property
    def until(self) -> Month:
        """The last closed month."""
        return month_in(self.year, 12)
