"""Draft and approval of a month: numbers, postings and the seal in one transaction (RULES section 8)."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import sqlalchemy as sa

from flows.ledger import folders
from flows.ledger.frames import next_key, read_frame, write_frame
from flows.ledger.seal import seal
from flows.ledger.store import Ledger
from flows.ledger.submissions import discard, newest_seal, store
from flows.ledger.tables import (
    APPROVED,
    DRAFT,
    LINE_TYPES,
    cases,
    columns,
    corrections,
    documents,
    findings,
    lines,
    runs,
)  # fmt: skip
from schemas.documents import DOCUMENTS, DocumentKind
from schemas.intake import Intake
from schemas.months import german_date, german_month
from schemas.programme import Accounting, Programme
from schemas.refusal import Refusal
from schemas.results import LINES, empty, frame_schema


@dataclass(frozen=True)
class Month:
    """A month's place in the ledger."""

    month: str
    state: str
    drafted_by: str


def months(ledger: Ledger) -> list[Month]:
    """All months that were drafted or approved, in order."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        query = sa.select(runs.c.month, runs.c.state, runs.c.drafted_by).order_by(runs.c.month)
        return [Month(*record) for record in connection.execute(query)]


def check_settleable(ledger: Ledger, month: str) -> None:
    """Refusal where the month is approved already, lies before an approved one, or follows an unapproved draft."""
    for entry in months(ledger):
        if entry.state == APPROVED and entry.month == month:
            raise Refusal(
                f"{german_month(month)} ist bereits freigegeben. Verspätete oder berichtigte Meldungen bitte in den Ordner "
                "des nächsten Monats legen; sie werden dort als Differenz abgerechnet."
            )
        if entry.state == APPROVED and entry.month > month:
            raise Refusal(
                f"{german_month(month)} liegt vor dem zuletzt freigegebenen {german_month(entry.month)}. "
                "Monate werden der Reihe nach abgerechnet; bitte einen späteren Monat nennen."
            )
        if entry.state == DRAFT and entry.month < month:
            raise Refusal(
                f"Der Entwurf für {german_month(entry.month)} ist noch nicht freigegeben. "
                f"Bitte zuerst „placement-premium approve {entry.month} --by NAME“ ausführen."
            )


def posted(ledger: Ledger) -> pl.DataFrame:
    """All lines of approved runs in the order of posting (results.LINES)."""
    with ledger.reading() as connection:
        return empty(LINES) if connection is None else lines_of(connection, runs.c.state == APPROVED)


def lines_of(connection: sa.Connection, which: sa.ColumnElement[bool]) -> pl.DataFrame:
    """The lines of some runs in the order of posting (results.LINES)."""
    types = {"settled_in": pl.String, **LINE_TYPES}
    query = sa.select(runs.c.month, *columns(lines, LINE_TYPES)).join(runs, runs.c.run_id == lines.c.run_id)
    order = (runs.c.month, lines.c.service_month, lines.c.ags, lines.c.case_id, lines.c.kind, lines.c.reference)
    return read_frame(connection, query.where(which).order_by(*order), types)


def draft_documents(settled: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """One document per municipality: its kind by the sign of its total; numbers and dates come with approval."""
    totals = dict(settled.group_by("ags").agg(pl.col("delta_cents").sum()).iter_rows())
    kinds = {ags: _kind(totals.get(ags)) for ags in programme.members}
    records = [
        {"ags": ags, "kind": str(kind), "number": None, "total_cents": totals.get(ags, 0), "document_date": None, "due_date": None}
        for ags, kind in kinds.items()
    ]  # fmt: skip
    return DOCUMENTS.validate(pl.DataFrame(records, schema=frame_schema(DOCUMENTS)))


def _kind(total_cents: int | None) -> DocumentKind:
    if total_cents is None:
        return DocumentKind.NIL
    if total_cents == 0:
        return DocumentKind.STATEMENT
    return DocumentKind.INVOICE if total_cents > 0 else DocumentKind.CREDIT_NOTE


def draft(
    ledger: Ledger,
    month: str,
    drafted_by: str,
    programme: Programme,
    intake: Intake,
    settled: pl.DataFrame,
    case_months: pl.DataFrame,
    basis: str = "",
    causes: pl.DataFrame | None = None,
    closed_differences: pl.DataFrame | None = None,
) -> list[str]:
    """Store the draft of a month in place of any draft before; the months whose drafts it replaced.

    `basis` is the newest seal when the posted lines were read (intake.Known.seal); Refusal where there is a newer one.
    `causes`, `closed_differences`: results.CORRECTIONS, of what is settled and of what is only listed.
    """
    with ledger.transaction() as connection:
        check_settleable(ledger, month)
        if newest_seal(connection) != basis:
            raise Refusal(
                "Während dieser Abrechnung wurde ein anderer Monat freigegeben; sie beruht auf einem veralteten Stand. "
                "Bitte noch einmal starten; geändert wurde nichts."
            )
        replaced = connection.execute(sa.select(runs.c.run_id, runs.c.month).where(runs.c.state == DRAFT)).all()
        for run_id, _ in replaced:
            discard(connection, run_id)
            for table in (lines, corrections, cases, documents, findings, runs):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        folders.outdate(connection, {month, *(entry.month for entry in replaced)})
        run_id = next_key(connection, runs.c.run_id)
        connection.execute(sa.insert(runs).values(run_id=run_id, month=month, state=DRAFT, drafted_by=drafted_by))
        store(connection, run_id, intake)
        write_frame(connection, lines, settled.drop("settled_in"), run_id=run_id)
        for frame, is_settled in ((causes, True), (closed_differences, False)):
            if frame is not None:
                write_frame(connection, corrections, frame, run_id=run_id, settled=is_settled)
        write_frame(connection, cases, case_months, run_id=run_id)
        write_frame(connection, documents, draft_documents(settled, programme), run_id=run_id)
        write_frame(connection, findings, intake.findings, run_id=run_id)
    return [entry.month for entry in replaced]


def check_approvable(ledger: Ledger, month: str, by: str, accounting: Accounting) -> None:
    """Refusal where there is no draft, the month is approved already, or the approver drafted it."""
    entries = {entry.month: entry for entry in months(ledger)}
    entry = entries.get(month)
    if entry is None:
        raise Refusal(
            f"Für {german_month(month)} gibt es keinen Entwurf. Bitte zuerst „placement-premium settle {month}“ ausführen."
        )  # fmt: skip
    if entry.state == APPROVED:
        raise Refusal(f"{german_month(month)} ist bereits freigegeben; Freigegebenes wird nicht mehr geändert.")
    if not by.strip():
        raise Refusal("Bitte mit --by angeben, wer freigibt.")
    if accounting.four_eyes and by.strip().casefold() == entry.drafted_by.strip().casefold():
        raise Refusal(
            f"{german_month(month)} hat {entry.drafted_by} entworfen; freigeben muss eine zweite Person (Vier-Augen-Prinzip). "
            "Bitte mit --by die zweite Person nennen."
        )  # fmt: skip


def check_approved(ledger: Ledger, month: str) -> None:
    """Refusal where the month is not approved."""
    if not any(entry.month == month and entry.state == APPROVED for entry in months(ledger)):
        raise Refusal(
            f"{german_month(month)} ist nicht freigegeben. Bitte den Monat prüfen („placement-premium status“)."
        )


def approve(ledger: Ledger, month: str, by: str, on: date, accounting: Accounting) -> None:
    """Give numbers, fix dates and seal the run, in one transaction."""
    with ledger.transaction() as connection:
        check_approvable(ledger, month, by, accounting)
        _check_date(connection, on)
        run_id = connection.scalar(sa.select(runs.c.run_id).where(runs.c.month == month))
        assert run_id is not None
        _number(connection, run_id, on, accounting)
        sealed = {
            "approved_by": by.strip(),
            "document_date": on,
            "predecessor_digest": newest_seal(connection),
        }
        connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(**sealed))
        digest = seal(connection, run_id)
        connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(state=APPROVED, digest=digest))


def _check_date(connection: sa.Connection, on: date) -> None:
    latest = connection.scalar(sa.select(sa.func.max(runs.c.document_date)).where(runs.c.state == APPROVED))
    if latest is not None and on < latest:
        raise Refusal(
            f"Das Datum {german_date(on)} liegt vor dem der letzten Freigabe ({german_date(latest)}). "
            "Damit die Nummern der Zeit folgen, bitte ein späteres --date angeben."
        )  # fmt: skip


def _number(connection: sa.Connection, run_id: int, on: date, accounting: Accounting) -> None:
    """Numbers without gaps in the order of the AGS; a Nullmitteilung gets none (RULES section 8)."""
    last = connection.scalar(sa.select(sa.func.max(documents.c.running_number)).where(documents.c.year == on.year)) or 0
    query = sa.select(documents.c.ags, documents.c.kind).where(documents.c.run_id == run_id).order_by(documents.c.ags)
    for ags, kind in connection.execute(query).all():
        values: dict[str, object] = {"document_date": on}
        if kind != DocumentKind.NIL:
            last += 1
            values |= {"year": on.year, "running_number": last, "number": document_number(accounting, on.year, last)}
        if kind == DocumentKind.INVOICE:
            values["due_date"] = on + timedelta(days=accounting.payment_days)
        where = (documents.c.run_id == run_id, documents.c.ags == ags)
        connection.execute(sa.update(documents).where(*where).values(**values))


def document_number(accounting: Accounting, year: int, running_number: int) -> str:
    """Prefix, year and running number, the latter with at least four digits so that lists sort."""
    return f"{accounting.number_prefix}-{year}-{running_number:04d}"
