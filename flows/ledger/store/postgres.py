"""The ledger on a server: PostgreSQL, each programme in a schema of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from typing import Any

import sqlalchemy as sa

from flows.ledger.store import ledger
from flows.ledger.store.ledger import BROKEN, BUSY, FULL, Ledger
from schemas.refusal import Refusal

DRIVER = "postgresql+psycopg"
LONGEST_NAME = 63  # PostgreSQL cuts longer names off, and two programmes would be one
_NUMBER = 4  # letters for telling copies of one version apart
_WHOLE_RUN, _TRANSACTION = 1, 2  # what an advisory lock stands for
_FORBIDDEN = "42501"
_OBSTACLES = {
    "55P03": BUSY,
    "53100": FULL,
    "58030": BROKEN,
    "25006": "der Server erlaubt nur Lesen",
    _FORBIDDEN: "die Berechtigung fehlt",
    "53300": "der Server nimmt keine Verbindung mehr an",
}


class PostgresLedger(Ledger):
    """A programme's ledger in a schema of its own on a PostgreSQL server."""

    def __init__(self, url: sa.URL, programme: str) -> None:
        self._url = url
        self.schema = f"placement_premium_{programme}"
        shown = url.set(query={}).render_as_string(hide_password=True)  # a query may hold passwords too
        self.name = f"{shown} (Schema {self.schema})"
        self._secrets = [text for text in (url.password, *_passwords(url)) if text]
        if len(self.schema) > LONGEST_NAME:
            raise Refusal("ledger-name-too-long", programme=programme)

    @contextmanager
    def alone(self, wait: bool = True) -> Iterator[bool]:
        """One run at a time: a lock of the server's that ends with its connection, however it ends."""
        try:
            with self._bare_engine().connect() as connection:
                yield self._take(connection, wait)
        except sa.exc.DBAPIError as error:
            raise self._unreadable(error) from error

    def _take(self, connection: sa.Connection, wait: bool) -> bool:
        key = sa.func.hashtextextended(self.schema, _WHOLE_RUN)
        if not wait:
            return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
        except sa.exc.OperationalError as error:
            if _state(error) != "55P03":
                raise
            raise self._occupied() from error
        return True

    def present(self) -> bool:
        """A server is always asked."""
        return True

    def _bare_engine(self) -> sa.Engine:
        engine = sa.create_engine(self._url, poolclass=sa.NullPool)

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            quoted = engine.dialect.identifier_preparer.quote_identifier(self.schema)
            connection.autocommit = True
            connection.execute(f"SET search_path TO {quoted}")
            connection.execute(f"SET lock_timeout = '{round(1000 * ledger.WAIT_SECONDS)}ms'")
            connection.autocommit = False

        return engine

    def _engine(self, writing: bool) -> sa.Engine:
        engine = self._bare_engine()
        if not writing:
            return engine.execution_options(isolation_level="REPEATABLE READ")

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            key = sa.func.hashtextextended(self.schema, _TRANSACTION)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

        return engine

    def _make_place(self) -> None:
        """A server is there or it is not."""

    def _make_room(self, connection: sa.Connection) -> None:
        if not sa.inspect(connection).has_schema(self.schema):
            connection.execute(sa.schema.CreateSchema(self.schema))

    def _keep(self, connection: sa.Connection, version: str) -> None:
        """Every table in a schema beside, `bis_<version>_…`, as none of a programme begins; an earlier copy stays as it is."""
        looking = sa.inspect(connection)
        known = set(looking.get_schema_names())
        name = f"bis_{version}_{self.schema}"[: LONGEST_NAME - _NUMBER]
        names = (f"{name}{ending}" for ending in chain([""], map("_{}".format, count(2))))
        kept = next(name for name in names if name not in known)
        connection.execute(sa.schema.CreateSchema(kept))
        quote = connection.dialect.identifier_preparer.quote_identifier
        for table in looking.get_table_names(schema=self.schema):
            place = f"{quote(kept)}.{quote(table)}"
            connection.exec_driver_sql(f"CREATE TABLE {place} AS TABLE {quote(self.schema)}.{quote(table)}")

    def _check_visible(self, connection: sa.Connection) -> None:
        allowed = sa.select(sa.func.has_schema_privilege(sa.column("oid"), "USAGE")).select_from(
            sa.table("pg_namespace")
        )
        if connection.scalar(allowed.where(sa.column("nspname") == self.schema)) is False:
            raise Refusal("ledger-hidden", ledger=self.name)

    def _obstacle(self, error: sa.exc.DBAPIError) -> str | None:
        if _state(error) is None and isinstance(error, sa.exc.OperationalError):
            return f"der Server ist nicht zu erreichen ({self._first_line(error)})"
        return _OBSTACLES.get(_state(error) or "")

    def _lost(self, error: sa.exc.DBAPIError) -> bool:
        return _state(error) is None

    def _unreadable(self, error: Exception) -> Refusal:
        if isinstance(error, sa.exc.DBAPIError) and _state(error) == _FORBIDDEN:
            return Refusal("ledger-hidden", ledger=self.name)
        return Refusal("ledger-unreachable", ledger=self.name, reason=self._first_line(error))

    def _first_line(self, error: Exception) -> str:
        """What the driver says, without what the address keeps secret."""
        line = str(getattr(error, "orig", error)).partition("\n")[0]
        for secret in sorted(self._secrets, key=len, reverse=True):
            line = line.replace(secret, "…")
        return line


def _state(error: sa.exc.DBAPIError) -> str | None:
    """The SQLSTATE; None where no server answered."""
    return getattr(error.orig, "sqlstate", None)


def _passwords(url: sa.URL) -> Iterator[str]:
    """Those that stand in the query of an address, under whatever name."""
    for name, value in url.query.items():
        if "pass" in name.lower():
            yield from (value,) if isinstance(value, str) else value
