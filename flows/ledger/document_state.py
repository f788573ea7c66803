"""Which months' documents are finished: what a run that was interrupted left to do."""

from collections.abc import Mapping

import sqlalchemy as sa

from flows.ledger import issues
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, DRAFT, folders, runs
from schemas.months import Month

_OUTDATED = "outdated"


def unfinished(ledger: Ledger) -> dict[Month, bool]:
    """Months whose folder is not as the ledger says → whether there is anything to write; else the folder goes."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        # Opening balances have no documents.
        settled = sa.select(runs.c.month, runs.c.state).where(runs.c.kind.is_(None))
        expected = dict(connection.execute(settled).all())
        there = dict(connection.execute(sa.select(folders.c.month, folders.c.state)).all())
    return {
        month: month in expected
        for month in sorted(expected.keys() | there.keys())
        if expected.get(month) != there.get(month)
    }


def outdate(connection: sa.Connection, months: set[Month]) -> None:
    """Note, with what replaces them, that these months' folders no longer show what the ledger says."""
    connection.execute(sa.update(folders).where(folders.c.month.in_(months)).values(state=_OUTDATED))


def outdated(ledger: Ledger, month: Month) -> None:
    """Note that a month's folder is about to be replaced."""
    with ledger.transaction() as connection:
        outdate(connection, {month})


def written(ledger: Ledger, month: Month, draft: bool, files: Mapping[str, str]) -> None:
    """Note that a month's folder shows its run, as a draft or approved; `files`: path → SHA-256."""
    with ledger.transaction() as connection:
        _note(connection, month, DRAFT if draft else APPROVED)
        if not draft:
            issues.note(connection, month, files)


def removed(ledger: Ledger, month: Month) -> None:
    """Note that a month's folder is gone."""
    with ledger.transaction() as connection:
        _note(connection, month, None)


def _note(connection: sa.Connection, month: Month, state: str | None) -> None:
    connection.execute(sa.delete(folders).where(folders.c.month == month))
    if state is not None:
        connection.execute(sa.insert(folders).values(month=month, state=state))
