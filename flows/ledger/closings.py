"""Closed years: their service months are settled no more, until they are opened again with a reason."""

import hashlib
import json
from collections.abc import Iterator

import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.erasure_record import erased_until
from flows.ledger.store.chain import newest
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, DRAFT, closings, orders, runs
from schemas.journal import Act
from schemas.months import NO_MONTH, Month, month_in, year_of
from schemas.office import YearDeed
from schemas.operations import Closing
from schemas.refusal import Refusal

CLOSE, REOPEN = "close", "reopen"


def closed(ledger: Ledger, for_month: Month | None = None) -> list[Closing]:
    """What is closed now, or was when a month was settled; each year with the month approved last when it was closed."""
    with ledger.reading() as connection:
        return [] if connection is None else closed_in(connection, for_month)


def check_open(ledger: Ledger, month: Month) -> None:
    """Refusal where a service month is closed."""
    if any(month <= entry.until for entry in closed(ledger)):
        raise Refusal("month-closed", month=month, year=year_of(month))


def closed_in(connection: sa.Connection, for_month: Month | None = None) -> list[Closing]:
    """What is closed now, or was when a month was settled, as a transaction sees it."""
    standing: list[Closing] = []
    query = sa.select(closings.c.action, closings.c.year, closings.c.after_month).order_by(closings.c.closing_id)
    if for_month is not None:
        query = query.where(closings.c.after_month < for_month)
    for action, year, after_month in connection.execute(query):
        if action == CLOSE:
            standing.append(Closing(year, after_month))
        else:  # what was closed up to this year or later stays closed up to the year before
            standing = [Closing(min(entry.year, year - 1), entry.after_month) for entry in standing]
    return standing


def deeds(ledger: Ledger) -> tuple[YearDeed, ...]:
    """Who closed and opened which years, the newest first."""
    with ledger.reading() as connection:
        if connection is None:
            return ()
        return tuple(
            YearDeed(entry.year, entry.action == REOPEN, entry.reason, entry.done_by, entry.after_month)
            for entry in connection.execute(sa.select(closings).order_by(closings.c.closing_id.desc()))
        )


def close(ledger: Ledger, year: int, by: str, first_month: Month) -> None:
    """End the service months up to a year; Refusal where they are not all approved, or closed already."""
    with ledger.transaction() as connection:
        check_no_draft(connection)
        last = last_approved(connection)
        if last is None or last < month_in(year, 12):
            if last is None:
                raise Refusal("year-not-begun", year=year)
            raise Refusal("year-not-approved", year=year, approved=last)
        if year < year_of(first_month):
            raise Refusal("year-before-programme", year=year, first=first_month)
        if any(year <= entry.year for entry in closed_in(connection)):
            raise Refusal("year-closed", year=year)
        _note(connection, account=ledger.account, action=CLOSE, year=year, reason="", by=by, after_month=last)


def reopen(ledger: Ledger, year: int, *, reason: str, by: str) -> None:
    """Open a closed year, and all after it, again; Refusal where it is not closed."""
    with ledger.transaction() as connection:
        check_no_draft(connection)
        if not any(year <= entry.year for entry in closed_in(connection)):
            raise Refusal("year-not-closed", year=year)
        if month_in(year, 12) <= erased_until(connection):
            raise Refusal("year-erased", year=year)
        _note(
            connection,
            account=ledger.account,
            action=REOPEN,
            year=year,
            reason=reason,
            by=by,
            after_month=last_approved(connection) or NO_MONTH,
        )


def check_no_draft(connection: sa.Connection) -> None:
    """A draft was made with other months closed than afterwards."""
    month = connection.scalar(sa.select(runs.c.month).where(runs.c.state == DRAFT))
    if month is not None:
        raise Refusal("draft-open", draft=month)
    if connection.scalar(sa.select(orders.c.order_id).where(orders.c.run_id.is_(None))) is not None:
        raise Refusal("orders-open")


def last_approved(connection: sa.Connection) -> Month | None:
    """The month approved last."""
    last: Month | None = connection.scalar(sa.select(sa.func.max(runs.c.month)).where(runs.c.state == APPROVED))
    return last


def _note(
    connection: sa.Connection, *, account: str, action: str, year: int, reason: str, by: str, after_month: Month
) -> None:
    values = {"action": action, "year": year, "reason": reason, "done_by": by, "after_month": after_month}
    digest = _digest(newest(connection, closings) or "", *values.values())
    key = next_key(connection, closings.c.closing_id)
    connection.execute(sa.insert(closings).values(closing_id=key, digest=digest, **values))
    journal.note(connection, account, Act.CLOSING if action == CLOSE else Act.REOPENING, by, year, digest)


def _digest(predecessor: str, *content: object) -> str:
    return hashlib.sha256(json.dumps([predecessor, *content], ensure_ascii=False).encode()).hexdigest()


def damaged(connection: sa.Connection) -> Iterator[int]:
    """Years of closings that are not as they were noted, or do not follow their predecessor."""
    predecessor = ""
    columns = (closings.c.action, closings.c.year, closings.c.reason, closings.c.done_by, closings.c.after_month)
    for *content, digest in connection.execute(sa.select(*columns, closings.c.digest).order_by(closings.c.closing_id)):
        if _digest(predecessor, *content) != digest:
            yield content[1]
        predecessor = digest
