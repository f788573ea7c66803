"""A small office: two municipalities, one month, and states of its books to start from, in either store."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from flows.ledger.store.postgres import PostgresLedger
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import folders, identity, journal, metadata
from tests.command import PATIENCE

PROGRAMME, MONTH = "mittelsachsen", "2024-12"
COMMANDS = {
    "settle": ["settle", MONTH, "--direct", "--by", "Eva"],
    "approve": ["approve", MONTH, "--by", "Frida", "--date", "2025-01-15"],
}
Content = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Office:
    """A small programme with its inputs, and a state of its books to start from."""

    folder: Path
    server: sa.URL | None

    @contextmanager
    def copy(self, state: str, name: str) -> Iterator[tuple[Path, str | None]]:
        """Outputs and address of the ledger, in a state that was kept."""
        outputs = self.folder / name
        shutil.copytree(self.folder / state, outputs)
        address = None
        if self.server is not None:
            self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{state}"')
            address = self.server.set(database=name).render_as_string(hide_password=False)
        yield outputs, address
        shutil.rmtree(outputs)
        if self.server is not None:
            self._on_server(f'DROP DATABASE "{name}" WITH (FORCE)')

    def keep(self, state: str, of: str | None = None) -> None:
        """A state to start from: an empty one, or that of some outputs."""
        if of is None:
            (self.folder / state).mkdir()
        else:
            shutil.copytree(self.folder / of, self.folder / state)
        if self.server is not None:
            self._on_server(f'CREATE DATABASE "{state}" TEMPLATE "{of or "template1"}"')

    def _on_server(self, statement: str) -> None:
        """The server waits some seconds for a process that a command has just left; a busy machine may need more."""
        assert self.server is not None
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        until = time.monotonic() + PATIENCE
        with engine.connect() as connection:
            while True:
                try:
                    connection.exec_driver_sql(statement)
                    break
                except sa.exc.OperationalError as error:
                    if not isinstance(error.orig, psycopg.errors.ObjectInUse) or time.monotonic() > until:
                        raise
        engine.dispose()

    def arguments(self, command: str, outputs: Path) -> list[str]:
        return [*COMMANDS[command], "--inputs", str(self.folder / "inputs"), "--outputs", str(outputs)]


def ledger_of(outputs: Path, address: str | None) -> Ledger:
    if address is None:
        return SqliteLedger(outputs / PROGRAMME / "ledger.db")
    return PostgresLedger(sa.make_url(address), PROGRAMME)


def content(ledger: Ledger) -> Content:
    """All records of the ledger, but for what it notes of folders, of the time and of itself."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        return {
            table.name: sorted((tuple(record) for record in connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
            if table not in (folders, identity, journal)
        }


def settled_or_not(found: Content) -> Content:
    """A ledger without a month is as good as none."""
    return found if any(found.values()) else {}


def small_office(folder: Path, server: sa.URL | None) -> Office:
    """An office with its returns in a folder of its own."""
    shutil.copytree("inputs/law", folder / "inputs/law")
    returns = folder / f"inputs/{PROGRAMME}/returns/{MONTH}"
    returns.mkdir(parents=True)
    for town in ("Frankenberg", "Freiberg"):
        shutil.copy(f"inputs/{PROGRAMME}/returns/{MONTH}/{town}_{MONTH}.xlsx", returns)
    blocks = Path(f"inputs/{PROGRAMME}/programme.toml").read_text(encoding="utf-8").split("[[municipality]]")
    small = [blocks[0], *(block for block in blocks if 'ags = "14522150"' in block or 'ags = "14522180"' in block)]
    (returns.parents[1] / "programme.toml").write_text("[[municipality]]".join(small), encoding="utf-8")
    return Office(folder, server)
