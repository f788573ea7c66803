"""The seal of a run: a SHA-256 over all that was approved, and its predecessor's (RULES section 8.4).

Every record of the run gives a digest; the digests of a table and year of service months, sorted, give a part; the
run's own record and its parts give the run's digest. So the order in which a store hands out records is of no
account, both stores give the same seal, and the cases of one year can go one day while the rest still holds. Records
are read as they are stored, not as the program would understand them, and a record is made of what it holds: a
column that was added later is empty in older runs and leaves their digests as they were.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa

from flows.ledger.store.tables import OF_RUN, cases, corrections, lines, rows, runs, seals, taken_over

_as_json = json.JSONEncoder(ensure_ascii=False, default=repr).encode
_AT_ONCE = 10_000  # records, read from the store together
_LATER = ("digest", "state")  # of a run, written when it is sealed


class Part(NamedTuple):
    """The records of one table and one year of service months."""

    content: str
    year: str
    entries: int
    digest: str


def seal(connection: sa.Connection, run_id: int) -> str:
    """Store what is sealed of a run; the run's digest."""
    sealed = parts(connection, run_id)
    connection.execute(sa.insert(seals), [{"run_id": run_id, **part._asdict()} for part in sealed])
    return run_digest(connection, run_id)


def run_digest(connection: sa.Connection, run_id: int) -> str:
    """The digest of a run: over its own record, its predecessor's digest in it, and the parts stored for it."""
    own = [column for column in runs.c if column.name not in _LATER]
    digest = hashlib.sha256()
    for table, columns in ((runs, own), (seals, list(seals.c))):
        digest.update(b"".join(sorted(_digests(connection, table, columns, run_id))))
    return digest.hexdigest()


def parts(connection: sa.Connection, run_id: int) -> list[Part]:
    """What there is to seal of a run, from its records."""
    return [part for table in (*OF_RUN, *rows.values()) for _, part in _parts(connection, table, run_id)]


def parts_of_runs(connection: sa.Connection) -> dict[int, set[Part]]:
    """The same of every run, each table read once: many months of few records are as quick as few months of many."""
    found: defaultdict[int, set[Part]] = defaultdict(set)
    for table in (*OF_RUN, *rows.values()):
        for run_id, part in _parts(connection, table):
            found[run_id].add(part)
    return found


def _parts(connection: sa.Connection, table: sa.Table, run_id: int | None = None) -> Iterator[tuple[int, Part]]:
    """Runs, and the parts of one table of them, by year."""
    told = _records(connection, table, list(table.c), run_id)
    for run, records in groupby(told, itemgetter(0)):
        by_year: defaultdict[str, list[bytes]] = defaultdict(list)
        for _, year, *record in records:
            by_year[str(year)].append(_digest(table, list(table.c), record))
        for year, digests in sorted(by_year.items()):
            yield run, Part(table.name, year, len(digests), hashlib.sha256(b"".join(sorted(digests))).hexdigest())


# Tables whose records belong to a service month, which tells their year; those of a return's rows, its month does.
_WITH_MONTH = (lines, taken_over, corrections, cases)


def _digests(
    connection: sa.Connection, table: sa.Table, columns: Sequence[sa.Column[Any]], run_id: int
) -> Iterator[bytes]:
    for _, _, *record in _records(connection, table, columns, run_id):
        yield _digest(table, columns, record)


def _digest(table: sa.Table, columns: Sequence[sa.Column[Any]], record: Sequence[Any]) -> bytes:
    content = {column.name: value for column, value in zip(columns, record, strict=True) if value is not None}
    return hashlib.sha256(_as_json([table.name, content]).encode()).digest()


def _records(
    connection: sa.Connection, table: sa.Table, columns: Sequence[sa.Column[Any]], run_id: int | None
) -> Iterator[Sequence[Any]]:
    """Run, year and columns of a run's records, or of those of all runs one after the other, as they are stored."""
    if "run_id" in table.c:
        source, run, joined = f"{table.name} AS record", "record.run_id", "1 = 1"
        year = "substr(record.service_month, 1, 4)" if table in _WITH_MONTH else "''"
    else:
        # A cross join is worked off in this order, so that nothing has to be sorted.
        source, run = f"submissions AS received CROSS JOIN {table.name} AS record", "received.run_id"
        year, joined = "substr(received.month, 1, 4)", "record.submission_id = received.submission_id"
    which = f"{run} IS NOT NULL" if run_id is None else f"{run} = {int(run_id)}"
    query = f"SELECT {run}, {year}, {as_stored(connection, columns)} FROM {source} WHERE {joined} AND {which} ORDER BY {run}"
    for some in connection.exec_driver_sql(query, execution_options={"stream_results": True}).partitions(_AT_ONCE):
        yield from some


def as_stored(connection: sa.Connection, columns: Iterable[sa.Column[Any]]) -> str:
    """What to select of a table called `record`, so that both stores give the same values."""
    return ", ".join(map(_as_text if connection.dialect.name == "postgresql" else _quoted, columns))


def _quoted(column: sa.Column[Any]) -> str:
    """The column, and never the text of its name, which SQLite would read where there is no such column."""
    return f'record."{column.name}"'


def _as_text(column: sa.Column[Any]) -> str:
    """How SQLite stores a column's values, of one that PostgreSQL stores."""
    if isinstance(column.type, sa.Date):
        return f"to_char({_quoted(column)}, 'YYYY-MM-DD')"
    return f"CAST({_quoted(column)} AS INTEGER)" if isinstance(column.type, sa.Boolean) else _quoted(column)
