"""The ledger in either store: one transaction or nothing, one run at a time (RULES section 8)."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol

import sqlalchemy as sa

from flows.ledger.store import migrations
from schemas.refusal import Refusal

WAIT_SECONDS = 15  # how long a second run waits for the first
BUSY = "ein anderer Lauf schreibt gerade"
FULL = "der Datenträger ist voll"
BROKEN = "der Datenträger meldet einen Fehler"
UNREADABLE = (sa.exc.DBAPIError, UnicodeDecodeError)  # the latter where what is damaged is text


class Reading(Protocol):
    """What can be read like a ledger: the ledger, or a transaction with what it has written."""

    def reading(self) -> AbstractContextManager[sa.Connection | None]:
        """A connection that sees one state; None where there is none yet."""


@dataclass(frozen=True)
class Inside:
    """A transaction that is still open, read with all that it has written."""

    connection: sa.Connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """The transaction's own connection."""
        yield self.connection


def system_account() -> str:
    """The account of the operating system that this process runs under, whatever the environment says."""
    try:
        import pwd
    except ImportError:  # Windows
        return os.getlogin()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


class Ledger(ABC):
    """A programme's ledger; it comes into being with the first draft."""

    name: str  # as users know it: its path, or its address without the password
    commits: ClassVar[int] = 0  # how many transactions of this process came to the point where they may have succeeded

    @cached_property
    def account(self) -> str:
        """Under which account it is written: set where people sign in, else the operating system's."""
        return system_account()

    @abstractmethod
    def alone(self, wait: bool = True) -> AbstractContextManager[bool]:
        """Held by whoever settles, approves or writes documents, so that there is one at a time.

        Refusal where another run keeps it for too long; with `wait=False` the answer is whether it was free.
        """

    @abstractmethod
    def present(self) -> bool:
        """Whether there may be something to read."""

    @abstractmethod
    def _engine(self, writing: bool) -> sa.Engine:
        """Connections whose transactions lock the ledger for writing, or see one state of it for reading.

        Nothing stays open between transactions. The engines are kept, for what they have made of the queries and
        asked of the store serves the next transaction too.
        """

    @cached_property
    def _writing(self) -> sa.Engine:
        return self._engine(writing=True)

    @cached_property
    def _reading(self) -> sa.Engine:
        return self._engine(writing=False)

    @abstractmethod
    def _make_place(self) -> None:
        """Whatever a connection needs before it can write."""

    @abstractmethod
    def _make_room(self, connection: sa.Connection) -> None:
        """Whatever the tables need to be created in."""

    @abstractmethod
    def _keep(self, connection: sa.Connection, version: str) -> None:
        """A copy of the ledger as it is, before its tables of an earlier version are migrated; or Refusal."""

    @abstractmethod
    def _check_visible(self, connection: sa.Connection) -> None:
        """Refusal where tables that are not seen may be there all the same."""

    @abstractmethod
    def _obstacle(self, error: sa.exc.DBAPIError) -> str | None:
        """What the machine lacks, in German; None for a defect of ours."""

    @abstractmethod
    def _lost(self, error: sa.exc.DBAPIError) -> bool:
        """Whether a commit that failed so may have happened all the same."""

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction that locks the ledger for writing: everything inside happens, or nothing.

        Refusal where it did not happen, and another one where the connection was lost as it was to be: then nobody
        knows before the ledger is asked again.
        """
        with self._locked() as connection:
            migrations.upgrade(connection, self.name, self._keep)
            yield connection

    @contextmanager
    def filling(self, version: str) -> Iterator[sa.Connection]:
        """One transaction that gives a new ledger its records, in tables of a version that this program knows.

        They are brought to the program's version afterwards, and guarded. Refusal where a ledger is there already.
        """
        with self._locked() as connection:
            if migrations.version(connection, self.name) is not None:
                raise Refusal("restore-ledger-there", ledger=self.name)
            migrations.make(connection, version)
            yield connection
            migrations.finish(connection, version)

    @contextmanager
    def _locked(self) -> Iterator[sa.Connection]:
        self._make_place()
        committing = False
        try:
            with self._writing.begin() as connection:
                self._make_room(connection)
                yield connection
                Ledger.commits += 1
                committing = True
        except sa.exc.DBAPIError as error:
            obstacle = self._obstacle(error)
            if obstacle is None:
                raise
            lost = committing and self._lost(error)
            raise Refusal(
                "ledger-commit-lost" if lost else "ledger-not-writable", ledger=self.name, obstacle=obstacle
            ) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """A connection that sees one state of the ledger; None where there is none yet (nothing is created)."""
        if not self.present():
            yield None
            return
        try:
            with self._reading.connect() as connection:
                found = migrations.version(connection, self.name)
                if found is None:
                    self._check_visible(connection)
                if found in (None, migrations.HEAD):
                    yield connection if found else None
                    return
            with self.transaction():
                pass  # opening it brings it to this version
            with self._reading.connect() as connection:
                yield connection
        except UNREADABLE as error:
            raise self._unreadable(error) from error

    def _occupied(self) -> Refusal:
        return Refusal("ledger-occupied", ledger=self.name)

    @abstractmethod
    def _unreadable(self, error: Exception) -> Refusal:
        """What is said of a ledger that cannot be read."""
