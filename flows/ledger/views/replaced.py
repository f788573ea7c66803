"""Which returns a run took in for earlier months, and what held before them: rows, files and where their columns stand."""

from collections.abc import Collection
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import APPROVED, CORRECTION_TYPES, columns, corrections, runs, submissions
from flows.ledger.submissions import rows_of
from flows.ledger.views.month import letters_of
from schemas.changed import TABLES, Exchanged, Need, Replaced
from schemas.documents import ReturnState
from schemas.identifiers import Ags, CaseId
from schemas.months import Month
from schemas.results import LINE_KEY


def month_before(ledger: Reading, month: Month) -> Month | None:
    """The month approved last before a settled month; None before the first."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        earlier = sa.select(sa.func.max(runs.c.month)).where(
            runs.c.state == APPROVED, runs.c.kind.is_(None), runs.c.month < month
        )
        found: Month | None = connection.scalar(earlier)
        return found


def causes_of_case(ledger: Reading, month: Month, ags: Ags, case_id: CaseId) -> pl.DataFrame:
    """Why the run of a month settled lines of a case anew (results.CORRECTIONS)."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        query = (
            sa.select(*columns(corrections, CORRECTION_TYPES))
            .join(runs, runs.c.run_id == corrections.c.run_id)
            .where(runs.c.month == month, corrections.c.settled)
            .where(corrections.c.ags == ags, corrections.c.case_id == case_id)
            .order_by(*(corrections.c[name] for name in LINE_KEY))
        )
        return read_frame(connection, query, CORRECTION_TYPES)


def read_replaced(ledger: Reading, month: Month, agses: Collection[Ags]) -> Replaced:
    """What held of these municipalities before the run of a settled month, and what holds with it."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        before, after = (_holding(month, agses, with_own=own) for own in (False, True))
        held, holds = (_returns(connection, of) for of in (before, after))
        exchanged = [
            Exchanged(*key, held[key].sha256 if key in held else None, entry.sha256)
            for key, entry in holds.items()
            if key not in held or held[key].sha256 != entry.sha256
        ]
        keys = {(each.ags, each.month) for each in exchanged}
        return Replaced(
            returns=tuple(exchanged),
            before=_rows(connection, before, [entry for key, entry in held.items() if key in keys]),
            after=_rows(connection, after, [entry for key, entry in holds.items() if key in keys]),
            files={entry.sha256: entry.file for entry in (*held.values(), *holds.values())},
            letters={entry.sha256: letters_of(entry.layout) for entry in (*held.values(), *holds.values())},
        )


def read_needs(ledger: Reading, month: Month, agses: Collection[Ags]) -> tuple[Need, ...]:
    """By which rates the need of these municipalities' cases is measured, as the run of a settled month knows it."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        benefits = rows_of(connection, "benefits", _holding(month, agses, with_own=True))
        return tuple(Need(*row) for row in benefits.select(Need._fields).unique().sort(Need._fields).iter_rows())


def _returns(connection: sa.Connection, holding: sa.Select[tuple[int]]) -> dict[tuple[Ags, Month], Any]:
    """Municipality and month → the return that holds, in their order."""
    query = (
        sa.select(submissions)
        .where(submissions.c.submission_id.in_(holding))
        .order_by(submissions.c.ags, submissions.c.month)
    )
    return {(entry.ags, entry.month): entry for entry in connection.execute(query)}


def _rows(connection: sa.Connection, holding: sa.Select[tuple[int]], own: list[Any]) -> dict[str, pl.DataFrame]:
    """Table → the rows of the returns that were exchanged; placements of all months, for later ones tell of earlier ones."""
    ids = [entry.submission_id for entry in own]
    exchanged = sa.select(submissions.c.submission_id).where(submissions.c.submission_id.in_(ids))
    return {name: rows_of(connection, name, holding if name == "placements" else exchanged) for name in TABLES}


def _holding(month: Month, agses: Collection[Ags], *, with_own: bool) -> sa.Select[tuple[int]]:
    """For each municipality and month the return accepted last, up to the run of a month or before it."""
    of_run = runs.c.month <= month if with_own else runs.c.month < month
    return (
        sa.select(sa.func.max(submissions.c.submission_id))
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(submissions.c.state == str(ReturnState.ACCEPTED), of_run, submissions.c.ags.in_(list(agses)))
        .group_by(submissions.c.ags, submissions.c.month)
    )
