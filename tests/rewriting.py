"""What someone can do who may write the ledger and the outputs and knows how they are sealed."""

from pathlib import Path

import sqlalchemy as sa

from flows.emit.identity_card import FILE
from flows.ledger import journal
from flows.ledger.store.tables import journal as entered
from schemas.journal import Act


def enter_anew(connection: sa.Connection, sealed: str) -> None:
    """The journal once more, with another seal of the only approved month, every entry chained to the one before."""
    before = ""
    for record in connection.execute(sa.select(entered).order_by(entered.c.entry_id)).mappings().all():
        content = {key: value for key, value in record.items() if key not in ("entry_id", "digest")}
        if content["act"] == Act.APPROVAL:
            content["content"] = sealed
        before = journal._digest(before, *content.values())
        own = entered.c.entry_id == record["entry_id"]
        connection.execute(sa.update(entered).where(own).values(digest=before, **content))


def without_card(outputs: Path) -> None:
    """The outputs know of no ledger any more; the next command writes a card of the one that it finds."""
    (outputs / FILE).unlink()
