"""Opening balances: what was charged before this software, posted as the run before the first month."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from flows.ledger.four_eyes import same_person
from flows.ledger.store.frames import next_key, write_frame
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.seal import seal
from flows.ledger.store.tables import APPROVED, DRAFT, OPENING, lines, runs
from flows.ledger.submissions import newest_seal
from schemas.refusal import Refusal
from schemas.results import COMPUTED_LINES, LINES


def draft_opening(ledger: Ledger, month: str, by: str, balances: pl.DataFrame) -> None:
    """Store opening balances (results.COMPUTED_LINES) as a draft, in place of any before.

    `month` is the one before the programme's first. Refusal where a month is drafted or approved already.
    """
    charged = balances.with_columns(
        settled_in=pl.lit(month), posted_before_cents=pl.lit(0, pl.Int64), delta_cents=pl.col("computed_cents")
    )
    opening = LINES.validate(charged.select(LINES.columns.keys()))
    with ledger.transaction() as connection:
        _check_first(connection)
        for run_id in connection.scalars(sa.select(runs.c.run_id).where(runs.c.kind == OPENING)).all():
            for table in (lines, runs):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        run_id = next_key(connection, runs.c.run_id)
        connection.execute(sa.insert(runs).values(run_id=run_id, month=month, state=DRAFT, drafted_by=by, kind=OPENING))
        write_frame(connection, lines, opening.drop("settled_in"), run_id=run_id)


def approve_opening(ledger: Ledger, by: str, on: date, balances: pl.DataFrame) -> None:
    """Post the drafted opening balances. Refusal where there are none, they are others, or the drafter approves.

    Always a second person: four eyes can be off only once a month has been approved (RULES section 8.2).
    """
    with ledger.transaction() as connection:
        _check_first(connection)
        draft = connection.execute(
            sa.select(runs.c.run_id, runs.c.drafted_by).where(runs.c.kind == OPENING)
        ).one_or_none()
        if draft is None:
            raise Refusal("opening-not-waiting")
        if same_person(by, draft.drafted_by):
            raise Refusal("opening-same-person", name=draft.drafted_by)
        if not _computed(lines_of(connection, runs.c.run_id == draft.run_id)).equals(balances):
            raise Refusal("opening-of-other-file")
        sealed = {"approved_by": by, "document_date": on, "predecessor_digest": newest_seal(connection)}
        connection.execute(sa.update(runs).where(runs.c.run_id == draft.run_id).values(**sealed))
        digest = seal(connection, draft.run_id)
        connection.execute(sa.update(runs).where(runs.c.run_id == draft.run_id).values(state=APPROVED, digest=digest))


def _check_first(connection: sa.Connection) -> None:
    entry = connection.execute(
        sa.select(runs.c.month, runs.c.state, runs.c.kind)
        .where(sa.or_(runs.c.kind.is_(None), runs.c.state == APPROVED)).order_by(runs.c.month).limit(1)
    ).one_or_none()  # fmt: skip
    if entry is None:
        return
    if entry.kind == OPENING:
        raise Refusal("opening-posted")
    raise Refusal("opening-after-approval" if entry.state == APPROVED else "opening-after-draft", month=entry.month)


def opening_lines(connection: sa.Connection) -> pl.DataFrame:
    """The posted opening balances (results.COMPUTED_LINES)."""
    return _computed(lines_of(connection, sa.and_(runs.c.kind == OPENING, runs.c.state == APPROVED)))


def _computed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(COMPUTED_LINES.columns.keys())
