"""Which earlier documents a run's documents correct or take back."""

import polars as pl
import sqlalchemy as sa

from flows.ledger.frames import read_frame
from flows.ledger.tables import CANCELLATION, documents, lines, orders, runs
from schemas.documents import CORRECTED
from schemas.results import LINE_KEY, frame_schema


def corrected_documents(connection: sa.Connection, run_id: int, month: str) -> pl.DataFrame:
    """The numbered documents in which lines stand that the run settles anew, and those that it reverses (CORRECTED).

    A document that was reversed, earlier or in this run, is taken back already and corrected by nothing else.
    """
    types = frame_schema(CORRECTED)
    own, before = lines.alias("own"), lines.alias("before")
    same_key = [own.c[name] == before.c[name] for name in LINE_KEY]
    named = (documents.c.ags, documents.c.number, documents.c.document_date)
    reversed_numbers = (
        sa.select(orders.c.reference)
        .join(runs, runs.c.run_id == orders.c.run_id)
        .where(orders.c.kind == CANCELLATION, runs.c.month <= month)
    )
    corrected = (
        sa.select(*named, sa.literal(value=False))
        .distinct()
        .select_from(own)
        .join(before, sa.and_(*same_key, before.c.run_id != own.c.run_id))
        .join(runs, runs.c.run_id == before.c.run_id)
        .join(documents, sa.and_(documents.c.run_id == before.c.run_id, documents.c.ags == own.c.ags))
        .where(
            own.c.run_id == run_id, own.c.delta_cents != 0, own.c.reversal_of.is_(None), before.c.reversal_of.is_(None),
            runs.c.month < month, documents.c.number.is_not(None), documents.c.number.not_in(reversed_numbers),
        )
    )  # fmt: skip
    taken_back = (
        sa.select(*named, sa.literal(value=True))
        .join(orders, orders.c.reference == documents.c.number)
        .where(orders.c.run_id == run_id, orders.c.kind == CANCELLATION)
    )
    found = [read_frame(connection, query, types) for query in (corrected, taken_back)]
    return CORRECTED.validate(pl.concat(found).sort("ags", "document_date", "number"))
