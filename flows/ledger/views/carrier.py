"""What of every document is the carrier's, and what was taken back (RULES section 8.6)."""

import sqlalchemy as sa

from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import APPROVED, CANCELLATION, documents, lines, orders, runs
from schemas.finance import CarrierPart
from schemas.results import CARRIER_KINDS


def read_carrier_parts(ledger: Reading) -> list[CarrierPart]:
    """All approved documents of which a part is the carrier's, in the order of their numbers."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        part = sa.cast(sa.func.sum(lines.c.delta_cents), sa.BigInteger)
        own = sa.and_(lines.c.run_id == documents.c.run_id, lines.c.ags == documents.c.ags)
        reversing = (
            sa.select(orders.c.reference, runs.c.month)
            .join(runs, runs.c.run_id == orders.c.run_id)
            .where(orders.c.kind == CANCELLATION, runs.c.state == APPROVED)
        )
        taken_back = dict(connection.execute(reversing).all())
        query = (
            sa.select(documents.c.number, runs.c.month, documents.c.total_cents, part)
            .join(runs, runs.c.run_id == documents.c.run_id)
            .join(lines, own)
            .where(runs.c.state == APPROVED, documents.c.number.is_not(None))
            .where(lines.c.kind.in_([str(kind) for kind in CARRIER_KINDS]), lines.c.reversal_of.is_(None))
            .group_by(
                documents.c.number, documents.c.year, documents.c.running_number, runs.c.month, documents.c.total_cents
            )
            .order_by(documents.c.year, documents.c.running_number)
        )
        return [
            CarrierPart(number, month, total, carrier, taken_back.get(number))
            for number, month, total, carrier in connection.execute(query)
            if carrier
        ]
