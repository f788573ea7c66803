"""Both stores: the migrated schema, what triggers refuse, and programmes that keep to themselves."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from flows.ledger import guard, migrations
from flows.ledger.store import Ledger
from flows.ledger.tables import OF_RUN, metadata, rows
from tests.postgres import STORES, new_ledger


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return new_ledger(request.param, tmp_path, request)


def test_the_migrations_are_one_line_and_their_names_tell_the_order() -> None:
    script = ScriptDirectory(str(migrations.FOLDER))
    assert script.get_heads() == [migrations.HEAD]
    assert all(Path(revision.path).name.startswith(f"v{revision.revision}_") for revision in script.walk_revisions())


def test_the_migrated_schema_is_that_of_the_tables(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_table_that_belongs_to_a_run_is_sealed_and_guarded() -> None:
    of_run = {table.name for table in metadata.tables.values() if {"run_id", "submission_id"} & set(table.c.keys())}
    assert of_run == guard.SEALED.keys() | {"runs"}
    assert of_run == {table.name for table in (*OF_RUN, *rows.values())} | {"runs", "seals"}


def test_opening_a_ledger_again_changes_nothing(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.transaction() as connection:
            assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == migrations.HEAD
            assert guard.missing(connection) == []


def test_nothing_is_created_by_reading(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.reading() as connection:
            assert connection is None
