"""What the runs up to one posted and took in, added up: what the finance department compares a run with."""

import sqlalchemy as sa

from flows.ledger.frames import read_frame
from flows.ledger.store import Ledger
from flows.ledger.tables import lines, runs, submissions
from schemas.documents import ReturnState
from schemas.finance import POSTINGS, TAKEN_IN, Books
from schemas.results import frame_schema


def read_books(ledger: Ledger, month: str) -> Books:
    """The books of a settled month: its own run, draft or approved, and all runs before it."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        until = runs.c.month <= month
        key = (runs.c.month, lines.c.ags, lines.c.kind, lines.c.service_month)
        amount = sa.cast(sa.func.sum(lines.c.delta_cents), sa.BigInteger)
        postings = (
            sa.select(*key, amount, sa.func.count())
            .join(runs, runs.c.run_id == lines.c.run_id)
            .where(until, lines.c.delta_cents != 0).group_by(*key).order_by(*key)
        )  # fmt: skip
        accepted = sa.func.max(sa.case((submissions.c.state == str(ReturnState.ACCEPTED), 1), else_=0)) == 1
        of = (submissions.c.ags, submissions.c.month)
        taken_in = (
            sa.select(*of, accepted)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(until, submissions.c.ags.is_not(None), submissions.c.month.is_not(None))
            .group_by(*of).order_by(*of)
        )  # fmt: skip
        return Books(
            months=tuple(connection.scalars(sa.select(runs.c.month).where(until).order_by(runs.c.month))),
            postings=POSTINGS.validate(read_frame(connection, postings, frame_schema(POSTINGS))),
            taken_in=TAKEN_IN.validate(read_frame(connection, taken_in, frame_schema(TAKEN_IN))),
        )
