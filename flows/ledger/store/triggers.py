"""Append-only: triggers that keep every sealed run as it is, whoever writes (RULES section 8.1).

SQLite's fire for each record; `PRAGMA recursive_triggers` makes them hold against INSERT OR REPLACE too.
PostgreSQL's fire for each statement, and for TRUNCATE.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from flows.ledger.store.tables import (
    APPROVED,
    OF_RUN,
    account_files,
    allocations,
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
    movements,
    publications,
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
_ALWAYS_KEPT = (
    closings, identity, issues, journal, publications, kept_texts, remains, erased_savings,
    account_files, movements, allocations,
)  # fmt: skip


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
        for table in _ALWAYS_KEPT:
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


def differing(connection: sa.Connection) -> list[str]:
    """Triggers that are missing, switched off, not as they were set, or none of ours; compared by all that they are."""
    postgres = connection.dialect.name == "postgresql"
    there = _there_postgres(connection) if postgres else _there_sqlite(connection)
    expected = dict(_expected_postgres() if postgres else _expected_sqlite())
    return sorted(name for name in there.keys() | expected.keys() if there.get(name) != expected.get(name))


def _there_sqlite(connection: sa.Connection) -> dict[str, str]:
    return dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all())


def _there_postgres(connection: sa.Connection) -> dict[str, tuple[Any, ...]]:
    query = (
        "SELECT tgname::text, relname::text, tgenabled::text, tgtype::int, proname::text, prosrc, tgqual IS NULL "
        "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
    )
    return {name: tuple(rest) for name, *rest in connection.exec_driver_sql(query)}


def _expected_sqlite() -> Iterator[tuple[str, str]]:
    for guard in _guards():
        found = (f"EXISTS ({guard.query.format(record=record)})" for record in guard.records)
        yield (
            _name(guard.table, guard.action),
            _sqlite_trigger(guard.table, action=guard.action, condition=" OR ".join(found)),
        )


def _expected_postgres() -> Iterator[tuple[str, tuple[Any, ...]]]:
    for guard in _guards():
        yield _described(guard.table, guard.action, _found(guard))
    for table in _tables():
        yield _described(table, "TRUNCATE", {})


def _described(table: str, action: str, found: dict[str, str]) -> tuple[str, tuple[Any, ...]]:
    """A trigger as PostgreSQL keeps it: enabled, when and on what it fires, its function and that it has no condition."""
    name, kind = _name(table, action), _KINDS[action] + (0 if found else _BEFORE)
    return name, (table, "O", kind, name, _body(found), True)


# Bits of pg_trigger.tgtype.
_KINDS, _BEFORE = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}, 2


def _tables() -> list[str]:
    return sorted({guard.table for guard in _guards()})


def _name(table: str, action: str) -> str:
    return f"{_PREFIX}{table}_{action.lower()}"


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    query = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{_PREFIX}*'"
    for (name,) in connection.exec_driver_sql(query).all():
        yield f"DROP TRIGGER {name}"
    yield from (statement for _, statement in _expected_sqlite())


def _sqlite_trigger(table: str, *, action: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, action)} BEFORE {action} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'sealed'); END"
    )


def _postgres() -> Iterator[str]:
    for guard in _guards():
        yield from _postgres_trigger(guard.table, guard.action, _found(guard))
    for table in _tables():
        yield from _postgres_trigger(table, "TRUNCATE", {})


def _found(guard: _Guard) -> dict[str, str]:
    """Record → the query that finds a sealed one among those of a statement."""
    return {
        record: f"SELECT 1 FROM {record.lower()}_records AS record WHERE EXISTS ({guard.query.format(record='record')})"
        for record in guard.records
    }


def _body(found: dict[str, str]) -> str:
    condition = " OR ".join(f"EXISTS ({query})" for query in found.values()) or "TRUE"
    return f" BEGIN IF {condition} THEN RAISE EXCEPTION 'sealed'; END IF; RETURN NULL; END "


def _postgres_trigger(table: str, action: str, found: dict[str, str]) -> Iterator[str]:
    """A trigger on the whole statement; without a query it refuses every one."""
    name = _name(table, action)
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS "
        f"$${_body(found)}$$"
    )
    moment = "AFTER" if found else "BEFORE"
    tables = "".join(f" {record} TABLE AS {record.lower()}_records" for record in found)
    referencing = f" REFERENCING{tables}" if found else ""
    yield f"CREATE OR REPLACE TRIGGER {name} {moment} {action} ON {table}{referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
