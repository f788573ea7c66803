"""Accepted rows beside what the archived files say when they are read again (RULES section 8.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from flows.ledger.erasure_record import erased_files
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, runs, submissions
from flows.ledger.submissions import rows_of
from schemas.documents import ReturnState
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.problems import Problem, problem
from schemas.returns import TABLES


@dataclass(frozen=True)
class Taken:
    """A return that an approved month accepted."""

    file: str
    sha256: str
    ags: Ags
    month: Month


def accepted_returns(ledger: Ledger) -> dict[Month, list[Taken]]:
    """Approved month → the returns that it accepted, without those whose files were erased."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        gone = erased_files(connection)
        query = (
            sa.select(runs.c.month, submissions.c.file, submissions.c.sha256, submissions.c.ags, submissions.c.month)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(runs.c.state == APPROVED, submissions.c.state == str(ReturnState.ACCEPTED))
            .order_by(runs.c.month, submissions.c.submission_id)
        )
        found: dict[Month, list[Taken]] = {}
        for settled_in, *entry in connection.execute(query):
            if entry[1] not in gone:
                found.setdefault(settled_in, []).append(Taken(*entry))
        return found


def differing_rows(
    ledger: Ledger,
    settled_in: Month,
    returns: list[Taken],
    identities: Mapping[str, tuple[Ags | None, Month | None]],
    read: Mapping[str, pl.DataFrame],
) -> list[Problem]:
    """Returns of an approved month whose rows in the ledger are not those of their files.

    `identities`: SHA-256 → municipality and month on the file's cover; `read`: table → all rows of these files.
    """
    changed = {entry.sha256 for entry in returns if identities[entry.sha256] != (entry.ags, entry.month)}
    with ledger.reading() as connection:
        assert connection is not None  # a month is approved
        own = sa.select(submissions.c.submission_id).join(runs, runs.c.run_id == submissions.c.run_id)
        own = own.where(runs.c.month == settled_in, submissions.c.sha256.in_([entry.sha256 for entry in returns]))
        for name in TABLES:
            stored = rows_of(connection, name, own)
            again = read[name].select(stored.columns).cast(stored.schema)
            now, then = (frame.partition_by("file_sha256", as_dict=True) for frame in (again, stored))
            changed |= {
                str(sha256)
                for (sha256,) in now.keys() | then.keys()
                if not now.get((sha256,), stored.clear())
                .sort("row")
                .equals(then.get((sha256,), stored.clear()).sort("row"))
            }
    return [
        problem("rows-differ", month=settled_in, file=entry.file, sha256=entry.sha256)
        for entry in returns
        if entry.sha256 in changed
    ]
