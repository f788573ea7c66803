"""Who must stay in the programme file: every municipality that the ledger knows (RULES section 7.8)."""

import tomllib
from collections.abc import Collection

import sqlalchemy as sa

from flows.ledger.provenance import latest
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import APPROVED, OPENING, documents, lines, orders, runs, submissions
from schemas.documents import ReturnState
from schemas.identifiers import Ags
from schemas.refusal import Refusal


def check_members(ledger: Ledger, members: Collection[Ags]) -> None:
    """Refusal where municipalities are missing that have postings, an accepted return or an order."""
    with ledger.reading() as connection:
        if connection is None:
            return
        approved = runs.c.state == APPROVED
        known = sa.union(
            sa.select(documents.c.ags).where(documents.c.number.is_not(None)),
            sa.select(lines.c.ags).join(runs, runs.c.run_id == lines.c.run_id).where(runs.c.kind == OPENING),
            sa.select(submissions.c.ags)
            .join(runs, runs.c.run_id == submissions.c.run_id)
            .where(approved, submissions.c.state == str(ReturnState.ACCEPTED)),
            sa.select(orders.c.ags),
        )
        missing = sorted(set(connection.scalars(known)) - set(members))
    if missing:
        names = _names(ledger)
        raise Refusal("members-removed", owners=tuple((ags, names.get(ags, "")) for ags in missing))


def _names(ledger: Ledger) -> dict[Ags, str]:
    """AGS → name, in the programme file that the month approved last was drafted with."""
    kept = latest(ledger)
    entries = tomllib.loads(kept.programme).get("municipality", ()) if kept else ()
    return {entry["ags"]: entry["name"] for entry in entries}
