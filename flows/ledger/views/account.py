"""A municipality's account: what every run received of it and settled with it, without the rows of any."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import DRAFT, cases, documents, lines, runs, submissions
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.results import LineKind
from schemas.status import RECEIVED_STATES
from schemas.viewing import AccountEntry

_PAID_OF_SAVING = (str(LineKind.PREMIUM), str(LineKind.NEUTRALITY))


def read_account(ledger: Reading, ags: Ags) -> list[AccountEntry]:
    """Every drafted or approved month in which a municipality has a document, in order; in five queries, however many there are."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        paid = sa.and_(lines.c.kind.in_(_PAID_OF_SAVING), lines.c.reversal_of.is_(None))
        premiums = _sums(connection, lines, lines.c.delta_cents, lines.c.ags == ags, paid)
        taken_back = _sums(connection, lines, lines.c.delta_cents, lines.c.ags == ags, lines.c.reversal_of.is_not(None))
        of_month = cases.c.service_month == runs.c.month
        saved = _sums(connection, cases, cases.c.saved_cents, cases.c.ags == ags, of_month)
        received = _received(connection, ags)
        columns = (documents.c.number, documents.c.due_date, documents.c.total_cents)
        found = connection.execute(
            sa.select(runs.c.month, runs.c.state, *columns)
            .join(runs, runs.c.run_id == documents.c.run_id)
            .where(documents.c.ags == ags, runs.c.kind.is_(None))
            .order_by(runs.c.month)
        )
        return [
            AccountEntry(
                month=Month(month),
                draft=state == DRAFT,
                received=received.get(month, pl.DataFrame(schema=RECEIVED_STATES)),
                number=number,
                due_date=due_date,
                total_cents=total_cents,
                premiums_cents=premiums.get(month, 0),
                saved_cents=saved.get(month, 0),
                taken_back_cents=taken_back.get(month, 0),
            )
            for month, state, number, due_date, total_cents in found
        ]


def _received(connection: sa.Connection, ags: Ags) -> dict[Month, pl.DataFrame]:
    """Run's month → what came of the municipality for it (status.RECEIVED_STATES)."""
    columns = (runs.c.month, submissions.c.ags, submissions.c.month.label("of_month"), submissions.c.state)
    query = sa.select(*columns).join(runs, runs.c.run_id == submissions.c.run_id).where(submissions.c.ags == ags)
    received = read_frame(connection, query, {"run_month": pl.String, **RECEIVED_STATES})
    return {
        month: rows for (month,), rows in received.partition_by("run_month", as_dict=True, include_key=False).items()
    }


def _sums(
    connection: sa.Connection, table: sa.Table, amount: sa.ColumnElement[int], *which: sa.ColumnElement[bool]
) -> dict[Month, int]:
    """Run's month → the sum of an amount over its records."""
    total = sa.cast(sa.func.coalesce(sa.func.sum(amount), 0), sa.BigInteger)
    query = sa.select(runs.c.month, total).join(runs, runs.c.run_id == table.c.run_id)
    return dict(connection.execute(query.where(*which, runs.c.kind.is_(None)).group_by(runs.c.month)).all())
