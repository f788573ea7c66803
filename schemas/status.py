"""How far a month is."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from schemas.documents import ReturnState, Run, return_states
from schemas.identifiers import Ags
from schemas.months import Month

GERMAN_MONTH_STATE = {None: "nicht abgerechnet", "draft": "Entwurf", "approved": "freigegeben"}


@dataclass(frozen=True)
class MonthStatus:
    """How far a month is."""

    month: Month
    received: int  # files, those for earlier months too
    held_back: int = 0  # files
    missing: int = 0  # municipalities of which nothing came for the month
    state: str | None = None  # draft, approved, or None: not settled yet
    erased: bool = False  # its case data were erased
    booked_cents: int | None = None  # documents and reversals together, as in the booking list


def settled_status(run: Run, members: Iterable[Ags], erased: bool, reversals: pl.DataFrame) -> MonthStatus:
    """How far a month is that was drafted or approved; `members` are the AGS that had to report, `reversals` finance.REVERSALS."""
    booked = int(run.documents["total_cents"].sum()) + int(reversals["amount_cents"].sum())
    return MonthStatus(
        run.month,
        received=run.received.height,
        held_back=run.received.filter(state=str(ReturnState.HELD_BACK)).height,
        missing=list(return_states(run.received, run.month, members, ()).values()).count(ReturnState.MISSING),
        state="draft" if run.draft else "approved",
        erased=erased,
        booked_cents=booked,
    )
