"""What the ledger knows of one case: the rows that hold, the draft included, the files they stand in, its lines."""

import json
from collections.abc import Iterable

import polars as pl
import sqlalchemy as sa

from flows.ledger.balances import opening_balances
from flows.ledger.guarantee import neutrality
from flows.ledger.month_state import months
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import APPROVED, DRAFT, OPENING, documents, lines, rows, runs, submissions
from flows.ledger.submissions import rows_of
from flows.ledger.views.month import letters_of
from schemas.derivation import Booking, CaseHistory, ReturnFile
from schemas.documents import ReturnState
from schemas.identifiers import Ags, CaseId
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import empty
from schemas.returns import TABLES, empty_frame
from schemas.standing import ERASED_SAVINGS, Standing, closed_postings

_TABLES = ("benefits", "opportunities", "placements")  # what a case's figures are made from


def case_history(
    ledger: Ledger, programme: Programme, case_id: CaseId, month: Month | None, ags: Ags | None, with_draft: bool = True
) -> CaseHistory:
    """Everything that a case's figures of a settled month, or of its newest one, come from, as the newest run knows it.

    For each municipality and month the return accepted last holds, those of the current draft included, unless it is to be
    left out. Refusal where the month is not settled, or where case and month do not lead to exactly one municipality's case.
    """
    entries = [entry for entry in months(ledger) if with_draft or entry.state == APPROVED]
    _check_settled([entry.month for entry in entries], month)
    if ags is not None and ags not in programme.members:
        raise Refusal("case-of-no-member", ags=ags)
    with ledger.reading() as connection:
        assert connection is not None  # a month is settled
        frames = _frames(connection, case_id, with_draft)
        bookings = [entry for entry in _bookings(connection, case_id) if with_draft or entry[1].approved]
        known = {
            (owner, of_month) for frame in frames.values() for owner, of_month in frame.select("ags", "month").rows()
        }
        known |= {(owner, booking.service_month) for owner, booking in bookings}
        owner = _owner(known, case_id, ags, programme)
        own_months = tuple(sorted(of_month for of, of_month in known if of == owner))
        if month is not None and month not in own_months:
            raise Refusal("case-of-other-months", case_id=case_id, month=month, months=own_months)
        own = {name: frame.filter(pl.col("ags") == owner) for name, frame in frames.items()}
        files = _files(connection, {digest for frame in own.values() for digest in frame["file_sha256"]})
        neutral = neutrality(connection, entries[-1].month).of(owner)
        stands = _stands(connection, owner, case_id, neutral.closed_until)
    newest = {entry.state: entry.month for entry in entries}
    return CaseHistory(
        ags=owner,
        municipality=programme.name_of(owner),
        case_id=case_id,
        month=month or own_months[-1],
        months=own_months,
        approved_until=newest.get(APPROVED),
        draft=newest.get(DRAFT),
        rows=own,
        files=files,
        bookings=tuple(booking for of, booking in bookings if of == owner),
        stands=stands,
        neutrality=neutral,
    )


def _stands(connection: sa.Connection, ags: Ags, case_id: CaseId, closed_until: Month) -> Standing:
    """What was taken over of a case where no return tells of the month, and what is posted for it in closed months."""
    accepted = sa.select(submissions.c.month).where(
        submissions.c.ags == ags, submissions.c.state == str(ReturnState.ACCEPTED)
    )
    told = connection.scalars(accepted.distinct()).all()
    opening = opening_balances(connection).filter(~pl.col("service_month").is_in(told), ags=ags, case_id=case_id)
    own = sa.and_(runs.c.state == APPROVED, lines.c.ags == ags, lines.c.case_id == case_id)
    posted = lines_of(connection, sa.and_(own, lines.c.service_month <= closed_until))
    return Standing(opening, closed_until, closed_postings(posted, closed_until, opening), empty(ERASED_SAVINGS))


