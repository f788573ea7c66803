"""Frames in and out of the ledger's tables."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.tables import Types

BATCH = 5_000  # records handed to the driver at once


def write_frame(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame, **fixed: Any) -> None:
    """Append a frame's rows to a table; `fixed` are columns with one value for all rows.

    The rows go to the driver as they are stored, without a detour over the expressions of the database library: a
    large settlement is written about as fast as the store takes it.
    """
    if frame.is_empty():
        return
    stored = frame.with_columns(_as_stored(column) for column in frame.iter_columns())
    stored = stored.with_columns(pl.lit(value).alias(name) for name, value in fixed.items())
    write_records(connection, table.name, stored.columns, stored.iter_rows())


def write_records(
    connection: sa.Connection, table: str, columns: Sequence[str], records: Iterable[tuple[Any, ...]]
) -> None:
    """Append records to a table as they are stored; `columns` are those of the table, in the order of a record."""
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table} ({names}) FROM STDIN", records)
        return
    places, waiting = ", ".join("?" * len(columns)), iter(records)
    while part := list(islice(waiting, BATCH)):
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({places})", part)


def _as_stored(column: pl.Series) -> pl.Series:
    """Decimals as they are written, dates as ISO text, lists as JSON; the rest as it is."""
    if isinstance(column.dtype, pl.Decimal | pl.Date):
        return column.cast(pl.String)
    if isinstance(column.dtype, pl.List):
        filled = (column.list.len() != 0).fill_null(True)  # most lists are empty
        texts = (json.dumps(value, ensure_ascii=False) for value in column.filter(filled).to_list())
        return pl.Series(column.name, [next(texts) if one else "[]" for one in filled.to_list()], dtype=pl.String)
    return column


def _copy(connection: sa.Connection, statement: str, records: Iterable[tuple[Any, ...]]) -> None:
    import psycopg

    assert connection.connection.driver_connection is not None
    cursor = connection.connection.driver_connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for record in records:
                copy.write_row(record)
    except psycopg.Error as error:  # as the library would have passed it on
        raise sa.exc.DBAPIError(statement, None, error) from error


def read_frame(connection: sa.Connection, query: sa.Select[Any], types: Types) -> pl.DataFrame:
    """The rows of a query as a frame of the given types."""
    as_text = {name: dtype for name, dtype in types.items() if dtype.base_type() in (pl.List, pl.Decimal)}
    records = [tuple(record) for record in connection.execute(query)]
    found = pl.DataFrame(records, schema=dict(types) | dict.fromkeys(as_text, pl.String), orient="row")
    return found.with_columns(_from_text(name, dtype) for name, dtype in as_text.items())


def _from_text(name: str, dtype: Any) -> pl.Expr:
    """A column as `_as_stored` wrote it: all its values at once, for one by one they took as long as all else."""
    stored = pl.col(name)
    return stored.str.json_decode(dtype) if dtype.base_type() is pl.List else stored.cast(dtype)


def next_key(connection: sa.Connection, column: sa.Column[int]) -> int:
    """The key of the next record: they follow each other without gaps, however often a draft was replaced."""
    return (connection.scalar(sa.select(sa.func.max(column))) or 0) + 1
