"""What board reports showed: how far the register beside the ledger had come with each, chained (RULES section 8.4)."""

import hashlib
import json
from collections.abc import Iterator

import polars as pl
import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.store.chain import newest
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import publications
from schemas.journal import Act
from schemas.problems import Problem, problem
from schemas.refusal import Refusal


def note(ledger: Ledger, *, period: str, audience: str, register: pl.DataFrame) -> None:
    """Note a report, with all that the register holds since (indicators.INDICATOR_ROWS)."""
    with ledger.transaction() as connection:
        values = {"period": period, "audience": audience, "entries": register.height, "content": _content(register)}
        digest = _digest(newest(connection, publications) or "", *values.values())
        key = next_key(connection, publications.c.publication_id)
        connection.execute(sa.insert(publications).values(publication_id=key, digest=digest, **values))
        journal.note(connection, ledger.account, Act.PUBLICATION, "", period, digest)


def check_register(ledger: Ledger, register: pl.DataFrame) -> None:
    """Refusal where the register lacks what an earlier report showed: a new one might reveal it."""
    with ledger.reading() as connection:
        if connection is not None and _lacking(connection, register):
            raise Refusal("published-gone")


def problems(ledger: Ledger, register: pl.DataFrame | None) -> Iterator[Problem]:
    """Reports that are not as they were noted; `register` is None where it cannot be read."""
    with ledger.reading() as connection:
        if connection is None:
            return
        predecessor = ""
        columns = (publications.c.period, publications.c.audience, publications.c.entries, publications.c.content)
        query = sa.select(*columns, publications.c.digest).order_by(publications.c.publication_id)
        for *content, digest in connection.execute(query):
            if _digest(predecessor, *content) != digest:
                yield problem("publication-changed", period=content[0])
            predecessor = digest
        if _lacking(connection, register):
            yield problem("register-differs")


def _lacking(connection: sa.Connection, register: pl.DataFrame | None) -> bool:
    """Whether the register does not begin with what it held when the last report was noted; it only grows."""
    query = sa.select(publications.c.entries, publications.c.content)
    last = connection.execute(query.order_by(publications.c.publication_id.desc()).limit(1)).one_or_none()
    return last is not None and (register is None or _content(register.head(last.entries)) != last.content)


def _content(register: pl.DataFrame) -> str:
    return hashlib.sha256(json.dumps(register.rows(), ensure_ascii=False, default=str).encode()).hexdigest()


def _digest(predecessor: str, *content: object) -> str:
    return hashlib.sha256(json.dumps([predecessor, *content], ensure_ascii=False).encode()).hexdigest()
