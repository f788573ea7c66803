"""Which documents were issued of an approved month: path and SHA-256 of each, kept for good and chained.

Documents print the seal of their month, so they cannot be part of it: each issue is sealed with its predecessor, and a
run that is approved keeps the newest one's digest (RULES section 8.4).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from flows.ledger.store.chain import newest
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, issues, runs
from schemas.months import Month

Files = dict[str, str]  # path below the month's folder → SHA-256


def note(connection: sa.Connection, month: Month, files: Mapping[str, str]) -> None:
    """Note what was issued of a month, unless that is what was issued of it last."""
    text = json.dumps(dict(sorted(files.items())), ensure_ascii=False)
    last = sa.select(issues.c.files).where(issues.c.month == month).order_by(issues.c.issue_id.desc()).limit(1)
    if connection.scalar(last) == text:
        return
    digest = _digest(newest(connection, issues) or "", month, text)
    key = next_key(connection, issues.c.issue_id)
    connection.execute(sa.insert(issues).values(issue_id=key, month=month, files=text, digest=digest))


def issued(ledger: Ledger) -> dict[Month, Files | None]:
    """Approved month → its documents as they were issued last; None where that was never noted."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        approved = sa.select(runs.c.month).where(runs.c.state == APPROVED, runs.c.kind.is_(None)).order_by(runs.c.month)
        noted = connection.execute(sa.select(issues.c.month, issues.c.files).order_by(issues.c.issue_id)).all()
        last: dict[Month, Files] = {month: json.loads(text) for month, text in noted}
        return {month: last.get(month) for month in connection.scalars(approved)}


def damaged(connection: sa.Connection) -> Iterator[Month]:
    """Months of issues that are not as they were noted, or do not follow their predecessor."""
    predecessor = ""
    noted = sa.select(issues.c.month, issues.c.files, issues.c.digest).order_by(issues.c.issue_id)
    for month, files, digest in connection.execute(noted):
        if _digest(predecessor, month, files) != digest:
            yield month
        predecessor = digest


def _digest(predecessor: str, month: Month, files: str) -> str:
    return hashlib.sha256(json.dumps([predecessor, month, files], ensure_ascii=False).encode()).hexdigest()
