"""Append-only: triggers that keep every sealed run as it is, whoever writes (RULES section 8).

SQLite's fire for each record; `PRAGMA recursive_triggers` makes them hold against INSERT OR REPLACE too.
PostgreSQL's fire for each statement, and for TRUNCATE.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from flows.ledger.tables import APPROVED, OF_RUN, rows, runs, seals

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
    for table in (runs.name, *SEALED):
        for action in ACTIONS if table in SEALED else ("UPDATE", "DELETE"):
            yield _name(table, action)
        if connection.dialect.name == "postgresql":
            yield _name(table, "TRUNCATE")


def _name(table: str, action: str) -> str:
    return f"{_PREFIX}{table}_{action.lower()}"


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    query = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{_PREFIX}*'"
    for (name,) in connection.exec_driver_sql(query).all():
        yield f"DROP TRIGGER {name}"
    for action in ("UPDATE", "DELETE"):
        yield _sqlite_trigger(runs.name, action, f"OLD.state = '{APPROVED}'")
    for table, query in SEALED.items():
        for action, records in ACTIONS.items():
            yield _sqlite_trigger(
                table, action, " OR ".join(f"EXISTS ({query.format(record=record)})" for record in records)
            )


def _sqlite_trigger(table: str, action: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, action)} BEFORE {action} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'sealed'); END"
    )


def _postgres() -> Iterator[str]:
    yield from _postgres_trigger(runs.name, "UPDATE", {"OLD": f"SELECT 1 FROM old_records WHERE state = '{APPROVED}'"})
    yield from _postgres_trigger(runs.name, "DELETE", {"OLD": f"SELECT 1 FROM old_records WHERE state = '{APPROVED}'"})
    yield from _postgres_trigger(runs.name, "TRUNCATE", {})
    for table, query in SEALED.items():
        for action, records in ACTIONS.items():
            found = {
                record: f"SELECT 1 FROM {record.lower()}_records AS record WHERE EXISTS ({query.format(record='record')})"
                for record in records
            }
            yield from _postgres_trigger(table, action, found)
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
