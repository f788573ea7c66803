"""The law and the programme that runs were computed from, word for word: kept once for all runs that used them, and read back."""

import json
from collections.abc import Collection

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger, Reading
from flows.ledger.store.tables import APPROVED, kept_texts, runs
from schemas.months import Month
from schemas.provenance import Provenance, sha256_of


def keep(connection: sa.Connection, run_id: int, provenance: Provenance) -> None:
    """Note with a run what it was computed from."""
    texts = {"law_sha256": provenance.law_text, "programme_sha256": provenance.programme}
    hashes = {column: sha256_of(text) for column, text in texts.items()}
    for column, text in texts.items():
        if connection.scalar(sa.select(kept_texts.c.sha256).where(kept_texts.c.sha256 == hashes[column])) is None:
            connection.execute(sa.insert(kept_texts).values(sha256=hashes[column], content=text))
    connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(software=provenance.software, **hashes))


def of_month(ledger: Reading, month: Month) -> Provenance | None:
    """What a drafted or approved month was computed from; None where it kept nothing yet."""
    with ledger.reading() as connection:
        return None if connection is None else of_months(connection, {month}).get(month)


def latest(ledger: Ledger) -> Provenance | None:
    """What the month approved last was computed from; None where there is none, or it kept nothing yet."""
    with ledger.reading() as connection:
        if connection is None:
            return None
        approved = sa.select(sa.func.max(runs.c.month)).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
        month = connection.scalar(approved)
        return of_months(connection, {month}).get(month)


def of_months(connection: sa.Connection, months: Collection[Month]) -> dict[Month, Provenance]:
    """Month → what it was computed from, of those months that kept it."""
    query = sa.select(runs.c.month, runs.c.law_sha256, runs.c.programme_sha256, runs.c.software)
    kept = connection.execute(query.where(runs.c.month.in_(months), runs.c.law_sha256.is_not(None))).all()
    named = {sha256 for run in kept for sha256 in (run.law_sha256, run.programme_sha256)}
    found = connection.execute(
        sa.select(kept_texts.c.sha256, kept_texts.c.content).where(kept_texts.c.sha256.in_(named))
    )
    texts = dict(found.all())
    return {
        run.month: Provenance(json.loads(texts[run.law_sha256]), texts[run.programme_sha256], run.software)
        for run in kept
    }


def damaged(connection: sa.Connection) -> list[str]:
    """Checksums whose text is gone or is not the one that was kept."""
    texts = dict(connection.execute(sa.select(kept_texts.c.sha256, kept_texts.c.content)).all())
    used = connection.execute(sa.select(runs.c.law_sha256, runs.c.programme_sha256).where(runs.c.state == APPROVED))
    needed = {sha256 for pair in used for sha256 in pair if sha256 is not None}
    changed = {sha256 for sha256, text in texts.items() if sha256_of(text) != sha256}
    return sorted(changed | (needed - texts.keys()))
