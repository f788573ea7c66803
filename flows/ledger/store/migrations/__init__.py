"""Bringing a ledger to the schema of this version, by itself, whenever it is opened.

To change a table: change it in flows/ledger/store/tables.py, and add `versions/v<next number>_<what>.py` with `revision`,
`down_revision` (the number before) and `upgrade()`, written out in Alembic's operations, never by the metadata: a
migration stays as it is when the tables move on. A table or column whose records belong to a sealed run enters the
seal by itself (flows/ledger/store/seal.py) and needs an entry in `OF_RUN`; a new column of a sealed table must be nullable,
and stays empty in older runs, so that their digests hold. Triggers are not migrated but set anew after every
migration (flows/ledger/store/triggers.py): to change them alone, add a migration that does nothing. tests/faults/test_store.py
holds that the migrated schema is that of the tables, in both stores.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from flows.ledger.store import triggers
from flows.ledger.store.tables import identity, metadata
from schemas.refusal import Refusal

FOLDER = Path(__file__).parent
_KNOWN = frozenset(path.name[1:5] for path in (FOLDER / "versions").glob("v*.py"))
HEAD = max(_KNOWN)
# Alembic's own table, in which a new ledger, made of today's tables at once, notes its version as a migrated one does.
_VERSION = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))


def version(connection: sa.Connection, name: str) -> str | None:
    """The version of a ledger's schema, None where there are no tables; Refusal where this program cannot use it."""
    if not sa.inspect(connection).has_table("alembic_version"):
        if sa.inspect(connection).has_table("runs"):
            raise Refusal("ledger-of-preview", ledger=name)
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found is None:
        raise Refusal("ledger-emptied", ledger=name)
    if found > HEAD:
        raise Refusal("ledger-newer", ledger=name)
    if found not in _KNOWN:
        raise Refusal("ledger-unreadable", ledger=name, reason=f"alembic_version {found!r}")
    return found


def upgrade(connection: sa.Connection, name: str, keep: Callable[[sa.Connection, str], None]) -> None:
    """The tables of this version, made or migrated, inside the transaction that is open.

    `keep` is told the version that is about to be migrated, before anything of it is changed.
    """
    current = version(connection, name)
    if current == HEAD:
        return
    if current is None:
        _create(connection)
        connection.execute(sa.insert(identity).values(identity=secrets.token_hex(16)))
    else:
        keep(connection, current)
        migrate(connection, current)
    triggers.install(connection)


def make(connection: sa.Connection, at: str) -> None:
    """The tables of this version or of an earlier one, without a record and without triggers."""
    if at == HEAD:
        _create(connection)
        return
    migrate(connection, "base", at)
    for name in sa.inspect(connection).get_table_names():
        if name != _VERSION.name:
            connection.exec_driver_sql(f"DELETE FROM {name}")  # a migration may have given a ledger its identity


def finish(connection: sa.Connection, at: str) -> None:
    """What `make` began and records filled becomes a ledger of this version, guarded."""
    if at != HEAD:
        migrate(connection, at)
    triggers.install(connection)


def _create(connection: sa.Connection) -> None:
    metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(sa.insert(_VERSION).values(version_num=HEAD))


def migrate(connection: sa.Connection, current: str, to: str = "head") -> None:
    """All migrations that follow a version ("base": none yet)."""
    # imported here, for Alembic takes longer to load than a ledger to open
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(FOLDER))
    context = MigrationContext.configure(connection)
    for revision in reversed(list(script.iterate_revisions(to, current))):
        with Operations.context(context):
            revision.module.upgrade()
        context.stamp(script, revision.revision)
