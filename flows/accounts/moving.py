"""Accounts and receipts apart from any database: told for a backup, and filled in where there are none yet.

Nobody stays signed in through a backup: sessions and failed attempts are not told.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from flows.accounts.database import Database
from flows.accounts.tables import accounts, receipts
from schemas.backup import read_records, written_records
from schemas.refusal import Refusal

_TOLD = {table.name: table for table in (accounts, receipts)}
_UNFIT = (sa.exc.StatementError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)


def tell(database: Database) -> dict[str, bytes]:
    """Table → its records; nothing where there are none."""
    if not database.present():
        return {}
    with database.transaction() as connection:
        told = {}
        for name, table in _TOLD.items():
            records = connection.execute(sa.select(table).order_by(*table.primary_key)).all()
            if records:
                told[name] = written_records(table.c.keys(), [tuple(record) for record in records])
        return told


def fill(database: Database, told: Mapping[str, bytes]) -> bool:
    """Accounts and receipts as they were told; False where there are some already, which stay as they are.

    Refusal where that is not what accounts told.
    """
    try:
        records = {name: read_records(text, _TOLD[name].c.keys()) for name, text in told.items()}
        with database.transaction() as connection:
            if any(connection.execute(sa.select(table).limit(1)).first() for table in _TOLD.values()):
                return False
            for name, (columns, rows) in records.items():
                values = [dict(zip(columns, row, strict=True)) for row in rows]
                connection.execute(sa.insert(_TOLD[name]), values)
    except _UNFIT as error:
        raise Refusal("backup-content", what="die Konten") from error
    return True
