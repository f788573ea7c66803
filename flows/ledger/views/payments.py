"""Documents and money: what was charged, taken back, and paid, as the ledger knows it (RULES section 8.9)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from flows.ledger.offsets import read_offset_books
from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import (
    APPROVED,
    CANCELLATION,
    account_files,
    allocations,
    documents,
    movements,
    orders,
    runs,
)
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.movements import Movement, Share, StoredMovement, Why
from schemas.open_items import Claim, PaymentBooks

_NOT_REVERSED = (None, None, None, None)


def read_payment_books(ledger: Reading, month: Month | None = None) -> PaymentBooks:
    """All approved documents with an amount, and all money; with a month, what its run knew when it was approved."""
    with ledger.reading() as connection:
        if connection is None:
            return PaymentBooks((), (), None)
        until = _until(connection, month)
        reversals = _reversals(connection, month)
        claims, money = _claims(connection, month, reversals), _movements(connection, *until)
        days = [claim.day for claim in claims] + [stored.movement.day for stored in money]
        days += [claim.reversed_on for claim in claims if claim.reversed_on is not None]
        taken_back = {number: (day, run) for number, (_, day, _, run) in reversals.items()}
        offsets = read_offset_books(connection, month, taken_back)
        return PaymentBooks(claims, money, max(days, default=None), offsets)


def movements_before(ledger: Reading, month: Month) -> frozenset[int]:
    """The movements that the newest approval before a month knew."""
    with ledger.reading() as connection:
        assert connection is not None  # the month is settled
        query = sa.select(runs.c.account_file_digest).where(runs.c.state == APPROVED, runs.c.month < month)
        digest = connection.scalar(query.order_by(runs.c.month.desc()).limit(1))
        known = _key_of(connection, account_files.c.file_id, digest)
        return frozenset(connection.scalars(sa.select(movements.c.movement_id).where(movements.c.file_id <= known)))


def _until(connection: sa.Connection, month: Month | None) -> tuple[int | None, int | None]:
    """The newest file and allocation that an approved month knew; none: all of them."""
    known = connection.execute(
        sa.select(runs.c.state, runs.c.account_file_digest, runs.c.allocation_digest).where(runs.c.month == month)
    ).one_or_none()
    if known is None or known.state != APPROVED:
        return None, None
    return (
        _key_of(connection, account_files.c.file_id, known.account_file_digest),
        _key_of(connection, allocations.c.allocation_id, known.allocation_digest),
    )


def _key_of(connection: sa.Connection, key: sa.Column[int], digest: str | None) -> int:
    query = sa.select(key).where(key.table.c.digest == digest)
    return connection.scalar(query) or 0


def _reversals(connection: sa.Connection, month: Month | None) -> dict[str, tuple[str, date, date | None, Month]]:
    """Document → number, day, due date and run of its Storno; all documents of a run that ask for something fall due together."""
    due = sa.select(sa.func.max(documents.c.due_date)).where(documents.c.run_id == orders.c.run_id).scalar_subquery()
    query = (
        sa.select(orders.c.reference, orders.c.number, orders.c.document_date, due, runs.c.month)
        .join(runs, runs.c.run_id == orders.c.run_id)
        .where(orders.c.kind == CANCELLATION, *_approved(month))
    )
    return {reference: tuple(storno) for reference, *storno in connection.execute(query)}


def _approved(month: Month | None) -> list[sa.ColumnElement[bool]]:
    return [runs.c.state == APPROVED, *([] if month is None else [runs.c.month <= month])]


def _claims(
    connection: sa.Connection, month: Month | None, reversals: Mapping[str, tuple[str, date, date | None, Month]]
) -> tuple[Claim, ...]:
    columns = [documents.c[name] for name in ("number", "ags", "document_date", "due_date", "total_cents")]
    query = (
        sa.select(runs.c.month, *columns)
        .join(runs, runs.c.run_id == documents.c.run_id)
        .where(documents.c.number.is_not(None), documents.c.total_cents != 0, *_approved(month))
        .order_by(documents.c.year, documents.c.running_number)
    )
    return tuple(
        Claim(number, Ags(ags), settled_in, day, due, total, *reversals.get(number, _NOT_REVERSED)[:3])
        for settled_in, number, ags, day, due, total in connection.execute(query)
    )


def _movements(
    connection: sa.Connection, until_file: int | None, until_allocation: int | None
) -> tuple[StoredMovement, ...]:
    within = [] if until_allocation is None else [allocations.c.allocation_id <= until_allocation]
    query = sa.select(allocations).where(*within).order_by(allocations.c.allocation_id)
    shares: defaultdict[int, dict[tuple[str | None, str | None], int]] = defaultdict(dict)
    newest = {}
    for each in connection.execute(query):
        of_movement, key = shares[each.movement_id], (each.ags, each.number)
        of_movement[key] = of_movement.get(key, 0) + each.amount_cents
        newest[each.movement_id] = each
    told = (
        sa.select(movements, account_files.c.file, account_files.c.sha256)
        .join(account_files, account_files.c.file_id == movements.c.file_id)
        .order_by(movements.c.movement_id)
    )
    if until_file is not None:
        told = told.where(movements.c.file_id <= until_file)
    return tuple(
        StoredMovement(
            id=each.movement_id,
            file=each.file,
            sha256=each.sha256,
            movement=Movement(
                each.place,
                each.key,
                each.day,
                each.amount_cents,
                each.name,
                each.iban,
                each.text,
                each.reference,
                each.returned,
            ),
            shares=tuple(
                Share(None if ags is None else Ags(ags), number, cents)
                for (ags, number), cents in shares[each.movement_id].items()
                if cents
            ),
            why=Why(newest[each.movement_id].why) if each.movement_id in newest else None,
            reason=newest[each.movement_id].reason if each.movement_id in newest else "",
            done_by=newest[each.movement_id].done_by if each.movement_id in newest else "",
        )
        for each in connection.execute(told)
    )
