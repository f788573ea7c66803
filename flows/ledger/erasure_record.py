"""What was erased of closed years: which months, which parts of which runs, which archived files."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger, Reading
from flows.ledger.store.tables import cases, erased_savings, erasures, lines, remains, runs, submissions
from schemas.identifiers import PSEUDONYM
from schemas.months import NO_MONTH, Month, month_in
from schemas.refusal import Refusal
from schemas.results import AGH

OF_ERASURE = (
    erasures.c.year,
    erasures.c.done_by,
    erasures.c.done_on,
    erasures.c.after_month,
    erasures.c.counts,
    erasures.c.proposed_by,
)
Part = tuple[int, str, str]  # run, table, year of service months


def erased_until(connection: sa.Connection) -> Month:
    """The last month whose case data were erased; empty where none were."""
    year = connection.scalar(sa.select(sa.func.max(erasures.c.year)))
    return NO_MONTH if year is None else month_in(year - 1, 12)


def erased_before(ledger: Reading) -> int | None:
    """The year before which case data were erased."""
    with ledger.reading() as connection:
        return None if connection is None else connection.scalar(sa.select(sa.func.max(erasures.c.year)))


def first_kept_month(ledger: Reading) -> Month:
    """The first service month whose case data were not erased."""
    return month_in(erased_before(ledger) or 0, 1)


def is_erased(ledger: Reading, month: Month) -> bool:
    """Whether the case data of a service month were erased."""
    return month < first_kept_month(ledger)


def check_kept(ledger: Reading, month: Month) -> None:
    """Refusal where the case data of a service month were erased."""
    if is_erased(ledger, month):
        year = erased_before(ledger)
        raise Refusal("month-erased", month=month, year=year)


def check_calibratable(ledger: Ledger) -> None:
    """Refusal where cases were erased: what a premium would have covered follows from all of them."""
    year = erased_before(ledger)
    if year is not None:
        raise Refusal("cases-erased", year=year)


def check_whole(ledger: Reading, month: Month) -> None:
    """Refusal where documents of a settled month can no longer be made: they showed cases that were erased."""
    check_kept(ledger, month)
    # A case month that an earlier run kept was shown by every later one, up to the erasure.
    earlier = sa.and_(remains.c.content == cases.name, runs.c.month <= month, erasures.c.after_month >= month)
    query = (
        sa.select(remains.c.sealed_run)
        .join(runs, runs.c.run_id == remains.c.sealed_run)
        .join(erasures, erasures.c.erasure_id == remains.c.erasure_id)
        .where(sa.or_(runs.c.month == month, earlier))
    )
    with ledger.reading() as connection:
        if connection is not None and connection.scalar(query.limit(1)) is not None:
            raise Refusal("documents-erased", month=month)


def check_certifiable(ledger: Reading, month: Month) -> None:
    """Refusal where certificates and payout lists of a settled month can no longer be made.

    Whoever takes part in a kept month is kept with all months; what its run settled of earlier months may be a case's that is erased.
    """
    check_kept(ledger, month)
    paid = sa.and_(lines.c.kind.in_(AGH), lines.c.case_id.startswith(PSEUDONYM), runs.c.month == month)
    query = sa.select(lines.c.run_id).join(runs, runs.c.run_id == lines.c.run_id).where(paid)
    with ledger.reading() as connection:
        if connection is not None and connection.scalar(query.limit(1)) is not None:
            raise Refusal("certificates-erased", month=month)


def erased_parts(connection: sa.Connection) -> dict[Part, tuple[int, str]]:
    """Part → number and digest of the records that erasures left of it."""
    query = sa.select(
        remains.c.sealed_run, remains.c.content, remains.c.year, remains.c.entries, remains.c.digest
    ).order_by(remains.c.erasure_id)
    return {
        (run_id, content, year): (entries, digest)
        for run_id, content, year, entries, digest in connection.execute(query)
    }


def needed_files(connection: sa.Connection) -> dict[str, Month]:
    """Checksum of a received file → the last month that needs it, of those that no erasure removed."""
    done = connection.execute(sa.select(erasures.c.year, erasures.c.after_month)).all()
    needed: dict[str, Month] = {}
    # What a file does not tell the month of belongs to the one that received it.
    about = sa.func.coalesce(submissions.c.month, runs.c.month)
    query = sa.select(submissions.c.sha256, about, runs.c.month)
    for sha256, month, received_in in connection.execute(query.join(runs, runs.c.run_id == submissions.c.run_id)):
        if not any(month < month_in(year, 1) and received_in <= after for year, after in done):
            needed[sha256] = max(month, needed.get(sha256, NO_MONTH))
    return needed


def erased_files(connection: sa.Connection) -> set[str]:
    """Checksums of received files that only erased months needed."""
    return set(connection.scalars(sa.select(submissions.c.sha256))) - needed_files(connection).keys()


def gone_files(ledger: Ledger) -> set[str]:
    """Checksums of the files that no longer lie in the archive."""
    with ledger.reading() as connection:
        return set() if connection is None else erased_files(connection)


def digest(connection: sa.Connection, erasure_id: int) -> str:
    """The digest of an erasure: what it says, what it left, and its predecessor's."""
    earlier = sa.select(erasures.c.digest).where(erasures.c.erasure_id < erasure_id)
    predecessor = connection.scalar(earlier.order_by(erasures.c.erasure_id.desc()).limit(1)) or ""
    told = connection.execute(sa.select(*OF_ERASURE).where(erasures.c.erasure_id == erasure_id)).one()
    own = [value for value in told if value is not None]
    left = [_records(connection, table, erasure_id) for table in (remains, erased_savings)]
    text = json.dumps([predecessor, erasure_id, *own, *left], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _records(connection: sa.Connection, table: sa.Table, erasure_id: int) -> list[list[Any]]:
    """A record is what it holds: a column that was added later is empty in an older one."""
    found = connection.execute(sa.select(table).where(table.c.erasure_id == erasure_id))
    return sorted([value for value in record if value is not None] for record in found)


def damaged(connection: sa.Connection) -> Iterator[int]:
    """Years of erasures that are not as they were noted, or do not follow their predecessor."""
    for erasure_id, year, noted in connection.execute(
        sa.select(erasures.c.erasure_id, erasures.c.year, erasures.c.digest).order_by(erasures.c.erasure_id)
    ).all():
        if digest(connection, erasure_id) != noted:
            yield year
