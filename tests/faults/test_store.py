"""Both stores: the migrated schema, what triggers refuse, and programmes that keep to themselves."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from flows.ledger.store import ledger as store
from flows.ledger.store import migrations, triggers
from flows.ledger.store.connect import open_ledger
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import OF_RUN, metadata, rows
from schemas.refusal import Refusal
from tests.stores import STORES, new_ledger


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return new_ledger(request.param, tmp_path, request)


def test_the_migrations_are_one_line_and_their_names_tell_the_order() -> None:
    script = ScriptDirectory(str(migrations.FOLDER))
    assert script.get_heads() == [migrations.HEAD]
    assert all(Path(revision.path).name.startswith(f"v{revision.revision}_") for revision in script.walk_revisions())


def test_the_migrated_schema_is_that_of_the_tables(ledger: Ledger) -> None:
    """A new ledger is made of today's tables; one that all migrations brought there is no different."""
    with ledger.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        metadata.drop_all(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))
        migrations.migrate(connection, "base")
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert migrations.version(connection, ledger.name) == migrations.HEAD


def test_every_table_that_belongs_to_a_run_is_sealed_and_guarded() -> None:
    of_run = {table.name for table in metadata.tables.values() if {"run_id", "submission_id"} & set(table.c.keys())}
    assert of_run == triggers.SEALED.keys() | {"runs"}
    assert of_run == {table.name for table in (*OF_RUN, *rows.values())} | {"runs", "seals"}


def test_opening_a_ledger_again_changes_nothing(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.transaction() as connection:
            assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == migrations.HEAD
            assert triggers.differing(connection) == []


def test_nothing_is_created_by_reading(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.reading() as connection:
            assert connection is None


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WAIT_SECONDS", 0.05)


def test_two_do_not_write_at_once(ledger: Ledger, impatient: None) -> None:
    with ledger.transaction(), pytest.raises(Refusal, match="ein anderer Lauf schreibt gerade"), ledger.transaction():
        pass
    with ledger.transaction():
        pass  # free again


def test_two_do_not_settle_at_once(ledger: Ledger, impatient: None) -> None:
    with ledger.alone() as first, ledger.alone(wait=False) as second:
        assert (first, second) == (True, False)
        with pytest.raises(Refusal, match="arbeitet gerade ein anderer Lauf"), ledger.alone():
            pass
        with ledger.transaction():
            pass  # whoever is alone may write
    with ledger.alone(wait=False) as free:
        assert free


def test_programmes_on_one_server_keep_to_themselves(
    postgres: sa.URL, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACEMENT_PREMIUM_LEDGER", postgres.render_as_string(hide_password=False))
    first, second = (open_ledger(tmp_path, programme) for programme in ("nord", "sued"))
    with first.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO runs (run_id, month, state, drafted_by) VALUES (1, '2025-01', 'draft', 'Eva')"
        )
    with second.reading() as connection:
        assert connection is None
    with second.transaction() as connection, first.alone(wait=False) as free:
        assert connection.scalar(sa.text("SELECT count(*) FROM runs")) == 0
        assert free  # nor do they wait for each other
    with pytest.raises(Refusal, match="zu lang"):
        open_ledger(tmp_path, "p" * 46)  # placement_premium_ and 46 letters are 64


@pytest.mark.parametrize(
    "address", ["ledger.db", "mysql://server/ledger", "sqlite:///ledger.db", "postgresql+asyncpg://server/ledger"]
)
def test_an_address_that_is_no_postgresql_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACEMENT_PREMIUM_LEDGER", address)
    with pytest.raises(Refusal, match="PLACEMENT_PREMIUM_LEDGER ist keine Adresse"):
        open_ledger(tmp_path, "nord")


def test_a_server_that_does_not_answer_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACEMENT_PREMIUM_LEDGER", "postgresql+psycopg://kreis:geheim@127.0.0.1:9/ledger")
    ledger = open_ledger(tmp_path, "nord")
    for opening in (ledger.reading, ledger.transaction, ledger.alone):
        with pytest.raises(Refusal, match=r"127\.0\.0\.1:9/ledger") as refused, opening():
            pass
        assert "geheim" not in str(refused.value)


def test_a_ledger_of_a_newer_version_is_refused(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refusal, match="neuere Fassung"), ledger.reading():
        pass
    with pytest.raises(Refusal, match="neuere Fassung"), ledger.transaction():
        pass
