"""The journal: every draft, approval, order, closing and erasure with time and account (RULES section 8.7).

What is sealed, and so printed, is the same whoever works when and where; the time of an entry is not. So the journal
stands beside the seals: each entry is chained to the one before it and names the digest of what was entered.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, account_files, closings, erasures, journal, publications, runs
from schemas.journal import Act, Entry
from schemas.problems import Problem, problem

_CONTENT = (
    journal.c.entered_at,
    journal.c.account,
    journal.c.act,
    journal.c.name,
    journal.c.subject,
    journal.c.content,
)


def note(connection: sa.Connection, account: str, act: Act, name: str, subject: object, content: str = "") -> None:
    """Enter an act, in the transaction that does it; `content` is the digest of what it sealed, where it did."""
    values = {
        "entered_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "account": account,
        "act": str(act),
        "name": name.strip(),
        "subject": str(subject),
        "content": content,
    }
    before = connection.scalar(sa.select(journal.c.digest).order_by(journal.c.entry_id.desc()).limit(1)) or ""
    key = next_key(connection, journal.c.entry_id)
    connection.execute(sa.insert(journal).values(entry_id=key, digest=_digest(before, *values.values()), **values))


def entries(ledger: Ledger, after: int = 0) -> list[Entry]:
    """The entries after a key, in order."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        query = sa.select(journal).where(journal.c.entry_id > after).order_by(journal.c.entry_id)
        return [_entry(record) for record in connection.execute(query)]


def _entry(record: Any) -> Entry:
    at = datetime.fromisoformat(record.entered_at)
    return Entry(record.entry_id, at, record.account, Act(record.act), record.name, record.subject)


def newest_key(ledger: Ledger) -> int:
    """The key of the newest entry; 0 where there is none."""
    with ledger.reading() as connection:
        return (connection and connection.scalar(sa.select(sa.func.max(journal.c.entry_id)))) or 0


def newest(connection: sa.Connection, act: Act, subject: object) -> tuple[str, str] | None:
    """Who did an act on a subject last, and the content of that entry."""
    query = sa.select(journal.c.name, journal.c.content).where(journal.c.act == act, journal.c.subject == str(subject))
    found = connection.execute(query.order_by(journal.c.entry_id.desc()).limit(1)).one_or_none()
    return None if found is None else (found.name, found.content)


def moments(connection: sa.Connection, *acts: Act) -> dict[tuple[str, str], list[datetime]]:
    """When some acts were done: act and subject → each time, in order."""
    found: dict[tuple[str, str], list[datetime]] = {}
    query = sa.select(journal.c.act, journal.c.subject, journal.c.entered_at).where(journal.c.act.in_(acts))
    for act, subject, entered_at in connection.execute(query.order_by(journal.c.entry_id)):
        found.setdefault((act, subject), []).append(datetime.fromisoformat(entered_at))
    return found


def note_reminders(connection: sa.Connection, account: str, name: str, on: date, numbers: Iterable[str]) -> None:
    """Enter of which documents somebody was reminded on a day."""
    for number in numbers:
        note(connection, account, Act.REMINDER, name, number, on.isoformat())


def reminded(ledger: Ledger) -> dict[str, date]:
    """Number of a document → the day of its last reminder."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        query = sa.select(journal.c.subject, journal.c.content).where(journal.c.act == str(Act.REMINDER))
        found = connection.execute(query.order_by(journal.c.entry_id)).all()
        return {number: date.fromisoformat(day) for number, day in found}


def problems(connection: sa.Connection) -> Iterator[Problem]:
    """Entries that are not as they were made, what was entered and is gone, and what was not entered."""
    predecessor = ""
    for *content, digest in connection.execute(sa.select(*_CONTENT, journal.c.digest).order_by(journal.c.entry_id)):
        if _digest(predecessor, *content) != digest:
            yield problem("journal-changed", entered_at=content[0])
        predecessor = digest
    entered = connection.execute(sa.select(journal.c.act, journal.c.subject, journal.c.content)).all()
    begun = next((subject for act, subject, _ in entered if act == Act.BEGUN), "")
    for table, acts, subject in (
        (runs, (Act.APPROVAL, Act.OPENING_APPROVAL), runs.c.month),
        (closings, (Act.CLOSING, Act.REOPENING), closings.c.after_month),
        (erasures, (Act.ERASURE,), erasures.c.after_month),
        (publications, (Act.PUBLICATION,), publications.c.period),  # none is older than the journal, nor are these
        (account_files, (Act.RECEIPTS,), account_files.c.file),
    ):
        query = sa.select(table.c.digest, subject).where(table.c.digest.is_not(None))
        there = dict(connection.execute(query if table is not runs else query.where(runs.c.state == APPROVED)).all())
        noted = {content: name for act, name, content in entered if act in acts}
        for digest in noted.keys() - there.keys():
            yield problem("journal-only", act=table.name, subject=noted[digest])
        for digest, month in there.items():
            if digest not in noted and (table in (publications, account_files) or month > begun):
                yield problem("journal-lacks", act=table.name, subject=month)


def _digest(predecessor: str, *content: object) -> str:
    return hashlib.sha256(json.dumps([predecessor, *content], ensure_ascii=False).encode()).hexdigest()
