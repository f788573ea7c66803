"""The ledger in a file: SQLite, the default."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from flows.durable import make_folder, replacing
from flows.ledger.store import ledger
from flows.ledger.store.drives import network_share
from flows.ledger.store.ledger import BROKEN, BUSY, FULL, Ledger
from schemas.refusal import Refusal

READONLY = "der Datenträger oder die Datei ist schreibgeschützt"
_OBSTACLES = {
    "BUSY": BUSY,
    "LOCKED": BUSY,
    "FULL": FULL,
    "IOERR": BROKEN,
    "READONLY": READONLY,
    "CANTOPEN": "die Datei lässt sich nicht öffnen",
    "PERM": "die Berechtigung fehlt",
    "AUTH": "die Berechtigung fehlt",
}
_TRIED = {  # what the system answers when a file is to be written there, in the words of an obstacle
    errno.ENOSPC: FULL,
    errno.EDQUOT: "das Speicherkontingent ist erschöpft",
    errno.EROFS: READONLY,
    errno.EACCES: "die Berechtigung für den Ordner fehlt",
    errno.EPERM: "die Berechtigung für den Ordner fehlt",
}
_TRIAL_BYTES = 64 * 1024  # more than a directory entry may find room for


class SqliteLedger(Ledger):
    """A programme's ledger in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._copied: list[tuple[int, int]] = []

    @contextmanager
    def alone(self, wait: bool = True) -> Iterator[bool]:
        """One run at a time: an empty database beside the ledger, whose lock ends with its process, however it ends."""
        self._make_place()
        seconds = ledger.WAIT_SECONDS if wait else 0
        with ExitStack() as held:
            try:
                lock = sqlite3.connect(self.path.with_suffix(".lock"), timeout=seconds, isolation_level=None)
                held.enter_context(closing(lock))
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if _code(error) != "BUSY":
                    obstacle = self._why(error) or str(error)
                    raise Refusal("ledger-not-writable", ledger=self.name, obstacle=obstacle) from error
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
        address = f"sqlite:///{self.path}" if writing else self._address()
        engine = sa.create_engine(address, connect_args=waiting, poolclass=sa.NullPool)

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

    def _address(self) -> str:
        """Where to read: the file; where nothing can be written beside it, as it stands there, or a copy with its log.

        SQLite wants to write beside a ledger even to read it, unless it is told that nobody changes the file.
        """
        folder = self.path.parent
        if not self.path.exists() or (os.access(folder, os.W_OK) and os.access(self.path, os.W_OK)):
            return f"sqlite:///{self.path}"
        log = self.path.with_name(f"{self.path.name}-wal")
        if not log.exists() or log.stat().st_size == 0:
            return f"sqlite:///file:{quote(str(self.path.absolute()))}?immutable=1&uri=true"
        copied = Path(self._copies.name, self.path.name)
        while not copied.exists() or _state(self.path, log) != self._copied:
            self._copied = _state(self.path, log)
            shutil.copyfile(self.path, copied)
            shutil.copyfile(log, copied.with_name(log.name))
        return f"sqlite:///{copied}"

    @cached_property
    def _copies(self) -> TemporaryDirectory[str]:
        """Where only this account can read; gone with the process."""
        return TemporaryDirectory(prefix="placement-premium-")

    def _make_place(self) -> None:
        """Its folder; Refusal on a network share, where two machines do not see each other's locks."""
        if share := network_share(self.path):
            raise Refusal("ledger-on-share", ledger=self.name, share=share)
        make_folder(self.path.parent)

    def _make_room(self, connection: sa.Connection) -> None:
        """The file came into being when it was opened."""

    def _keep(self, _connection: sa.Connection, version: str) -> None:
        """`ledger-<version>.db` beside the ledger; a copy of an earlier migration stays as it is."""
        names = (f"{self.path.stem}-{version}{ending}.db" for ending in chain([""], map("-{}".format, count(2))))
        kept = next(path for path in map(self.path.with_name, names) if not path.exists())
        with replacing(kept) as part, closing(sqlite3.connect(self.path)) as reading:
            part.touch(mode=0o600)
            try:
                reading.execute("VACUUM INTO ?", (str(part),))
            except sqlite3.Error as error:
                obstacle = self._why(error) or str(error)
                raise Refusal("ledger-not-writable", ledger=self.name, obstacle=obstacle) from error

    def _check_visible(self, connection: sa.Connection) -> None:
        """Whoever can read the file sees all of it."""

    def _obstacle(self, error: sa.exc.DBAPIError) -> str | None:
        return self._why(error.orig)

    def _why(self, error: BaseException | None) -> str | None:
        """What the machine lacks. SQLite tells a full disk by several codes, so the system is asked by a trial."""
        told = _OBSTACLES.get(_code(error))
        if told in (None, BUSY, FULL):
            return told
        trial = self.path.with_suffix(".trial")
        try:
            with trial.open("wb") as file:
                file.write(bytes(_TRIAL_BYTES))
                file.flush()
                os.fsync(file.fileno())
        except OSError as found:
            return _TRIED.get(found.errno or 0, told)
        finally:
            with suppress(OSError):
                trial.unlink(missing_ok=True)
        return told

    def _lost(self, error: sa.exc.DBAPIError) -> bool:
        return _code(error.orig) == "IOERR"  # the record of the commit may stand in the file all the same

    def _unreadable(self, error: Exception) -> Refusal:
        obstacle = self._why(getattr(error, "orig", None))
        if obstacle is not None:  # the machine's, not the ledger's
            return Refusal("ledger-obstructed", ledger=self.name, obstacle=obstacle)
        return Refusal("ledger-unreadable", ledger=self.name, reason=str(getattr(error, "orig", error)))


def _state(*paths: Path) -> list[tuple[int, int]]:
    """What changes with every change of these files."""
    return [(status.st_size, status.st_mtime_ns) for status in (path.stat() for path in paths)]


def _code(error: BaseException | None) -> str:
    """SQLite's name of what happened: BUSY of SQLITE_BUSY_SNAPSHOT."""
    return getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
