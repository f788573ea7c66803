"""How far every settled month is: what was received and what is booked, without the rows of any (OUTPUTS section 2)."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import documents, lines, runs, submissions
from schemas.months import Month
from schemas.status import RECEIVED_STATES, SettledMonth


def read_settled(ledger: Reading) -> dict[Month, SettledMonth]:
    """Every month that was drafted or approved, in order; all of them in four queries, however many there are."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        columns = (runs.c.month, submissions.c.ags, submissions.c.month.label("of_month"), submissions.c.state)
        query = sa.select(*columns).join(runs, runs.c.run_id == submissions.c.run_id).where(runs.c.kind.is_(None))
        received = read_frame(connection, query, {"run_month": pl.String, **RECEIVED_STATES})
        of_run = received.partition_by("run_month", as_dict=True, include_key=False)
        nothing = pl.DataFrame(schema=RECEIVED_STATES)
        booked = _sums(connection, documents, documents.c.total_cents)
        reversed_cents = _sums(connection, lines, lines.c.delta_cents, lines.c.reversal_of.is_not(None))
        due = dict(
            connection.execute(
                sa.select(documents.c.run_id, sa.func.max(documents.c.due_date)).group_by(documents.c.run_id)
            ).all()
        )
        found = connection.execute(
            sa.select(runs.c.run_id, runs.c.month, runs.c.state).where(runs.c.kind.is_(None)).order_by(runs.c.month)
        )
        return {
            month: SettledMonth(
                Month(month),
                state,
                of_run.get((month,), nothing),
                booked.get(run_id, 0) + reversed_cents.get(run_id, 0),
                due.get(run_id),
            )
            for run_id, month, state in found
        }


def _sums(
    connection: sa.Connection, table: sa.Table, amount: sa.ColumnElement[int], *which: sa.ColumnElement[bool]
) -> dict[int, int]:
    """Run → the sum of an amount over its records."""
    total = sa.cast(sa.func.sum(amount), sa.BigInteger)
    return dict(connection.execute(sa.select(table.c.run_id, total).where(*which).group_by(table.c.run_id)).all())