def _check_settled(settled: list[Month], month: Month | None) -> None:
    """Every service month up to the newest run's is settled: a run settles all months up to its own."""
    if not settled:
        raise Refusal("case-not-settled", month=month)
    if month is not None and month > settled[-1]:
        raise Refusal("case-month-ahead", month=month, settled=settled[-1])


def _owner(known: set[tuple[Ags, Month]], case_id: CaseId, ags: Ags | None, programme: Programme) -> Ags:
    """The municipality whose case is meant."""
    owners = sorted({owner for owner, _ in known})
    if not owners:
        raise Refusal("case-unknown", case_id=case_id)
    if ags is None and len(owners) > 1:
        raise Refusal("case-of-several", case_id=case_id, owners=_named(owners, programme))
    owner = ags or owners[0]
    if owner not in owners:
        raise Refusal(
            "case-of-others", case_id=case_id, asked=_named([owner], programme), owners=_named(owners, programme)
        )
    return owner


def _named(owners: list[Ags], programme: Programme) -> tuple[tuple[Ags, str], ...]:
    """AGS and name of each; a former member has no name."""
    return tuple((ags, programme.members[ags].name if ags in programme.members else "") for ags in owners)


def _frames(connection: sa.Connection, case_id: CaseId, with_draft: bool) -> dict[str, pl.DataFrame]:
    """Table → the case's rows of all municipalities and months."""
    holding = (
        sa.select(sa.func.max(submissions.c.submission_id))
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(
            submissions.c.state == str(ReturnState.ACCEPTED),
            runs.c.state.in_((APPROVED, DRAFT) if with_draft else (APPROVED,)),
        )
        .group_by(submissions.c.ags, submissions.c.month)
    )
    frames = {name: empty_frame(table) for name, table in TABLES.items()}
    return frames | {name: rows_of(connection, name, holding, rows[name].c.case_id == case_id) for name in _TABLES}


def _files(connection: sa.Connection, digests: set[str]) -> dict[str, ReturnFile]:
    query = (
        sa.select(
            submissions.c.sha256,
            submissions.c.file,
            submissions.c.month,
            submissions.c.layout,
            runs.c.month.label("settled_in"),
            runs.c.state,
        )
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(submissions.c.state == str(ReturnState.ACCEPTED), submissions.c.sha256.in_(digests))
        .order_by(submissions.c.submission_id)
    )
    return {
        entry.sha256: ReturnFile(
            name=entry.file,
            sha256=entry.sha256,
            month=entry.month,
            settled_in=entry.settled_in,
            approved=entry.state == APPROVED,
            letters=letters_of(entry.layout),
        )
        for entry in connection.execute(query)
    }


def _bookings(connection: sa.Connection, case_id: CaseId) -> Iterable[tuple[str, Booking]]:
    """Municipality and line, for every line of the case in the order of the runs."""
    query = (
        sa.select(
            lines, runs.c.month.label("settled_in"), runs.c.state, runs.c.kind.label("of_run"), documents.c.number
        )
        .join(runs, runs.c.run_id == lines.c.run_id)
        .outerjoin(documents, sa.and_(documents.c.run_id == lines.c.run_id, documents.c.ags == lines.c.ags))
        .where(lines.c.case_id == case_id)
        .order_by(runs.c.month, lines.c.service_month, lines.c.kind.desc(), lines.c.reference)
    )
    for line in connection.execute(query).mappings():
        yield (
            line["ags"],
            Booking(
                service_month=line["service_month"],
                kind=line["kind"],
                reference=line["reference"],
                settled_in=line["settled_in"],
                approved=line["state"] == APPROVED,
                number=line["number"],
                computed_cents=line["computed_cents"],
                posted_before_cents=line["posted_before_cents"],
                delta_cents=line["delta_cents"],
                reasons=tuple(json.loads(line["reason"])),
                opening=line["of_run"] == OPENING,
            ),
        )
