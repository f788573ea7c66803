"""What the ledger knows of work opportunities, for certificates and payout lists."""

import sqlalchemy as sa

from flows.ledger.month_state import check_approved
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import APPROVED, lines, runs, submissions
from flows.ledger.submissions import known, rows_of
from schemas.documents import ReturnState
from schemas.months import Month
from schemas.participation import Disbursement
from schemas.results import AGH


def read_disbursement(ledger: Ledger, month: Month) -> Disbursement:
    """Accepted AGH rows as they hold today and held then, and the AGH lines posted up to an approved month; Refusal if it is none."""
    check_approved(ledger, month)
    accepted = known(ledger)
    with ledger.reading() as connection:
        assert connection is not None  # the month is approved
        held_then = (
            sa.select(sa.func.max(submissions.c.submission_id))
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(runs.c.month <= month, submissions.c.state == str(ReturnState.ACCEPTED))
            .group_by(submissions.c.ags, submissions.c.month)
        )
        agh = sa.and_(runs.c.state == APPROVED, runs.c.month <= month, lines.c.kind.in_(AGH))
        return Disbursement(
            rows=accepted.rows["opportunities"],
            rows_then=rows_of(connection, "opportunities", held_then),
            returns=accepted.returns.select("ags", "month"),
            lines=lines_of(connection, agh, settled=True),
            document_date=connection.execute(sa.select(runs.c.document_date).where(runs.c.month == month)).scalar_one(),
        )
