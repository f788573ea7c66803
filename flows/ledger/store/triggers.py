"""Append-only: triggers that keep every sealed run as it is, whoever writes (RULES section 8.1).

SQLite's fire for each record; `PRAGMA recursive_triggers` makes them hold against INSERT OR REPLACE too.
PostgreSQL's fire for each statement, and for TRUNCATE.
"""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from flows.ledger.store.tables import (
    APPROVED,
    OF_RUN,
    cases,
    closings,
    corrections,
    erased_savings,
    erasures,
    findings,
    identity,
    issues,
    journal,
    kept_texts,
    lines,
    remains,
    rows,
    runs,
    seals,
    taken_over,
)

ACTIONS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}  # action → the records it touches
_PREFIX = "sealed_"
_OF_SEALED_RUN = f"SELECT 1 FROM runs WHERE runs.run_id = {{record}}.run_id AND runs.state = '{APPROVED}'"
_OF_SEALED_SUBMISSION = (
    "SELECT 1 FROM submissions JOIN runs ON runs.run_id = submissions.run_id "
    f"WHERE submissions.submission_id = {{record}}.submission_id AND runs.state = '{APPROVED}'"
)
# Table → the query that finds something where the record is sealed; {record} is the record.
SEALED = {table.name: _OF_SEALED_RUN for table in (*OF_RUN, seals)} | {
    table.name: _OF_SEALED_SUBMISSION for table in rows.values()
}

# What an erasure under way may do with sealed records: (table, action) → the month that a record belongs to.
_OF_SUBMISSION = "(SELECT month FROM submissions WHERE submissions.submission_id = {record}.submission_id)"
MONTH_OF_FINDING = (
    "coalesce((SELECT max(submissions.month) FROM submissions WHERE submissions.run_id = {record}.run_id "
    "AND submissions.file = {record}.file), (SELECT runs.month FROM runs WHERE runs.run_id = {record}.run_id))"
)
_ERASABLE = {
    (lines.name, "UPDATE"): "{record}.service_month",
    (corrections.name, "UPDATE"): "{record}.service_month",
    (cases.name, "DELETE"): "{record}.service_month",
    (taken_over.name, "DELETE"): "{record}.service_month",
    (findings.name, "DELETE"): MONTH_OF_FINDING,
} | {(table.name, "DELETE"): _OF_SUBMISSION for table in rows.values() if "case_id" in table.c}
_UNDER_WAY = "SELECT 1 FROM erasures WHERE erasures.digest IS NULL AND {month} < erasures.year || '-01'"
_DONE = "SELECT 1 FROM erasures WHERE erasures.erasure_id = {record}.erasure_id AND erasures.digest IS NOT NULL"
_ALWAYS = "SELECT 1"


class _Guard(NamedTuple):
    """An action on a table, and the query that finds something where the record must stay; {record} is the record."""

    table: str
    action: str
    query: str
    records: tuple[str, ...]


def _guards() -> Iterator[_Guard]:
    for action in ("UPDATE", "DELETE"):  # what is written becomes sealed by an update
        yield _Guard(runs.name, action, f"SELECT 1 WHERE {{record}}.state = '{APPROVED}'", ("OLD",))
        yield _Guard(erasures.name, action, "SELECT 1 WHERE {record}.digest IS NOT NULL", ("OLD",))
        for table in (closings, identity, issues, journal, kept_texts, remains, erased_savings):
            yield _Guard(table.name, action, "SELECT 1", ("OLD",))
    for table in (remains, erased_savings):
        yield _Guard(table.name, "INSERT", _DONE, ("NEW",))
    for name, query in SEALED.items():
        for action, records in ACTIONS.items():
            month = _ERASABLE.get((name, action))
            under_way = "" if month is None else f" AND NOT EXISTS ({_UNDER_WAY.format(month=month)})"
            yield _Guard(name, action, query + under_way, records)


def install(connection: sa.Connection) -> None:
    """The triggers as they stand here, in place of any before."""
    postgres = connection.dialect.name == "postgresql"
    for statement in _postgres() if postgres else _sqlite(connection):
        connection.exec_driver_sql(statement)


def missing(connection: sa.Connection) -> list[str]:
    """Triggers that should be there and are not."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgenabled = 'O' AND relnamespace = current_schema()::regnamespace"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = {name for (name,) in connection.exec_driver_sql(query)}
    return [name for name in _names(connection) if name not in there]


def _names(connection: sa.Connection) -> Iterator[str]:
    for guard in _guards():
        yield _name(guard.table, guard.action)
    if connection.dialect.name == "postgresql":
        yield from (_name(table, "TRUNCATE") for table in _tables())


def _tables() -> list[str]:
    return sorted({guard.table for guard in _guards()})


def _name(table: str, action: str) -> str:
    return f"{_PREFIX}{table}_{action.lower()}"


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    query = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{_PREFIX}*'"
    for (name,) in connection.exec_driver_sql(query).all():
        yield f"DROP TRIGGER {name}"
    for guard in _guards():
        found = (f"EXISTS ({guard.query.format(record=record)})" for record in guard.records)
        yield _sqlite_trigger(guard.table, guard.action, " OR ".join(found))


def _sqlite_trigger(table: str, action: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, action)} BEFORE {action} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'sealed'); END"
    )


def _postgres() -> Iterator[str]:
    for guard in _guards():
        found = {
            record: f"SELECT 1 FROM {record.lower()}_records AS record WHERE EXISTS ({guard.query.format(record='record')})"
            for record in guard.records
        }
        yield from _postgres_trigger(guard.table, guard.action, found)
    for table in _tables():
        yield from _postgres_trigger(table, "TRUNCATE", {})


def _postgres_trigger(table: str, action: str, found: dict[str, str]) -> Iterator[str]:
    """A trigger on the whole statement; without a query it refuses every one."""
    name = _name(table, action)
    condition = " OR ".join(f"EXISTS ({query})" for query in found.values()) or "TRUE"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS "
        f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION 'sealed'; END IF; RETURN NULL; END $$"
    )
    moment = "AFTER" if found else "BEFORE"
    tables = "".join(f" {record} TABLE AS {record.lower()}_records" for record in found)
    referencing = f" REFERENCING{tables}" if found else ""
    yield f"CREATE OR REPLACE TRIGGER {name} {moment} {action} ON {table}{referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
