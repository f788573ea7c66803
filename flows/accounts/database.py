"""Where accounts and what they hand in are kept: a small database in the outputs, or a schema of its own on the ledger's server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from flows.accounts.tables import metadata

FILE = "accounts.db"
SCHEMA = "placement_premium_accounts"


class Database:
    """The database of an outputs folder; it comes into being with the first entry."""

    def __init__(self, outputs: Path, server: sa.URL | None = None) -> None:
        self._outputs, self._server = outputs, server

    def present(self) -> bool:
        """Whether there may be something to read."""
        return self._server is not None or (self._outputs / FILE).exists()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction: everything inside happens, or nothing."""
        with self._engine.begin() as connection:
            yield connection

    @cached_property
    def _engine(self) -> sa.Engine:
        engine = self._at_the_server(self._server) if self._server is not None else self._in_a_file()
        metadata.create_all(engine)
        return engine

    def _in_a_file(self) -> sa.Engine:
        self._outputs.mkdir(parents=True, exist_ok=True)
        path = self._outputs / FILE
        path.touch(mode=0o600)
        engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, poolclass=sa.NullPool)

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # transactions are begun below, not by the driver
            connection.execute("PRAGMA journal_mode = WAL")

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _at_the_server(self, url: sa.URL) -> sa.Engine:
        bare = sa.create_engine(url, poolclass=sa.NullPool)
        with bare.begin() as connection:
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        return bare.execution_options(schema_translate_map={None: SCHEMA})
