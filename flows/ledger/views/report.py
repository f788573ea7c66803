"""What a board report is made from, read in one transaction."""

import sqlalchemy as sa

from flows.ledger.store.case_months import read_case_months
from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import APPROVED, DRAFT, OPENING, erasures, findings, lines, runs, submissions
from flows.ledger.submissions import rows_of
from schemas.documents import ReturnState
from schemas.refusal import Refusal
from schemas.report import BOOKS_FINDINGS, BOOKS_RECEIVED, ReportBooks
from schemas.results import LineKind
from schemas.returns import TABLES


def _settled(known: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Lines but opening balances that stand (RULES section 7.6): they tell neither a saving nor who bore a cost."""
    told = (
        sa.select(submissions.c.ags, submissions.c.month)
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(known, submissions.c.state == str(ReturnState.ACCEPTED))
        .correlate(None)
    )
    opened = sa.select(runs.c.run_id).where(runs.c.kind == OPENING).correlate(None)
    return sa.or_(
        lines.c.run_id.not_in(opened),
        lines.c.kind == str(LineKind.START_UP),
        sa.tuple_(lines.c.ags, lines.c.service_month).in_(told),
    )


def read_report_books(ledger: Ledger, with_draft: bool) -> ReportBooks:
    """The ledger's knowledge, of approved months alone or with the draft; Refusal where there is none."""
    with ledger.reading() as connection:
        states = (APPROVED, DRAFT) if with_draft else (APPROVED,)
        entries = (
            []
            if connection is None
            else connection.execute(
                sa.select(runs.c.run_id, runs.c.month, runs.c.state, runs.c.document_date, runs.c.digest)
                .where(runs.c.state.in_(states), runs.c.kind.is_(None))
                .order_by(runs.c.month)
            ).all()
        )
        if connection is None or not entries:
            raise Refusal("nothing-settled" if with_draft else "nothing-approved")
        known = runs.c.state.in_(states)
        holding = (
            sa.select(sa.func.max(submissions.c.submission_id))
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(known, submissions.c.state == str(ReturnState.ACCEPTED))
            .group_by(submissions.c.ags, submissions.c.month)
        )
        received = (
            sa.select(
                runs.c.month,
                submissions.c.ags,
                submissions.c.month,
                submissions.c.return_kind,
                submissions.c.state,
                submissions.c.reported_on,
            )
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(known)
            .order_by(submissions.c.submission_id)
        )
        found = (
            sa.select(runs.c.month, findings.c.code)
            .join(runs, runs.c.run_id == findings.c.run_id)
            .where(known)
            .order_by(runs.c.month, findings.c.code)
        )
        approved = [entry for entry in entries if entry.state == APPROVED]
        return ReportBooks(
            rows={name: rows_of(connection, name, holding) for name in TABLES},
            lines=lines_of(connection, sa.and_(known, _settled(known))),
            opening=lines_of(connection, sa.and_(known, sa.not_(_settled(known)))),
            cases=read_case_months(connection, entries[-1].month),
            received=read_frame(connection, received, BOOKS_RECEIVED),
            findings=read_frame(connection, found, BOOKS_FINDINGS),
            approved=tuple(entry.month for entry in approved),
            draft=next((entry.month for entry in entries if entry.state == DRAFT), None),
            approved_on=approved[-1].document_date if approved else None,
            seal=approved[-1].digest if approved else None,
            erased_before=connection.scalar(sa.select(sa.func.max(erasures.c.year))),
        )
