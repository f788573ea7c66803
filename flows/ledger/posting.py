"""Draft and approval of a month: numbers, postings and the seal in one transaction (RULES sections 8.1 to 8.3)."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import polars as pl
import sqlalchemy as sa

from flows.ledger import document_dates, document_state, issues, journal, month_state, offsets
from flows.ledger.drafts import discard_drafts
from flows.ledger.orders import give_number, numbers_of
from flows.ledger.provenance import keep
from flows.ledger.store import tables
from flows.ledger.store.case_months import write_case_months
from flows.ledger.store.chain import newest
from flows.ledger.store.frames import next_key, write_frame
from flows.ledger.store.ledger import Inside, Ledger, Reading
from flows.ledger.store.seal import parts, seal
from flows.ledger.store.tables import (
    APPROVED,
    DRAFT,
    corrections,
    documents,
    findings,
    lines,
    orders,
    runs,
)
from flows.ledger.submissions import newest_seal, store
from flows.ledger.withdrawals import take_up
from schemas.documents import DOCUMENTS, DocumentKind
from schemas.intake import Intake
from schemas.journal import Act
from schemas.months import Month
from schemas.operations import Beside
from schemas.programme.parties import Accounting
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import LineKind, frame_schema


@dataclass(frozen=True)
class Drafted(Inside):
    """A draft that is about to be kept, and the other months whose drafts it replaces."""

    replaced: tuple[Month, ...]


@dataclass(frozen=True)
class Approved(Inside):
    """A month that is about to be approved."""

    month: Month

    def issue(self, files: Mapping[str, str]) -> None:
        """Note its documents: path → SHA-256."""
        issues.note(self.connection, self.month, files)


def draft_documents(settled: pl.DataFrame, programme: Programme, month: Month) -> pl.DataFrame:
    """One document per municipality: its kind by the sign of its total; numbers and dates come with approval.

    Those that have left the programme get one where something is settled for them.
    """
    totals = dict(settled.group_by("ags").agg(pl.col("delta_cents").sum()).iter_rows())
    left = programme.left(month)
    kinds = {ags: _kind(totals.get(ags)) for ags in programme.members if ags in totals or ags not in left}
    records = [
        {
            "ags": ags,
            "kind": str(kind),
            "number": None,
            "total_cents": totals.get(ags, 0),
            "document_date": None,
            "due_date": None,
        }
        for ags, kind in kinds.items()
    ]
    return DOCUMENTS.validate(pl.DataFrame(records, schema=frame_schema(DOCUMENTS)))


def _kind(total_cents: int | None) -> DocumentKind:
    if total_cents is None:
        return DocumentKind.NIL
    if total_cents == 0:
        return DocumentKind.STATEMENT
    return DocumentKind.INVOICE if total_cents > 0 else DocumentKind.CREDIT_NOTE


@contextmanager
def drafting(
    ledger: Ledger,
    month: Month,
    drafted_by: str,
    programme: Programme,
    intake: Intake,
    settled: pl.DataFrame,
    case_months: pl.DataFrame,
    basis: str = "",
    beside: Beside | None = None,
) -> Iterator[Drafted]:
    """Store the draft of a month in place of any draft before, once what is done with it meanwhile has succeeded.

    `basis` is the newest seal when the posted lines were read (intake.Known.seal); Refusal where there is a newer one.
    `beside`: causes, reversals and orders, and the inputs that the draft was computed from.
    """
    programme.check_kinds(_kinds(settled, beside))
    with ledger.transaction() as connection:
        month_state.check_settleable(ledger, month)
        if newest_seal(connection) != basis:
            raise Refusal("settlement-outdated")
        replaced = discard_drafts(connection)
        document_state.outdate(connection, {month})
        run_id = next_key(connection, runs.c.run_id)
        known = {
            "account_file_digest": newest(connection, tables.account_files),
            "allocation_digest": newest(connection, tables.allocations),
        }
        connection.execute(
            sa.insert(runs).values(run_id=run_id, month=month, state=DRAFT, drafted_by=drafted_by, **known)
        )
        store(connection, run_id, intake)
        write_frame(connection, lines, settled.drop("settled_in"), run_id=run_id)
        if beside is not None:
            _store_beside(connection, run_id, beside)
        write_case_months(connection, run_id, month, case_months)
        write_frame(connection, documents, draft_documents(settled, programme, month), run_id=run_id)
        write_frame(connection, findings, intake.findings, run_id=run_id)
        take_up(connection, run_id)
        journal.note(connection, ledger.account, Act.DRAFT, drafted_by, month)
        yield Drafted(connection, tuple(sorted(set(replaced) - {month})))


def _kinds(settled: pl.DataFrame, beside: Beside | None) -> set[LineKind]:
    """What kinds of lines the draft's documents show an amount of."""
    frames = [settled, *([] if beside is None else [beside.reversals])]
    return {LineKind(kind) for frame in frames for kind in frame.filter(pl.col("delta_cents") != 0)["kind"].unique()}


