"""How far every month is, and what may be done with it next (RULES sections 7.3, 8.1 and 8.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from flows.ledger.four_eyes import same_person
from flows.ledger.orders import ordered
from flows.ledger.store import tables
from flows.ledger.store.chain import newest
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, CANCELLATION, DRAFT, OPENING, runs
from schemas.journal import SCHEDULE
from schemas.months import Month
from schemas.programme.parties import Accounting
from schemas.refusal import Refusal


@dataclass(frozen=True)
class SettledMonth:
    """A month's place in the ledger."""

    month: Month
    state: str
    drafted_by: str


def months(ledger: Ledger) -> list[SettledMonth]:
    """All months that were drafted or approved, in order."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        query = (
            sa.select(runs.c.month, runs.c.state, runs.c.drafted_by).where(runs.c.kind.is_(None)).order_by(runs.c.month)
        )
        return [SettledMonth(*record) for record in connection.execute(query)]


def approved_months(ledger: Ledger) -> list[Month]:
    """The approved months, in order."""
    return [entry.month for entry in months(ledger) if entry.state == APPROVED]


def check_settleable(ledger: Ledger, month: Month) -> None:
    """Refusal where the month is approved already, lies before an approved one, or follows an unapproved draft."""
    _check_opening(ledger)
    check_open(ledger, month)
    for entry in months(ledger):
        if entry.state == DRAFT and entry.month < month:
            raise Refusal("draft-before", draft=entry.month)


def check_open(ledger: Ledger, month: Month) -> None:
    """Refusal where nothing can be taken in for a month any more: it is approved already, or lies before an approved one."""
    for entry in months(ledger):
        if entry.state == APPROVED and entry.month == month:
            raise Refusal("month-approved", month=month)
        if entry.state == APPROVED and entry.month > month:
            raise Refusal("month-before-approved", month=month, approved=entry.month)


def _check_opening(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        query = sa.select(runs.c.run_id).where(runs.c.kind == OPENING, runs.c.state == DRAFT)
        if connection is not None and connection.scalar(query) is not None:
            raise Refusal("opening-not-approved")


def check_approvable(ledger: Ledger, month: Month, by: str, accounting: Accounting) -> None:
    """Refusal where there is no draft, the month is approved already, or the approver drafted it."""
    entries = {entry.month: entry for entry in months(ledger)}
    entry = entries.get(month)
    if entry is None:
        raise Refusal("draft-missing", month=month)
    if entry.state == APPROVED:
        raise Refusal("month-posted", month=month)
    if not by.strip():
        raise Refusal("approver-missing")
    if accounting.four_eyes and entry.drafted_by == SCHEDULE:
        raise Refusal("draft-by-schedule", month=month)
    if accounting.four_eyes and same_person(by, entry.drafted_by):
        raise Refusal("approver-drafted", month=month, name=entry.drafted_by)
    for order in ordered(ledger, month) if accounting.four_eyes else ():
        if same_person(by, order.ordered_by):
            raise Refusal(
                "approver-ordered-reversal" if order.kind == CANCELLATION else "approver-ordered-adjustment",
                name=order.ordered_by,
                reference=order.reference,
            )


def check_money_known(ledger: Ledger, month: Month) -> None:
    """Refusal where movements were taken in or assigned since the draft, for its payment to the carrier follows from them."""
    with ledger.reading() as connection:
        if connection is None:
            return
        known = sa.select(runs.c.account_file_digest, runs.c.allocation_digest).where(runs.c.month == month)
        now = (newest(connection, tables.account_files), newest(connection, tables.allocations))
        if connection.execute(known).one_or_none() not in (None, now):
            raise Refusal("money-after-draft", month=month)


def check_complete(month: Month, left_out: Sequence[str]) -> None:
    """Refusal where files came into the month's folder after the draft."""
    if left_out:
        raise Refusal("returns-after-draft", month=month, files=left_out)


def check_any_approved(ledger: Ledger) -> None:
    """Refusal where nothing was ever approved."""
    if not approved_months(ledger):
        raise Refusal("nothing-approved")


def check_approved(ledger: Ledger, month: Month) -> None:
    """Refusal where the month is not approved."""
    if month not in approved_months(ledger):
        raise Refusal("month-not-approved", month=month)
