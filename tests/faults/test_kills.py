"""Settling and approving, killed or out of space at 200 points in both stores: nothing is lost, nothing is done twice.

After every one the ledger is either as before or as after, `verify` holds, and the same command, started again, ends
with the bytes of a run that nobody disturbed.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

import pytest
import sqlalchemy as sa

from flows.emit import month_folder
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.postgres import PostgresLedger
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import folders, metadata
from flows.ledger.verify import verify
from tests.command import contents
from tests.faults.interruption import DISK_FULL, KILL, points, run
from tests.stores import STORES

POINTS = {KILL: 40, DISK_FULL: 10}  # for each of two commands in two stores: 200
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
        assert self.server is not None
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def arguments(self, command: str, outputs: Path) -> list[str]:
        return [*COMMANDS[command], "--inputs", str(self.folder / "inputs"), "--outputs", str(outputs)]


def ledger_of(outputs: Path, address: str | None) -> Ledger:
    if address is None:
        return SqliteLedger(outputs / PROGRAMME / "ledger.db")
    return PostgresLedger(sa.make_url(address), PROGRAMME)


def content(ledger: Ledger) -> Content:
    """All records of the ledger, but for what it notes of folders."""
    with ledger.reading() as connection:
        if connection is None:
            return {}
        return {
            table.name: sorted((tuple(record) for record in connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
            if table is not folders
        }


def settled_or_not(found: Content) -> Content:
    """A ledger without a month is as good as none."""
    return found if any(found.values()) else {}


@pytest.fixture(scope="module", params=STORES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp(f"office-{request.param}")
    shutil.copytree("inputs/law", folder / "inputs/law")
    returns = folder / f"inputs/{PROGRAMME}/returns/{MONTH}"
    returns.mkdir(parents=True)
    for town in ("Frankenberg", "Freiberg"):
        shutil.copy(f"inputs/{PROGRAMME}/returns/{MONTH}/{town}_{MONTH}.xlsx", returns)
    blocks = Path(f"inputs/{PROGRAMME}/programme.toml").read_text(encoding="utf-8").split("[[municipality]]")
    small = [blocks[0], *(block for block in blocks if 'ags = "14522150"' in block or 'ags = "14522180"' in block)]
    (returns.parents[1] / "programme.toml").write_text("[[municipality]]".join(small), encoding="utf-8")
    return Office(folder, request.getfixturevalue("postgres") if request.param == "postgresql" else None)


@dataclass(frozen=True)
class Step:
    """A command and where it starts from; the records before and after it, the documents after it."""

    command: str
    before: Content
    after: Content
    documents: dict[str, str]

    def interrupt(self, office: Office, how: str, at: int) -> None:
        """Interrupt the command, look at what is left, and start it again."""
        where = f"{self.command}, {how} at step {at}"
        with office.copy(f"before-{self.command}", f"{self.command}-{how}-{at}") as (outputs, address):
            arguments, folder = office.arguments(self.command, outputs), outputs / PROGRAMME
            code = run(arguments, address, how, at).code
            assert code == -SIGKILL if how == KILL else code in (0, 2), where
            ledger = ledger_of(outputs, address)
            assert settled_or_not(content(ledger)) in (self.before, self.after), where
            assert verify(ledger, folder / "archive") == [], where
            again = run(arguments, address)
            assert again.code == 0 or "bereits freigegeben" in again.err, (where, again)
            assert content(ledger) == self.after, where
            assert contents(folder / MONTH) == self.documents, where
            assert not month_folder.leftovers(folder, folder / "archive"), where


def test_whenever_it_is_interrupted_the_next_run_ends_as_if_nothing_had_happened(office: Office) -> None:
    office.keep("before-settle")
    before: Content = {}
    for command, following in (("settle", "before-approve"), ("approve", "end")):
        with office.copy(f"before-{command}", "undisturbed") as (outputs, address):
            ended = run(office.arguments(command, outputs), address)
            after = content(ledger_of(outputs, address))
            step = Step(command, before, after, contents(outputs / PROGRAMME / MONTH))
            office.keep(following, "undisturbed")
        assert ended.code == 0
        assert before != after
        chosen = [(how, at) for how, number in POINTS.items() for at in points(ended.steps, number)]
        assert len(chosen) == sum(POINTS.values())
        with ThreadPoolExecutor(2) as both_cores:
            for done in [both_cores.submit(step.interrupt, office, *point) for point in chosen]:
                done.result()
        before = after
