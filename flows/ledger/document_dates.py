"""Dates of documents never run backwards, unless a clock had run ahead and a second person confirms it (RULES section 8.3)."""

from datetime import date

import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.four_eyes import same_person
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, DRAFT, runs
from flows.ledger.submissions import newest_seal
from schemas.journal import Act
from schemas.months import Month
from schemas.refusal import Refusal


def ahead(ledger: Ledger, today: date) -> date | None:
    """The date of the newest approval, where it is still to come."""
    with ledger.reading() as connection:
        last = None if connection is None else _last(connection)
    return last if last is not None and last > today else None


def confirm(ledger: Ledger, month: Month, by: str, on: date, today: date) -> date:
    """Note that a month's draft may be approved on a day, or later, before the date of the newest approval; that date.

    Refusal where that date is not still to come, for then no clock had run ahead, and where the day lies before an
    approval whose date has been.
    """
    with ledger.transaction() as connection:
        drafted = sa.select(runs.c.run_id).where(runs.c.month == month, runs.c.state == DRAFT)
        if connection.scalar(drafted) is None:
            raise Refusal("draft-missing", month=month)
        last = _last(connection)
        if last is None or last <= today:
            raise Refusal("date-not-ahead")
        been = sa.select(sa.func.max(runs.c.document_date)).where(runs.c.state == APPROVED)
        right = connection.scalar(been.where(runs.c.document_date <= today))
        if right is not None and on < right:
            raise Refusal("day-before-approval", day=on, latest=right)
        journal.note(
            connection, ledger.account, Act.DATE_CONFIRMED, by, month, f"{on.isoformat()} {newest_seal(connection)}"
        )
        return last


def check(connection: sa.Connection, month: Month, by: str, on: date) -> str | None:
    """Who confirmed a date before that of the newest approval, where that was needed.

    Refusal where nobody did since that approval, where it was for a later day, and where it was the one who approves.
    """
    last = _last(connection)
    if last is None or on >= last:
        return None
    found = journal.newest(connection, Act.DATE_CONFIRMED, month)
    confirmed_by, content = found or ("", "")
    day, _, seal = content.partition(" ")
    if not found or seal != newest_seal(connection) or on < date.fromisoformat(day):
        raise Refusal("day-before-approval", day=on, latest=last)
    if same_person(by, confirmed_by):
        raise Refusal("approver-confirmed-date", name=confirmed_by)
    return confirmed_by


def _last(connection: sa.Connection) -> date | None:
    """Of the month approved last: where a confirmed date went back, the next one follows that."""
    query = sa.select(runs.c.document_date).where(runs.c.state == APPROVED).order_by(runs.c.month.desc())
    last: date | None = connection.scalar(query.limit(1))
    return last
