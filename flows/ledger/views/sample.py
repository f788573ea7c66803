"""Positions of an approved month, drawn by chance for whoever audits."""

from hashlib import sha256

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, lines, runs
from schemas.audit import Drawn, Sample
from schemas.months import Month
from schemas.refusal import Refusal
from schemas.results import LINE_KEY


def sample(ledger: Ledger, month: Month, size: int) -> Sample:
    """So many positions with an amount of an approved month, each with the same chance. Refusal where there is no such month.

    Chance is the month's seal: nobody knew it before the month was approved, and whoever draws again draws the same.
    """
    with ledger.reading() as connection:
        sealed = sa.select(runs.c.run_id, runs.c.digest).where(
            runs.c.month == month, runs.c.state == APPROVED, runs.c.kind.is_(None)
        )
        run = connection.execute(sealed).first() if connection else None
        if connection is None or run is None:
            raise Refusal("page-unknown")
        columns = (*(lines.c[name] for name in LINE_KEY), lines.c.delta_cents)
        own = sa.select(*columns).where(
            lines.c.run_id == run.run_id, lines.c.delta_cents != 0, lines.c.reversal_of.is_(None)
        )
        found = connection.execute(own).mappings().all()

    def chance(line: sa.RowMapping) -> str:
        return sha256("\n".join((run.digest, *(line[name] for name in LINE_KEY))).encode()).hexdigest()

    drawn = sorted(found, key=chance)[:size]
    return Sample(
        month,
        size,
        len(found),
        tuple(
            Drawn(
                ags=line["ags"],
                case_id=line["case_id"] or None,
                service_month=line["service_month"],
                kind=line["kind"],
                reference=line["reference"],
                amount_cents=line["delta_cents"],
            )
            for line in drawn
        ),
    )
