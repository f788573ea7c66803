"""Posted and drafted lines, read back in the order of posting."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, LINE_TYPES, columns, lines, runs
from schemas.results import LINES, empty


def posted(ledger: Ledger) -> pl.DataFrame:
    """All lines of approved runs, those that reverse a document included, in the order of posting (results.LINES)."""
    with ledger.reading() as connection:
        return empty(LINES) if connection is None else lines_of(connection, runs.c.state == APPROVED)


def lines_of(connection: sa.Connection, which: sa.ColumnElement[bool], settled: bool | None = None) -> pl.DataFrame:
    """The lines of some runs in the order of posting (results.LINES): settled ones, those that reverse, or both."""
    types = {"settled_in": pl.String, **LINE_TYPES}
    query = sa.select(runs.c.month, *columns(lines, LINE_TYPES)).join(runs, runs.c.run_id == lines.c.run_id)
    if settled is not None:
        query = query.where(lines.c.reversal_of.is_(None) == settled)
    key = (lines.c.service_month, lines.c.ags, lines.c.case_id, lines.c.kind, lines.c.reference)
    order = (runs.c.month, lines.c.reversal_of.is_(None), *key)
    return read_frame(connection, query.where(which).order_by(*order), types)
