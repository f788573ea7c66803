"""How far a month is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.documents import ReturnState, return_states
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
    due_date: date | None = None  # when the last of its amounts is due; none in a draft


# What became of the files of a run: the columns of documents.RECEIVED that tell whose return came.
RECEIVED_STATES: dict[str, type[pl.DataType]] = {"ags": pl.String, "month": pl.String, "state": pl.String}


@dataclass(frozen=True)
class SettledMonth:
    """A month that was drafted or approved: what was received for it, what is booked with it."""

    month: Month
    state: str  # draft or approved
    received: pl.DataFrame  # RECEIVED_STATES
    booked_cents: int  # documents and reversals together, as in the booking list
    due_date: date | None  # when the last of its amounts is due; none in a draft


def settled_status(settled: SettledMonth, members: Iterable[Ags], erased: bool) -> MonthStatus:
    """How far a month is that was drafted or approved; `members` are the AGS that had to report."""
    states = return_states(settled.received, settled.month, members, ())
    return MonthStatus(
        settled.month,
        received=settled.received.height,
        held_back=settled.received.filter(state=str(ReturnState.HELD_BACK)).height,
        missing=list(states.values()).count(ReturnState.MISSING),
        state=settled.state,
        erased=erased,
        booked_cents=settled.booked_cents,
        due_date=settled.due_date,
    )
