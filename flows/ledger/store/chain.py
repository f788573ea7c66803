"""Records that are chained to one another, each by its digest, and kept by the runs that knew the newest of them."""

from typing import Any

import sqlalchemy as sa

from flows.ledger.store.tables import runs


def newest(connection: sa.Connection, table: sa.Table) -> str | None:
    """The digest of the newest record; a run that is approved keeps it, so that no record before it can vanish."""
    (key,) = table.primary_key.columns
    query = sa.select(table.c.digest).where(table.c.digest.is_not(None)).order_by(key.desc()).limit(1)
    digest: str | None = connection.scalar(query)
    return digest


def vanished(connection: sa.Connection, table: sa.Table, known: sa.Column[Any]) -> bool:
    """Whether a record is gone that a run knew (`known`, a column of the runs) when it was approved."""
    there = sa.select(table.c.digest).where(table.c.digest.is_not(None))
    gone = sa.select(runs.c.run_id).where(known.is_not(None), known.not_in(there))
    return connection.scalar(gone.limit(1)) is not None
