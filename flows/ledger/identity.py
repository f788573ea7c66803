"""Which ledger this is: a random identity, and the months that it approved with their seals (RULES section 8.8)."""

from dataclasses import dataclass

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, identity, runs
from schemas.months import Month
from schemas.refusal import Refusal


@dataclass(frozen=True)
class Known:
    """A ledger, and what it approved: month → seal, in order."""

    identity: str
    seals: dict[Month, str]


def read(ledger: Ledger) -> Known | None:
    """The ledger's identity and months; None where there is none yet. Refusal where it was emptied."""
    with ledger.reading() as connection:
        return None if connection is None else known(connection, ledger.name)


def known(connection: sa.Connection, name: str) -> Known:
    """The same of a ledger that is being read; `name` is what it is called in a refusal."""
    own = connection.scalar(sa.select(identity.c.identity))
    if own is None:
        raise Refusal("ledger-emptied", ledger=name)
    approved = sa.select(runs.c.month, runs.c.digest).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
    return Known(own, dict(connection.execute(approved.order_by(runs.c.month)).all()))
