"""What a settlement brings forward from the ledger: all that the calculation needs to know of the runs before it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schemas.intake import NOTHING_KNOWN, Known
from schemas.months import NO_MONTH, Month
from schemas.operations import Closing
from schemas.provenance import Provenance
from schemas.results import COMPUTED_LINES, LINES, REVERSING_LINES, empty
from schemas.standing import ERASED_SAVINGS, OPENING


@dataclass(frozen=True)
class BroughtForward:
    """The ledger before a month is settled, as one transaction saw it."""

    known: Known  # what approved runs accepted
    # The same; of months that were closed when the month approved last was settled, what held then.
    known_when_closed: Known
    closed: tuple[Closing, ...]
    closed_when_settled: tuple[Closing, ...]  # when the month approved last was settled
    posted: pl.DataFrame  # results.LINES of approved runs, in the order of posting
    reversals: pl.DataFrame  # results.REVERSING_LINES: by which the month takes documents back
    manual_lines: pl.DataFrame  # results.COMPUTED_LINES up to the month, those that wait too
    manual_lines_posted: pl.DataFrame  # the same, up to the month approved last and of approved runs alone
    opening: pl.DataFrame  # standing.OPENING: the opening balances posted
    orders: tuple[int, ...]  # manual lines and reversals that the month includes
    provenance: Mapping[
        Month, Provenance
    ]  # month → what it was computed from: the one approved last, those before closings
    erased_savings: pl.DataFrame  # standing.ERASED_SAVINGS
    erased_until: Month  # the last month whose case data were erased, empty where none were

    @property
    def last_approved(self) -> Month | None:
        """The month approved last."""
        return self.known.last_approved

    @property
    def closed_until(self) -> Month:
        """The last closed month, empty where none is closed."""
        return max((closing.until for closing in self.closed), default=NO_MONTH)


# Before the first month of all.
NOTHING = BroughtForward(
    known=NOTHING_KNOWN,
    known_when_closed=NOTHING_KNOWN,
    closed=(),
    closed_when_settled=(),
    posted=empty(LINES),
    reversals=empty(REVERSING_LINES),
    manual_lines=empty(COMPUTED_LINES),
    manual_lines_posted=empty(COMPUTED_LINES),
    opening=empty(OPENING),
    orders=(),
    provenance={},
    erased_savings=empty(ERASED_SAVINGS),
    erased_until=NO_MONTH,
)
