"""Opening balances: what was charged before this software, posted as the run before the first month."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.four_eyes import same_person
from flows.ledger.store.frames import next_key, read_frame, write_frame
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.seal import seal
from flows.ledger.store.tables import APPROVED, DRAFT, TAKEN_OVER_TYPES, columns, lines, runs, taken_over
from flows.ledger.store.tables import OPENING as OPENING_RUN
from flows.ledger.submissions import newest_seal
from schemas.journal import Act
from schemas.months import Month
from schemas.office import OpeningRun
from schemas.refusal import Refusal
from schemas.results import LINE_KEY, LINES
from schemas.standing import OPENING


def draft_opening(ledger: Ledger, month: Month, by: str, balances: pl.DataFrame) -> None:
    """Store opening balances (standing.OPENING) as a draft, in place of any before.

    `month` is the one before the programme's first. Refusal where a month is drafted or approved already.
    """
    charged = balances.with_columns(
        settled_in=pl.lit(month), posted_before_cents=pl.lit(0, pl.Int64), delta_cents=pl.col("computed_cents")
    )
    opening = LINES.validate(charged.select(LINES.columns.keys()))
    with ledger.transaction() as connection:
        _check_first(connection)
        for run_id in connection.scalars(sa.select(runs.c.run_id).where(runs.c.kind == OPENING_RUN)).all():
            for table in (lines, taken_over, runs):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        run_id = next_key(connection, runs.c.run_id)
        connection.execute(
            sa.insert(runs).values(run_id=run_id, month=month, state=DRAFT, drafted_by=by, kind=OPENING_RUN)
        )
        write_frame(connection, lines, opening.drop("settled_in"), run_id=run_id)
        write_frame(connection, taken_over, _told(balances), run_id=run_id)
        journal.note(connection, ledger.account, Act.OPENING, by, month)


def approve_opening(ledger: Ledger, by: str, on: date, balances: pl.DataFrame) -> None:
    """Post the drafted opening balances. Refusal where there are none, they are others, or the drafter approves.

    Always a second person: four eyes can be off only once a month has been approved (RULES section 8.2).
    """
    with ledger.transaction() as connection:
        _check_first(connection)
        draft = connection.execute(
            sa.select(runs.c.run_id, runs.c.month, runs.c.drafted_by).where(runs.c.kind == OPENING_RUN)
        ).one_or_none()
        if draft is None:
            raise Refusal("opening-not-waiting")
        if same_person(by, draft.drafted_by):
            raise Refusal("opening-same-person", name=draft.drafted_by)
        if not _read(connection, runs.c.run_id == draft.run_id).equals(balances):
            raise Refusal("opening-of-other-file")
        sealed = {"approved_by": by, "document_date": on, "predecessor_digest": newest_seal(connection)}
        connection.execute(sa.update(runs).where(runs.c.run_id == draft.run_id).values(**sealed))
        digest = seal(connection, draft.run_id)
        connection.execute(sa.update(runs).where(runs.c.run_id == draft.run_id).values(state=APPROVED, digest=digest))
        journal.note(connection, ledger.account, Act.OPENING_APPROVAL, by, draft.month, digest)


def _told(balances: pl.DataFrame) -> pl.DataFrame:
    """What the file tells beside the amounts, of those rows where it does."""
    told = balances.select(TAKEN_OVER_TYPES.keys())
    return told.filter(pl.any_horizontal(pl.exclude(LINE_KEY).is_not_null()))


def _check_first(connection: sa.Connection) -> None:
    entry = connection.execute(
        sa.select(runs.c.month, runs.c.state, runs.c.kind)
        .where(sa.or_(runs.c.kind.is_(None), runs.c.state == APPROVED))
        .order_by(runs.c.month)
        .limit(1)
    ).one_or_none()
    if entry is None:
        return
    if entry.kind == OPENING_RUN:
        raise Refusal("opening-posted")
    raise Refusal("opening-after-approval" if entry.state == APPROVED else "opening-after-draft", month=entry.month)


def opening_run(ledger: Ledger) -> OpeningRun | None:
    """The opening balances as they were drafted or posted; None where there are none."""
    with ledger.reading() as connection:
        if connection is None:
            return None
        who = sa.select(runs.c.drafted_by, runs.c.approved_by, runs.c.document_date)
        found = connection.execute(who.where(runs.c.kind == OPENING_RUN)).one_or_none()
        return None if found is None else OpeningRun(*found, _read(connection, runs.c.kind == OPENING_RUN))


def is_opened(ledger: Ledger) -> bool:
    """Whether opening balances are posted."""
    with ledger.reading() as connection:
        posted = sa.and_(runs.c.kind == OPENING_RUN, runs.c.state == APPROVED)
        return connection is not None and connection.scalar(sa.select(runs.c.run_id).where(posted)) is not None


def opening_balances(connection: sa.Connection) -> pl.DataFrame:
    """The posted opening balances (standing.OPENING)."""
    return _read(connection, sa.and_(runs.c.kind == OPENING_RUN, runs.c.state == APPROVED))


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> pl.DataFrame:
    told = sa.select(*columns(taken_over, TAKEN_OVER_TYPES)).join(runs, runs.c.run_id == taken_over.c.run_id)
    found = lines_of(connection, which).join(
        read_frame(connection, told.where(which), TAKEN_OVER_TYPES), on=LINE_KEY, how="left", maintain_order="left"
    )
    return OPENING.validate(found.select(OPENING.columns.keys()))
