"""Whatever is changed by hand of what was sealed, `verify` finds it: any column, any byte, in either store."""

import hashlib
import shutil
import sqlite3
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ledger import posting
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import CANCELLATION, metadata, orders, runs
from flows.ledger.store.triggers import SEALED
from schemas.programme.file import load_programme
from schemas.refusal import Refusal
from tests.stores import STORES, new_ledger, unguarded
from tests.verified import verify

ACCOUNTING = load_programme(Path("inputs/mittelsachsen")).accounting
RECEIVED = b"a received workbook"
TEXTS = {
    "state": "accepted", "sha256": hashlib.sha256(RECEIVED).hexdigest(), "kind": "invoice", "layout": "{}",
    "month": "2025-01", "service_month": "2025-01", "reason": "[]", "reasons": "[]", "quantity": "1.00", "rate_cents": "80",
}  # fmt: skip


def sample(column: sa.Column[object]) -> object:
    """A value of the column's type; amounts are 0, so that every sum holds."""
    if isinstance(column.type, sa.Date):
        return date(2025, 1, 31)
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, sa.Integer):
        return 1 if column.name.endswith("_id") else 0
    if column.name == "kind" and column.table is orders:
        return CANCELLATION
    return TEXTS.get(column.name, column.name)


def sealed_month(ledger: Ledger, archive: Path) -> None:
    """An approved month with a record in every table."""
    archive.mkdir()
    (archive / f"{TEXTS['sha256']}.xlsx").write_bytes(RECEIVED)
    with ledger.transaction() as connection:
        connection.execute(sa.insert(runs).values(run_id=1, month="2025-01", state="draft", drafted_by="Eva"))
        for table in metadata.sorted_tables:
            if table.name in SEALED.keys() - {"seals"}:
                record = {column.name: sample(column) for column in table.c}
                connection.execute(
                    sa.insert(table).values(
                        record | dict.fromkeys({"year", "running_number", "number"} & record.keys())
                    )
                )
    with posting.approving(ledger, "2025-01", "Frida", date(2025, 2, 15), ACCOUNTING):
        pass


def changed(value: object) -> object:
    """The smallest change: another last character, one more, the next day."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    return f"{str(value)[:-1]}{chr(ord(str(value)[-1]) ^ 1)}" if value else "x"


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    ledger = new_ledger(request.param, tmp_path, request)
    sealed_month(ledger, tmp_path / "archive")
    return ledger


def put(ledger: Ledger, column: sa.Column[object], value: object) -> None:
    table = column.table
    with ledger.transaction() as connection, unguarded(connection, table.name):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(sa.update(table).values({column.name: value}))


def test_a_change_in_any_column_is_found(ledger: Ledger, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert verify(ledger, archive) == []
    unnoticed = []
    for table in metadata.sorted_tables:
        if table.name not in SEALED.keys() | {"runs"}:
            continue
        for column in table.c:
            if column.foreign_keys or (column.primary_key and isinstance(column.type, sa.Integer)):
                continue  # other records point there: the store itself refuses
            with ledger.reading() as connection:
                assert connection is not None
                records = list(connection.scalars(sa.select(column)))
            if len(set(records)) == 1:
                put(ledger, column, sample(column) if records[0] is None else changed(records[0]))
                unnoticed += [] if verify(ledger, archive) else [str(column)]
                put(ledger, column, records[0])
    assert unnoticed == []
    assert verify(ledger, archive) == []


@pytest.fixture(scope="module")
def sealed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger in a file and its archive."""
    folder = tmp_path_factory.mktemp("sealed")
    sealed_month(SqliteLedger(folder / "ledger.db"), folder / "archive")
    return folder


WITH_OWN_KEY = {
    "submissions",
    "documents",
    "orders",
    "withdrawals",
    "seals",
}  # a second record like the first is refused by the store itself
FORCED = {
    **{f"one more in {table}": [f"INSERT INTO {table} SELECT * FROM {table}"] for table in sorted(SEALED.keys() - WITH_OWN_KEY)},
    **{f"one less in {table}": [f"DELETE FROM {table} WHERE rowid = 1"] for table in sorted(SEALED.keys() - {"submissions"})},
    "a truth that is neither": ["UPDATE cases SET eligible = 2"],
    "text as bytes": ["UPDATE lines SET legal_basis = CAST(legal_basis AS BLOB)"],
    "an amount with cents of its own": ["UPDATE lines SET delta_cents = 0.5"],
    "another submission": [
        "PRAGMA defer_foreign_keys = ON", "UPDATE submissions SET submission_id = 7",
        *(f"UPDATE {table} SET submission_id = 7" for table in SEALED if table.startswith("rows_")),
    ],
}  # fmt: skip


@pytest.mark.parametrize("how", FORCED)
def test_what_was_forced_into_the_file_is_found(sealed_file: Path, how: str, tmp_path: Path) -> None:
    ledger = SqliteLedger(Path(shutil.copy(sealed_file / "ledger.db", tmp_path)))
    with ledger.transaction() as connection, ExitStack() as looking_away:
        for table in SEALED:
            looking_away.enter_context(unguarded(connection, table))
        for statement in FORCED[how]:
            connection.exec_driver_sql(statement)
    assert "Januar 2025" in verify(ledger, sealed_file / "archive")[0]


def sealed_content(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        return [
            connection.execute(f"SELECT '{table}', * FROM {table} ORDER BY rowid").fetchall()
            for table in ("runs", *sorted(SEALED))
        ]


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_a_byte_of_the_file_is_found_or_changes_nothing_that_was_sealed(
    sealed_file: Path, tmp_path: Path, data: st.DataObject
) -> None:
    whole = (sealed_file / "ledger.db").read_bytes()
    position = data.draw(st.sampled_from([index for index, byte in enumerate(whole) if byte]))
    bit = data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
    path = tmp_path / "ledger.db"
    path.write_bytes(whole[:position] + bytes([whole[position] ^ bit]) + whole[position + 1 :])
    try:
        found = bool(verify(SqliteLedger(path), sealed_file / "archive"))
    except Refusal as refusal:
        found = "lässt sich nicht lesen" in str(refusal)
    assert found or sealed_content(path) == sealed_content(sealed_file / "ledger.db")


@pytest.mark.parametrize("position", range(len(RECEIVED)))
def test_a_byte_of_an_archived_file_is_found(sealed_file: Path, position: int, tmp_path: Path) -> None:
    ledger, archive = SqliteLedger(sealed_file / "ledger.db"), tmp_path / "archive"
    shutil.copytree(sealed_file / "archive", archive)
    (stored,) = archive.iterdir()
    stored.write_bytes(RECEIVED[:position] + bytes([RECEIVED[position] ^ 1]) + RECEIVED[position + 1 :])
    assert "wurde verändert" in verify(ledger, archive)[0]
