"""Frames in and out of the ledger's tables."""

import json
from decimal import Decimal
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger.tables import Types


def write_frame(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame, **fixed: Any) -> None:
    """Append a frame's rows to a table; `fixed` are columns with one value for all rows."""
    if frame.is_empty():
        return
    texts = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal)]
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    records = frame.with_columns(pl.col(texts).cast(pl.String)).to_dicts()
    for record in records:
        record |= fixed
        for name in lists:
            record[name] = json.dumps(record[name], ensure_ascii=False)
    connection.execute(sa.insert(table), records)


def read_frame(connection: sa.Connection, query: sa.Select[Any], types: Types) -> pl.DataFrame:
    """The rows of a query as a frame of the given types."""
    names = list(types)
    lists = [names.index(name) for name, dtype in types.items() if dtype.base_type() is pl.List]
    decimals = [names.index(name) for name, dtype in types.items() if dtype.base_type() is pl.Decimal]
    records = [list(record) for record in connection.execute(query)]
    for record in records:
        for index in lists:
            record[index] = json.loads(record[index])
        for index in decimals:
            record[index] = None if record[index] is None else Decimal(record[index])
    return pl.DataFrame(records, schema=dict(types), orient="row")


def next_key(connection: sa.Connection, column: sa.Column[int]) -> int:
    """The key of the next record: they follow each other without gaps, however often a draft was replaced."""
    return (connection.scalar(sa.select(sa.func.max(column))) or 0) + 1
