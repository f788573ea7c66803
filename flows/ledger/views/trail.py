"""What an auditor reads in the ledger: seals, who did what, and where a number, a case or a cell leads."""

import re
from collections.abc import Iterator

import sqlalchemy as sa

from flows.ledger import issues
from flows.ledger.four_eyes import same_person
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import (
    APPROVED,
    CANCELLATION,
    OPENING,
    closings,
    corrections,
    documents,
    erasures,
    orders,
    rows,
    runs,
    submissions,
    withdrawals,
)
from schemas.audit import Deed, Found, SealedMonth, Trail
from schemas.documents import GERMAN_DOCUMENT_KIND, REVERSAL, DocumentKind, ReturnState
from schemas.identifiers import CaseId, typed_case
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.spelling import counted

_CELL = re.compile(r"(?:(?P<sheet>[^!]+)!)?[A-Z]{1,3}(?P<row>[0-9]{1,6})(?:\s+in)?\s+(?P<file>\S.*)")
MOST = 200  # places that a search names


def trail(ledger: Ledger) -> Trail:
    """Approved months with their seals, and everything that somebody did, the newest first."""
    issued = issues.issued(ledger)
    with ledger.reading() as connection:
        if connection is None:
            return Trail((), ())
        sealed = sa.select(runs).where(runs.c.state == APPROVED, runs.c.kind.is_(None)).order_by(runs.c.month.desc())
        months = [
            SealedMonth(
                month=run.month,
                drafted_by=run.drafted_by,
                approved_by=run.approved_by,
                document_date=run.document_date,
                seal=run.digest,
                documents=None if (files := issued.get(run.month)) is None else len(files),
            )
            for run in connection.execute(sealed)
        ]
        deeds = sorted(_deeds(connection), key=lambda deed: deed.month or "9999-12", reverse=True)
    return Trail(tuple(months), tuple(deeds))


def _deeds(connection: sa.Connection) -> Iterator[Deed]:
    for run in connection.execute(sa.select(runs).order_by(runs.c.month.desc())):
        what = "Eröffnungssalden" if run.kind == OPENING else german_month(run.month)
        month = None if run.kind == OPENING else run.month
        if run.approved_by:
            yield Deed(month, f"{what}: freigegeben mit Datum {german_date(run.document_date)}", run.approved_by)
        if run.approved_by and same_person(run.approved_by, run.drafted_by):
            yield Deed(month, f"{what}: ohne zweite Person freigegeben", run.approved_by, exceptional=True)
        if run.date_confirmed_by:
            confirmed = (
                f"{what}: Datum {german_date(run.document_date)} bestätigt (die Freigabe davor trägt ein späteres)"
            )
            yield Deed(month, confirmed, run.date_confirmed_by, exceptional=True)
        yield Deed(month, f"{what}: entworfen", run.drafted_by)
    posted_with = sa.select(runs.c.month)
    for table in (orders, withdrawals):
        query = sa.select(table, posted_with.where(runs.c.run_id == table.c.run_id).scalar_subquery().label("month"))
        for order in connection.execute(query):
            what = f"{REVERSAL} von {order.reference}"
            if order.kind != CANCELLATION:
                what = f"Manuelle Buchung, {german_month(order.service_month)}, Beleg {order.reference}"
            if table is orders:
                yield Deed(order.month, f"{what}: angeordnet", order.ordered_by, order.reason)
            else:
                yield Deed(order.month, f"{what}: zurückgezogen", order.withdrawn_by, order.withdrawn_reason, True)
    for closing in connection.execute(sa.select(closings)):
        reopened = closing.action != "close"
        done = "wieder geöffnet" if reopened else "abgeschlossen"
        yield Deed(closing.after_month, f"Jahr {closing.year}: {done}", closing.done_by, closing.reason, reopened)
    accepted = sa.select(
        runs.c.month,
        runs.c.drafted_by,
        corrections.c.accepted_reason,
        sa.func.count(),
        sa.func.sum(corrections.c.difference_cents),
    )
    of_run = accepted.join(runs, runs.c.run_id == corrections.c.run_id).where(
        corrections.c.accepted_reason.is_not(None)
    )
    grouped = of_run.group_by(runs.c.month, runs.c.drafted_by, corrections.c.accepted_reason)
    for month, by, reason, number, cents in connection.execute(
        grouped.order_by(runs.c.month, corrections.c.accepted_reason)
    ):
        differences = counted(number, "Differenz", "Differenzen")
        what = f"{german_month(month)}: {differences} freigegebener Monate angenommen, zusammen {euros(int(cents))}"
        yield Deed(month, what, by, reason, True)
    for erasure in connection.execute(sa.select(erasures)):
        what = f"Falldaten vor {erasure.year}: gelöscht am {german_date(erasure.done_on)}"
        yield Deed(erasure.after_month, what, erasure.done_by)
        if erasure.proposed_by:
            yield Deed(erasure.after_month, f"Falldaten vor {erasure.year}: Löschung vorgemerkt", erasure.proposed_by)


