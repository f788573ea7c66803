"""Movements on the county's account in the ledger: taken in once, allocated, and never changed (RULES section 8.9)."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from flows.durable import write_all
from flows.ledger import journal
from flows.ledger.store.chain import newest, vanished
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import account_files, allocations, movements, runs
from schemas.journal import Act
from schemas.movements import CSV, AccountFile, Match, Movement, Share, Why, content_of
from schemas.problems import Problem, problem
from schemas.refusal import Refusal

_FIELDS = ("place", "key", "day", "amount_cents", "name", "iban", "text", "reference", "returned")


def archive(files: Sequence[tuple[AccountFile, bytes]], folder: Path) -> None:
    """Keep every file under its SHA-256, for good and as it was read."""
    write_all(folder, ((f"{file.sha256}{'.csv' if file.form == CSV else '.xml'}", content) for file, content in files))


def known(connection: sa.Connection) -> tuple[set[str], set[str]]:
    """The SHA-256 of the files that were taken in, and the keys of all movements."""
    files = connection.scalars(sa.select(account_files.c.sha256))
    return set(files), set(connection.scalars(sa.select(movements.c.key)))


def take_in(
    connection: sa.Connection, file: AccountFile, matches: Sequence[Match], *, by: str, account: str
) -> list[int]:
    """Note a file with the movements that no file before it had, and what is certain of them; the movements' keys."""
    values = {
        "file": file.name,
        "sha256": file.sha256,
        "form": file.form,
        "taken_by": by,
        "entries": len(file.movements),
        "content": file.content,
    }
    digest = _digest(newest(connection, account_files) or "", *values.values())
    file_id = next_key(connection, account_files.c.file_id)
    connection.execute(sa.insert(account_files).values(file_id=file_id, digest=digest, **values))
    ids = []
    for movement, match in zip(file.movements, matches, strict=True):
        ids.append(_note(connection, file_id, movement))
        if match.why is not None:
            _allocate(connection, ids[-1], match.shares, why=match.why, reason="", by=by)
    journal.note(connection, account, Act.RECEIPTS, by, file.name, digest)
    return ids


def _note(connection: sa.Connection, file_id: int, movement: Movement) -> int:
    key = next_key(connection, movements.c.movement_id)
    told = {field: getattr(movement, field) for field in _FIELDS}
    connection.execute(sa.insert(movements).values(movement_id=key, file_id=file_id, **told))
    return key


def _allocate(
    connection: sa.Connection, movement_id: int, shares: Sequence[Share], *, why: Why, reason: str, by: str
) -> str:
    """Note what of a movement settles what; the newest digest."""
    digest = newest(connection, allocations) or ""
    for share in shares:
        values = {
            "movement_id": movement_id,
            "ags": share.ags,
            "number": share.number,
            "amount_cents": share.amount_cents,
            "why": str(why),
            "reason": reason,
            "done_by": by,
        }
        digest = _digest(digest, *values.values())
        key = next_key(connection, allocations.c.allocation_id)
        connection.execute(sa.insert(allocations).values(allocation_id=key, digest=digest, **values))
    return digest


def assign(ledger: Ledger, movement_id: int, shares: Sequence[Share], *, reason: str, by: str) -> None:
    """Allocate what is unclear of a movement; Refusal where that is less, or nothing."""
    with ledger.transaction() as connection:
        open_cents = _amount(connection, movement_id) - sum(
            share.amount_cents for share in standing(connection, movement_id)
        )
        if open_cents == 0:
            raise Refusal("movement-allocated", movement=movement_id)
        given = sum(share.amount_cents for share in shares)
        if abs(given) > abs(open_cents) or any(share.amount_cents * open_cents <= 0 for share in shares):
            raise Refusal("movement-other-amount", movement=movement_id, given_cents=given, open_cents=open_cents)
        digest = _allocate(connection, movement_id, shares, why=Why.ASSIGNED, reason=reason, by=by)
        journal.note(connection, ledger.account, Act.ASSIGNMENT, by, movement_id, digest)


def release(ledger: Ledger, movement_id: int, *, reason: str, by: str) -> tuple[Share, ...]:
    """Take back whatever stands of a movement's allocations, which are unclear again; what stood."""
    with ledger.transaction() as connection:
        _amount(connection, movement_id)
        stood = standing(connection, movement_id)
        if not stood:
            raise Refusal("movement-unclear", movement=movement_id)
        back = [Share(share.ags, share.number, -share.amount_cents) for share in stood]
        digest = _allocate(connection, movement_id, back, why=Why.RELEASED, reason=reason, by=by)
        journal.note(connection, ledger.account, Act.RELEASE, by, movement_id, digest)
        return stood


def _amount(connection: sa.Connection, movement_id: int) -> int:
    found = connection.scalar(sa.select(movements.c.amount_cents).where(movements.c.movement_id == movement_id))
    if found is None:
        raise Refusal("movement-missing", movement=movement_id)
    return int(found)


def standing(connection: sa.Connection, movement_id: int) -> tuple[Share, ...]:
    """What stands of a movement's allocations."""
    amount = sa.cast(sa.func.sum(allocations.c.amount_cents), sa.BigInteger)
    query = (
        sa.select(allocations.c.ags, allocations.c.number, amount)
        .where(allocations.c.movement_id == movement_id)
        .group_by(allocations.c.ags, allocations.c.number)
        .having(amount != 0)
        .order_by(sa.func.min(allocations.c.allocation_id))
    )
    return tuple(Share(*record) for record in connection.execute(query))


def files(connection: sa.Connection) -> list[tuple[str, str]]:
    """Name and SHA-256 of every file that was taken in."""
    return [
        (file, sha256) for file, sha256 in connection.execute(sa.select(account_files.c.file, account_files.c.sha256))
    ]


def problems(connection: sa.Connection) -> Iterator[Problem]:
    """Files, movements and allocations that are not as they were noted, or gone although an approved month knew them."""
    predecessor = ""
    columns = ("file", "sha256", "form", "taken_by", "entries", "content", "digest")
    query = sa.select(account_files.c.file_id, *(account_files.c[name] for name in columns))
    for file_id, *content, digest in connection.execute(query.order_by(account_files.c.file_id)):
        told = connection.execute(
            sa.select(*(movements.c[field] for field in _FIELDS))
            .where(movements.c.file_id == file_id)
            .order_by(movements.c.movement_id)
        )
        records = [(place, key, day.isoformat(), *rest) for place, key, day, *rest in told]
        if _digest(predecessor, *content) != digest or content_of(records) != content[-1]:
            yield problem("account-file-changed", file=content[0])
        predecessor = digest
    predecessor = ""
    named = ("movement_id", "ags", "number", "amount_cents", "why", "reason", "done_by", "digest")
    query = sa.select(*(allocations.c[name] for name in named)).order_by(allocations.c.allocation_id)
    for *content, digest in connection.execute(query):
        if _digest(predecessor, *content) != digest:
            yield problem("allocation-changed", movement=content[0])
        predecessor = digest
    if vanished(connection, account_files, runs.c.account_file_digest):
        yield problem("account-file-gone")
    if vanished(connection, allocations, runs.c.allocation_digest):
        yield problem("allocation-gone")


def _digest(predecessor: str, *content: object) -> str:
    return hashlib.sha256(json.dumps([predecessor, *content], ensure_ascii=False).encode()).hexdigest()
