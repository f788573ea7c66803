"""A ledger's records apart from any store: told by the ledger that is read, and filled into one that is not there yet.

Records are told as they are stored, in the order of the store; dates and truth values as SQLite keeps them. So a file
and a server tell the same, and seals hold wherever the records are filled in. What lies in the outputs is not told: it
is found out anew beside the ledger that was filled.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from flows.ledger.store import migrations
from flows.ledger.store.frames import write_records
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.seal import as_stored
from flows.ledger.store.tables import APPROVED, folders, metadata
from schemas.backup import read_records, written_records
from schemas.months import Month
from schemas.refusal import Refusal

SCHEMA = migrations.HEAD  # the version of what is told
# What refers to another comes later.
TOLD = tuple(table.name for table in metadata.sorted_tables if table is not folders)
# Of text that is no record of ours.
_UNFIT = (sa.exc.DBAPIError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)


def tell(connection: sa.Connection, ledger: str) -> Iterator[tuple[str, bytes]]:
    """Table → its records as lines of JSON, the first of them the names of the columns.

    `ledger` is its name in a refusal: that of one which holds what no ledger holds.
    """
    place = "ctid" if connection.dialect.name == "postgresql" else "rowid"
    for name in TOLD:
        table = metadata.tables[name]
        query = f"SELECT {as_stored(connection, table.c)} FROM {name} AS record ORDER BY record.{place}"
        try:
            yield name, written_records(table.c.keys(), connection.exec_driver_sql(query))
        except TypeError as error:
            raise Refusal("ledger-unreadable", ledger=ledger, reason=str(error)) from error


def fill(ledger: Ledger, version: str, told: Mapping[str, bytes], written: frozenset[Month]) -> None:
    """A new ledger with the records that another one told; `written`: months whose documents are there already.

    Refusal where a ledger is there, where it cannot be written, and where this is not what a ledger of the version told.
    """
    try:
        with ledger.filling(version) as connection:
            _fill(connection, told)
            if written:
                connection.execute(
                    sa.insert(folders), [{"month": month, "state": APPROVED} for month in sorted(written)]
                )
    except _UNFIT as error:
        raise Refusal("backup-content", what="das Buch") from error


def _fill(connection: sa.Connection, told: Mapping[str, bytes]) -> None:
    there = sa.inspect(connection)
    if told.keys() - set(TOLD):
        raise ValueError("no tables of a ledger")
    for name in TOLD:
        if not there.has_table(name):  # in an earlier version
            continue
        columns, records = read_records(told[name], (column["name"] for column in there.get_columns(name)))
        write_records(connection, name, columns, records)