def find(ledger: Ledger, text: str) -> list[Found]:
    """Where a document number, a case number or a cell (`Leistungen!H5 in Linnich.xlsx`) leads; nothing where it leads nowhere."""
    asked = text.strip()
    with ledger.reading() as connection:
        if connection is None or not asked:
            return []
        cell = _CELL.fullmatch(asked)
        found = [*_documents(connection, asked.upper()), *_cases(connection, typed_case(asked))]
        if cell:
            found += _cell(connection, cell["sheet"], int(cell["row"]), cell["file"].strip())
        return found[:MOST]


def _documents(connection: sa.Connection, number: str) -> Iterator[Found]:
    """A settlement or a reversal by its number."""
    query = sa.select(documents.c.ags, documents.c.kind, documents.c.number, runs.c.month)
    for row in connection.execute(
        query.join(runs, runs.c.run_id == documents.c.run_id).where(documents.c.number == number)
    ):
        yield Found(row.ags, row.month, f"{GERMAN_DOCUMENT_KIND[DocumentKind(row.kind)]} {row.number}")
    reversal = sa.select(orders.c.ags, orders.c.number, orders.c.reference, runs.c.month)
    for row in connection.execute(
        reversal.join(runs, runs.c.run_id == orders.c.run_id).where(orders.c.number == number)
    ):
        yield Found(row.ags, row.month, f"{REVERSAL} {row.number} von {row.reference}")


def _cases(connection: sa.Connection, case_id: CaseId) -> list[Found]:
    places = set()
    for table in _with_cases():
        query = sa.select(submissions.c.ags, submissions.c.month).distinct()
        query = query.join(table, table.c.submission_id == submissions.c.submission_id)
        accepted = submissions.c.state == str(ReturnState.ACCEPTED)
        places |= {
            (row.ags, row.month) for row in connection.execute(query.where(accepted, table.c.case_id == case_id))
        }
    return [Found(ags, month, f"Fall {case_id}", case_id) for ags, month in sorted(places)]


def _cell(connection: sa.Connection, sheet: str | None, row: int, file: str) -> list[Found]:
    """The cases that stand in a row of a received file."""
    found = set()
    for table in _with_cases():
        query = sa.select(submissions.c.ags, submissions.c.month, table.c.case_id, table.c.sheet).distinct()
        query = query.join(table, table.c.submission_id == submissions.c.submission_id)
        accepted = submissions.c.state == str(ReturnState.ACCEPTED)
        where = [accepted, table.c.row == row, sa.func.lower(submissions.c.file) == file.lower()]
        if sheet is not None:
            where.append(table.c.sheet == sheet.strip())
        found |= {tuple(record) for record in connection.execute(query.where(*where)) if record.case_id}
    return [Found(ags, month, f"{of}, Zeile {row}: Fall {case}", case) for ags, month, case, of in sorted(found)]


def _with_cases() -> list[sa.Table]:
    return [table for table in rows.values() if "case_id" in table.c]