def _store_beside(connection: sa.Connection, run_id: int, beside: Beside) -> None:
    write_frame(connection, corrections, beside.corrections, run_id=run_id, settled=True)
    write_frame(connection, corrections, beside.closed_differences, run_id=run_id, settled=False)
    write_frame(connection, lines, beside.reversals.drop("settled_in"), run_id=run_id)
    connection.execute(sa.update(orders).where(orders.c.order_id.in_(beside.orders)).values(run_id=run_id))
    offsets.store(connection, run_id, beside.offsets)
    keep(connection, run_id, beside.provenance)


def draft_digest(ledger: Reading, month: Month) -> str:
    """What tells a draft of a month from every other: a digest over all that its approval would seal."""
    with ledger.reading() as connection:
        return "" if connection is None else _draft_digest(connection, month)


def check_draft(ledger: Ledger, month: Month, draft: str | None) -> None:
    """Refusal where a draft (its digest, or the first digits of it) was looked at and it is another one by now."""
    with ledger.reading() as connection:
        if connection is not None:
            _check_draft(connection, month, draft)


def _check_draft(connection: sa.Connection, month: Month, draft: str | None) -> None:
    if draft is not None and not (draft and _draft_digest(connection, month).startswith(draft)):
        raise Refusal("draft-changed", month=month)


def _draft_digest(connection: sa.Connection, month: Month) -> str:
    run_id = connection.scalar(sa.select(runs.c.run_id).where(runs.c.month == month, runs.c.state == DRAFT))
    drafted = [] if run_id is None else [tuple(part) for part in parts(connection, run_id)]
    return hashlib.sha256(repr(drafted).encode()).hexdigest()


@contextmanager
def approving(
    ledger: Ledger, month: Month, by: str, on: date, accounting: Accounting, draft: str | None = None
) -> Iterator[Approved]:
    """Give numbers, fix dates and seal the run, in one transaction, once what is done meanwhile has succeeded.

    `draft` is the digest of the draft that was looked at, or its first digits; Refusal where it is another one by now.
    """
    with ledger.transaction() as connection:
        month_state.check_approvable(ledger, month, by, accounting)
        _check_draft(connection, month, draft)
        date_confirmed_by = document_dates.check(connection, month, by, on)
        run_id = connection.scalar(sa.select(runs.c.run_id).where(runs.c.month == month))
        assert run_id is not None
        _number(connection, run_id, on, accounting)
        sealed = {
            "approved_by": by.strip(),
            "document_date": on,
            "predecessor_digest": newest_seal(connection),
            "closing_digest": newest(connection, tables.closings),
            "issue_digest": newest(connection, tables.issues),
            "erasure_digest": newest(connection, tables.erasures),
            "publication_digest": newest(connection, tables.publications),
            "date_confirmed_by": date_confirmed_by,
            "account_file_digest": newest(connection, tables.account_files),
            "allocation_digest": newest(connection, tables.allocations),
        }
        connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(**sealed))
        digest = seal(connection, run_id)
        connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(state=APPROVED, digest=digest))
        journal.note(connection, ledger.account, Act.APPROVAL, by, month, digest)
        yield Approved(connection, month)


def _number(connection: sa.Connection, run_id: int, on: date, accounting: Accounting) -> None:
    """Numbers without gaps, reversals first, then in the order of the AGS; a Nullmitteilung gets none (RULES section 8.3)."""
    given = (
        sa.select(sa.func.max(table.c.running_number)).where(table.c.year == on.year) for table in (documents, orders)
    )
    last = max(connection.scalar(query) or 0 for query in given)
    for order_id in numbers_of(connection, run_id):
        last += 1
        give_number(
            connection, order_id, on.year, running=last, number=document_number(accounting, on.year, last), on=on
        )
    covered = offsets.nothing_due(connection, run_id)
    query = sa.select(documents.c.ags, documents.c.kind).where(documents.c.run_id == run_id).order_by(documents.c.ags)
    for ags, kind in connection.execute(query).all():
        values: dict[str, object] = {"document_date": on}
        if kind != DocumentKind.NIL:
            last += 1
            values |= {"year": on.year, "running_number": last, "number": document_number(accounting, on.year, last)}
        if kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE) and ags not in covered:
            values["due_date"] = accounting.due_date(on)
        where = (documents.c.run_id == run_id, documents.c.ags == ags)
        connection.execute(sa.update(documents).where(*where).values(**values))


def document_number(accounting: Accounting, year: int, running_number: int) -> str:
    """Prefix, year and running number, the latter with at least four digits so that lists sort."""
    return f"{accounting.number_prefix}-{year}-{running_number:04d}"
