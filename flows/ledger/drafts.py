"""Drafts go without a trace: what was ordered and withdrawn waits for the next one."""

import sqlalchemy as sa

from flows.ledger import document_state
from flows.ledger.store.tables import (
    DRAFT,
    cases,
    corrections,
    documents,
    findings,
    lines,
    offsets,
    orders,
    runs,
    withdrawals,
)
from flows.ledger.submissions import discard
from schemas.months import Month


def discard_drafts(connection: sa.Connection) -> list[Month]:
    """Remove every draft with all that was stored for it; their months, whose folders no longer show what the ledger says."""
    found = connection.execute(sa.select(runs.c.run_id, runs.c.month).where(runs.c.state == DRAFT)).all()
    for run_id, _ in found:
        discard(connection, run_id)
        for table in (orders, withdrawals):
            connection.execute(sa.update(table).where(table.c.run_id == run_id).values(run_id=None))
        for table in (lines, corrections, cases, documents, offsets, findings, runs):
            connection.execute(sa.delete(table).where(table.c.run_id == run_id))
    months = [month for _, month in found]
    document_state.outdate(connection, set(months))
    return months
