"""What the runs up to one posted and took in, added up: what the finance department compares a run with."""

from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import APPROVED, CANCELLATION, OPENING, lines, orders, runs, submissions
from schemas.documents import ReturnState
from schemas.finance import POSTINGS, REVERSALS, TAKEN_IN, FinanceBooks
from schemas.months import Month
from schemas.results import frame_schema


def read_finance_books(ledger: Reading, month: Month) -> FinanceBooks:
    """The books of a settled month: its own run, draft or approved, and all runs before it."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        until = sa.and_(runs.c.month <= month, runs.c.kind.is_(None))
        opened = sa.and_(runs.c.kind == OPENING, runs.c.state == APPROVED)
        key = (runs.c.month, lines.c.ags, lines.c.kind, lines.c.service_month)
        amount = sa.cast(sa.func.sum(lines.c.delta_cents), sa.BigInteger)
        postings = (
            sa.select(*key, amount, sa.func.count())
            .join(runs, runs.c.run_id == lines.c.run_id)
            .where(lines.c.delta_cents != 0)
            .group_by(*key)
            .having(amount != 0)
            .order_by(*key)
        )
        document = (
            orders.c.number,
            orders.c.reference,
            orders.c.reason,
            lines.c.ags,
            lines.c.kind,
            lines.c.service_month,
        )
        reversals = (
            sa.select(*document, amount)
            .join(runs, runs.c.run_id == lines.c.run_id)
            .join(orders, sa.and_(orders.c.run_id == lines.c.run_id, orders.c.reference == lines.c.reversal_of))
            .where(runs.c.month == month, orders.c.kind == CANCELLATION)
            .group_by(orders.c.order_id, *document)
            .order_by(orders.c.order_id, *document[3:])
        )
        accepted = sa.func.max(sa.case((submissions.c.state == str(ReturnState.ACCEPTED), 1), else_=0)) == 1
        of = (submissions.c.ags, sa.func.coalesce(submissions.c.month, runs.c.month).label("month"))
        taken_in = (
            sa.select(*of, accepted)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(until, submissions.c.ags.is_not(None))
            .group_by(*of)
            .order_by(*of)
        )
        return FinanceBooks(
            months=tuple(connection.scalars(sa.select(runs.c.month).where(until).order_by(runs.c.month))),
            postings=_postings(connection, postings.where(until)),
            opening=_postings(connection, postings.where(opened)),
            reversals=REVERSALS.validate(read_frame(connection, reversals, frame_schema(REVERSALS))),
            taken_in=TAKEN_IN.validate(read_frame(connection, taken_in, frame_schema(TAKEN_IN))),
        )


def _postings(connection: sa.Connection, query: sa.Select[Any]) -> pl.DataFrame:
    return POSTINGS.validate(read_frame(connection, query, frame_schema(POSTINGS)))
