"""What runs do with credit notes that are set against the next invoice (RULES section 8.10): stored with the draft, sealed with it."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from flows.ledger.store.ledger import Reading
from flows.ledger.store.tables import APPROVED, documents, offsets, runs
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.offsets import Decision, Fate, Offset, OffsetBooks

_OF_OWN_DOCUMENT = (str(Fate.WAITS), str(Fate.SET_OFF))  # what changes the Zahlbetrag of the run's own document


def store(connection: sa.Connection, run_id: int, decisions: Sequence[Decision]) -> None:
    """Keep what a draft does with credit notes."""
    if decisions:
        records = [
            {
                "run_id": run_id,
                "ags": each.ags,
                "credit": each.credit,
                "fate": str(each.fate),
                "amount_cents": each.amount_cents,
                "left_cents": each.left_cents,
                "paid_out_cents": each.paid_out_cents,
            }
            for each in decisions
        ]
        connection.execute(sa.insert(offsets), records)


def kept(ledger: Reading) -> bool:
    """Whether any run ever did anything of the kind: else nobody has to look."""
    with ledger.reading() as connection:
        return connection is not None and connection.scalar(sa.select(offsets.c.run_id).limit(1)) is not None


def decided(ledger: Reading, month: Month) -> list[Decision]:
    """What the run of a month does with credit notes, in the order of AGS and numbers, its own last."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        names = ("ags", "credit", "fate", "amount_cents", "left_cents", "paid_out_cents")
        query = sa.select(*(offsets.c[name] for name in names)).join(runs, runs.c.run_id == offsets.c.run_id)
        found = [
            Decision(Ags(ags), credit, Fate(fate), *amounts)
            for ags, credit, fate, *amounts in connection.execute(query.where(runs.c.month == month))
        ]
        return sorted(
            found, key=lambda each: (each.ags, each.credit is None, each.credit or "", each.fate == Fate.PAID_OUT)
        )


def nothing_due(connection: sa.Connection, run_id: int) -> frozenset[Ags]:
    """AGS of those whose document of the run asks for no transfer: its credit waits, or credits cover its invoice."""
    used = sa.cast(sa.func.sum(offsets.c.amount_cents), sa.BigInteger)
    query = (
        sa.select(documents.c.ags)
        .join(offsets, sa.and_(offsets.c.run_id == documents.c.run_id, offsets.c.ags == documents.c.ags))
        .where(documents.c.run_id == run_id, offsets.c.fate.in_(_OF_OWN_DOCUMENT))
        .group_by(documents.c.ags, documents.c.total_cents)
        .having(used == sa.func.abs(documents.c.total_cents))
    )
    return frozenset(Ags(ags) for ags in connection.scalars(query))


def offsets_of(connection: sa.Connection, ags: Ags) -> dict[Month, int]:
    """Month → what of a municipality's document is not transferred, with the other sign: less than 0 of an invoice."""
    signed = sa.case((offsets.c.fate == str(Fate.WAITS), offsets.c.amount_cents), else_=-offsets.c.amount_cents)
    query = (
        sa.select(runs.c.month, sa.cast(sa.func.sum(signed), sa.BigInteger))
        .join(runs, runs.c.run_id == offsets.c.run_id)
        .where(offsets.c.ags == ags, offsets.c.fate.in_(_OF_OWN_DOCUMENT))
        .group_by(runs.c.month)
    )
    return dict(connection.execute(query).all())


def read_offset_books(
    connection: sa.Connection, month: Month | None, reversals: Mapping[str, tuple[date, Month]]
) -> OffsetBooks:
    """All that approved runs did with credit notes, with a month only those up to it; `reversals`: document → day and run of its Storno."""
    until = [] if month is None else [runs.c.month <= month]
    query = (
        sa.select(offsets, documents.c.number, documents.c.document_date, runs.c.month)
        .join(runs, runs.c.run_id == offsets.c.run_id)
        .join(
            documents,
            sa.and_(documents.c.run_id == offsets.c.run_id, documents.c.ags == offsets.c.ags),
            isouter=True,  # a municipality that has left may have no document
        )
        .where(runs.c.state == APPROVED, *until)
        .order_by(runs.c.month, offsets.c.ags, offsets.c.credit)
    )
    waiting: set[str] = set()
    found: list[Offset] = []
    paid_out: dict[str, int] = {}
    for each in connection.execute(query):
        if each.fate == Fate.WAITS:
            waiting.add(each.number)
        elif each.fate == Fate.PAID_OUT:
            paid_out[each.credit] = max(each.paid_out_cents, paid_out.get(each.credit, 0))
        elif each.fate == Fate.SET_OFF:
            back = reversals.get(each.number, (None, None))
            found.append(
                Offset(
                    Ags(each.ags), each.number, each.credit, each.amount_cents, each.document_date, each.month, *back
                )
            )
    taken_back = {credit: reversals[credit][1] for credit in waiting & reversals.keys()}
    return OffsetBooks(frozenset(waiting), tuple(found), paid_out, taken_back)
