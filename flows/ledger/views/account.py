"""A municipality's account: what every run received of it and settled with it, without the rows of any."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.guarantee import balances_of
from flows.ledger.offsets import offsets_of
from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import DRAFT, documents, erased_savings, lines, runs, submissions
from flows.ledger.views.status import NOTHING_RECEIVED, received_states, sums
from schemas.guarantee import BALANCES
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.report import BOOKS_RECEIVED
from schemas.results import empty
from schemas.viewing import AccountEntry


def read_account(ledger: Reading, ags: Ags) -> list[AccountEntry]:
    """Every drafted or approved month in which a municipality has a document, in order; in four queries, however many there are."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        taken_back = sums(connection, lines, lines.c.delta_cents, lines.c.ags == ags, lines.c.reversal_of.is_not(None))
        kept_back = offsets_of(connection, ags)
        received = received_states(connection, submissions.c.ags == ags)
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
                received=received.get(month, NOTHING_RECEIVED),
                number=number,
                due_date=due_date,
                total_cents=total_cents,
                payable_cents=total_cents + kept_back.get(month, 0),
                taken_back_cents=taken_back.get(month, 0),
            )
            for month, state, number, due_date, total_cents in found
        ]


def read_balances(ledger: Reading, month: Month, ags: Ags) -> tuple[pl.DataFrame, bool]:
    """What a municipality saved and was charged up to a run (guarantee.BALANCES), and whether cases in it are erased."""
    with ledger.reading() as connection:
        if connection is None:
            return empty(BALANCES), False
        of_erased = sa.select(erased_savings.c.ags).where(erased_savings.c.ags == ags).limit(1)
        return balances_of(connection, month, ags), connection.scalar(of_erased) is not None


def read_returns_of(ledger: Reading, ags: Ags) -> pl.DataFrame:
    """What every run received of a municipality, in the order of receiving (report.BOOKS_RECEIVED)."""
    with ledger.reading() as connection:
        if connection is None:
            return pl.DataFrame(schema=BOOKS_RECEIVED)
        columns = (submissions.c.ags, submissions.c.month, submissions.c.return_kind, submissions.c.state, submissions.c.reported_on)  # fmt: skip
        received = sa.select(runs.c.month, *columns).join(runs, runs.c.run_id == submissions.c.run_id)
        own = received.where(submissions.c.ags == ags).order_by(submissions.c.submission_id)
        return read_frame(connection, own, BOOKS_RECEIVED)
