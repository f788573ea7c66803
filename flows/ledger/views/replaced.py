"""Which returns a run took in for earlier months, and what held before them: rows, files and where their columns stand."""

from collections.abc import Collection

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import APPROVED, CORRECTION_TYPES, columns, corrections, runs, submissions
from flows.ledger.submissions import rows_of
from flows.ledger.views.month import letters_of
from schemas.changed import TABLES, Exchanged, Replaced
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
        found = (submissions.c.ags, submissions.c.month, submissions.c.sha256, submissions.c.file, submissions.c.layout)
        held, holds = (
            connection.execute(sa.select(*found).where(submissions.c.submission_id.in_(of)).order_by(*found[:2])).all()
            for of in (before, after)
        )
        old = {(entry.ags, entry.month): entry.sha256 for entry in held}
        exchanged = [
            Exchanged(entry.ags, entry.month, old.get((entry.ags, entry.month)), entry.sha256)
            for entry in holds
            if old.get((entry.ags, entry.month)) != entry.sha256
        ]
        return Replaced(
            returns=tuple(exchanged),
            before={name: rows_of(connection, name, before) for name in TABLES},
            after={name: rows_of(connection, name, after) for name in TABLES},
            files={entry.sha256: entry.file for entry in (*held, *holds)},
            letters={entry.sha256: letters_of(entry.layout) for entry in (*held, *holds)},
        )


def _holding(month: Month, agses: Collection[Ags], *, with_own: bool) -> sa.Select[tuple[int]]:
    """For each municipality and month the return accepted last, up to the run of a month or before it."""
    of_run = runs.c.month <= month if with_own else runs.c.month < month
    return (
        sa.select(sa.func.max(submissions.c.submission_id))
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(submissions.c.state == str(ReturnState.ACCEPTED), of_run, submissions.c.ags.in_(list(agses)))
        .group_by(submissions.c.ags, submissions.c.month)
    )
