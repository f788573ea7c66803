"""The ledger in a file: SQLite, the default."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from flows.ledger.store import ledger
from flows.ledger.store.ledger import BROKEN, BUSY, FULL, Ledger
from schemas.refusal import Refusal

_OBSTACLES = {
    "BUSY": BUSY,
    "LOCKED": BUSY,
    "FULL": FULL,
    "IOERR": BROKEN,
    "READONLY": "die Datei ist schreibgeschützt",
    "CANTOPEN": "die Datei lässt sich nicht öffnen",
}


class SqliteLedger(Ledger):
    """A programme's ledger in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    @contextmanager
    def alone(self, wait: bool = True) -> Iterator[bool]:
        """One run at a time: an empty database beside the ledger, whose lock ends with its process, however it ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        seconds = ledger.WAIT_SECONDS if wait else 0
        with closing(sqlite3.connect(self.path.with_suffix(".lock"), timeout=seconds, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if _code(error) != "BUSY":
                    raise OSError(str(error)) from error
                if wait:
                    raise self._occupied() from error
                free = False
            else:
                free = True
            yield free

    def present(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def _engine(self, writing: bool) -> sa.Engine:
        waiting = {"timeout": ledger.WAIT_SECONDS}
        engine = sa.create_engine(f"sqlite:///{self.path}", connect_args=waiting, poolclass=sa.NullPool)

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # transactions are begun below, not by the driver
            if writing:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA secure_delete = ON")  # what is erased leaves no trace in free pages
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE deletes, and must not pass

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def _make_place(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def _make_room(self, connection: sa.Connection) -> None:
        """The file came into being when it was opened."""

    def _obstacle(self, error: sa.exc.DBAPIError) -> str | None:
        return _OBSTACLES.get(_code(error.orig))

    def _unreadable(self, error: Exception) -> Refusal:
        return Refusal("ledger-unreadable", ledger=self.name, reason=str(getattr(error, "orig", error)))


def _code(error: BaseException | None) -> str:
    """SQLite's name of what happened: BUSY of SQLITE_BUSY_SNAPSHOT."""
    return getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
