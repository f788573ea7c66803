"""A municipality's account: what every run received of it and settled with it, without the rows of any."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.offsets import offsets_of
from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import DRAFT, cases, documents, lines, runs, submissions
from flows.ledger.views.status import NOTHING_RECEIVED, received_states, sums
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.report import BOOKS_RECEIVED
from schemas.results import LineKind
from schemas.viewing import AccountEntry

_PAID_OF_SAVING = (str(LineKind.PREMIUM), str(LineKind.NEUTRALITY))


def read_account(ledger: Reading, ags: Ags) -> list[AccountEntry]:
    """Every drafted or approved month in which a municipality has a document, in order; in six queries, however many there are."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        paid = sa.and_(lines.c.kind.in_(_PAID_OF_SAVING), lines.c.reversal_of.is_(None))
        premiums = sums(connection, lines, lines.c.delta_cents, lines.c.ags == ags, paid)
        taken_back = sums(connection, lines, lines.c.delta_cents, lines.c.ags == ags, lines.c.reversal_of.is_not(None))
        of_month = cases.c.service_month == runs.c.month  # which no run before calculated, so the run keeps all of them
        saved = sums(connection, cases, cases.c.saved_cents, cases.c.ags == ags, of_month)
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
                premiums_cents=premiums.get(month, 0),
                saved_cents=saved.get(month, 0),
                taken_back_cents=taken_back.get(month, 0),
            )
            for month, state, number, due_date, total_cents in found
        ]


def read_returns_of(ledger: Reading, ags: Ags) -> pl.DataFrame:
    """What every run received of a municipality, in the order of receiving (report.BOOKS_RECEIVED)."""
    with ledger.reading() as connection:
        if connection is None:
            return pl.DataFrame(schema=BOOKS_RECEIVED)
        columns = (submissions.c.ags, submissions.c.month, submissions.c.return_kind, submissions.c.state, submissions.c.reported_on)  # fmt: skip
        received = sa.select(runs.c.month, *columns).join(runs, runs.c.run_id == submissions.c.run_id)
        own = received.where(submissions.c.ags == ags).order_by(submissions.c.submission_id)
        return read_frame(connection, own, BOOKS_RECEIVED)
