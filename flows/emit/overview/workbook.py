"""The finance department's workbook of a month: `Finanzuebersicht-<month>.xlsx`."""

from pathlib import Path

from flows.emit.cash.bookings import bookings
from flows.emit.cash.open_items import write_items_sheet, write_movements_sheet
from flows.emit.cash.paying import payments
from flows.emit.overview.account import write_account
from flows.emit.overview.bookings import write_bookings_sheet
from flows.emit.overview.changes import write_changes
from flows.emit.overview.checks import write_checks
from flows.emit.overview.corrections import settled_changes, write_closed, write_corrections
from flows.emit.overview.guarantee import write_guarantee
from flows.emit.overview.layout import subtitle
from flows.emit.overview.lists import write_findings_sheet, write_lines, write_received
from flows.emit.overview.notes import write_notes
from flows.emit.overview.outstanding import write_outstanding
from flows.emit.overview.payments import write_payments_sheet
from flows.emit.overview.reversals import write_reversals
from flows.emit.overview.summary import write_summary
from flows.emit.wording.lines import read_lines
from flows.emit.wording.words import DRAFT
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.workbook import new_workbook
from schemas.documents import Overview
from schemas.months import german_month, last_day


def write_overview(path: Path, overview: Overview) -> None:
    """Documents, control sums, changes, what is outstanding, the carrier's account, payments, the guarantee, bookings, lines, findings, files.

    `overview.documents` is a DOCUMENTS frame, `lines` results.LINES, `received` RECEIVED, `findings`
    FINDINGS_MODEL. Sums and checks are formulas that carry their value. The same overview gives the same bytes.
    """
    lines = read_lines(overview.lines)
    county, month = overview.programme.programme.county, german_month(overview.month)
    corrected = settled_changes(overview, lines)
    booked = bookings(lines=overview.lines, documents=overview.documents, reversals=overview.finance.reversals)
    paid = payments(overview.documents, overview.programme, overview.finance, overview.month, overview.offsets)
    page = Page(
        left=f"Finanzübersicht {month} · {county}",
        right=overview.programme.programme.title,
        mark=DRAFT if overview.draft else "",
    )
    created = overview.document_date or last_day(overview.month)
    subject = overview.programme.programme.title
    with new_workbook(
        path, page, title=f"Finanzübersicht {month}", subject=subject, author=county, created=created
    ) as book:
        write_summary(book, overview, lines, paid)
        write_checks(book, overview, lines, booked, corrected, paid)
        write_changes(book, overview)
        write_corrections(book, overview, corrected)
        write_outstanding(book, overview)
        if overview.finance.account is not None:
            write_account(book, overview, overview.finance.account)
        write_payments_sheet(book, overview, paid)
        write_guarantee(book, overview)
        write_reversals(book, overview)
        write_bookings_sheet(book, overview, booked)
        if overview.money is not None:
            write_items_sheet(book, overview.programme, overview.money, subtitle(overview))
            write_movements_sheet(book, overview.programme, overview.money, subtitle(overview))
        write_lines(book, overview, lines)
        write_closed(book, overview)
        write_findings_sheet(book, overview)
        write_received(book, overview)
        write_notes(book, overview)
