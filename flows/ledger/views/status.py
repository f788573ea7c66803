"""How far every settled month is: what was received and what is booked, without the rows of any (OUTPUTS section 2)."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import documents, lines, runs, submissions
from schemas.months import Month
from schemas.status import RECEIVED_STATES, SettledMonth

NOTHING_RECEIVED = pl.DataFrame(schema=RECEIVED_STATES)


def read_settled(ledger: Reading) -> dict[Month, SettledMonth]:
    """Every month that was drafted or approved, in order; all of them in four queries, however many there are."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        received = received_states(connection)
        booked = sums(connection, documents, documents.c.total_cents)
        reversed_cents = sums(connection, lines, lines.c.delta_cents, lines.c.reversal_of.is_not(None))
        last_due = sa.select(runs.c.month, sa.func.max(documents.c.due_date))
        of_run = last_due.join(runs, runs.c.run_id == documents.c.run_id).group_by(runs.c.month)
        due = dict(connection.execute(of_run).all())
        found = connection.execute(
            sa.select(runs.c.month, runs.c.state).where(runs.c.kind.is_(None)).order_by(runs.c.month)
        )
        return {
            month: SettledMonth(
                Month(month),
                state,
                received.get(month, NOTHING_RECEIVED),
                booked.get(month, 0) + reversed_cents.get(month, 0),
                due.get(month),
            )
            for month, state in found
        }


def received_states(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> dict[Month, pl.DataFrame]:
    """Run's month → what came for it (status.RECEIVED_STATES), of the submissions `which` asks for."""
    columns = (runs.c.month, submissions.c.ags, submissions.c.month.label("of_month"), submissions.c.state)
    query = sa.select(*columns).join(runs, runs.c.run_id == submissions.c.run_id).where(runs.c.kind.is_(None), *which)
    received = read_frame(connection, query, {"run_month": pl.String, **RECEIVED_STATES})
    return {
        month: rows for (month,), rows in received.partition_by("run_month", as_dict=True, include_key=False).items()
    }


def sums(
    connection: sa.Connection, table: sa.Table, amount: sa.ColumnElement[int], *which: sa.ColumnElement[bool]
) -> dict[Month, int]:
    """Run's month → the sum of an amount over its records, of those `which` asks for."""
    total = sa.cast(sa.func.coalesce(sa.func.sum(amount), 0), sa.BigInteger)
    query = sa.select(runs.c.month, total).join(runs, runs.c.run_id == table.c.run_id)
    return dict(connection.execute(query.where(*which, runs.c.kind.is_(None)).group_by(runs.c.month)).all())
