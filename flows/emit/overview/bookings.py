"""Sheet `Buchungen`: what is booked, one row per document, kind and service month, as in the booking list."""

import polars as pl

from flows.emit.cash.bookings import fiscal_year
from flows.emit.overview.layout import BOOKINGS, passed_on, subtitle
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, month_number
from schemas.documents import NONE, Overview
from schemas.money import in_euros
from schemas.results import GERMAN_LINE_KIND, LineKind

TABLE = Table(
    BOOKINGS,
    Column("number", "Dokumentnummer", 18),
    Column("ags", "AGS", 11),
    Column("debtor", "Personenkonto", 15),
    Column("municipality", "Kommune", 32),
    Column("kind", "Art", 27),
    Column("service_month", "Leistungsmonat", 15),
    Column("fiscal_year", "Haushaltsjahr", 14),
    Column("account", "Konto", 13),
    Column("cost_centre", "Kostenstelle", 13),
    Column("amount", "Betrag", 16, True),
)


def write_bookings_sheet(book: Book, overview: Overview, bookings: pl.DataFrame) -> None:
    """All bookings (finance.BOOKINGS) with account, cost centre and Haushaltsjahr, and their sum."""
    sheet = book.table(TABLE, "Buchungen", subtitle(overview))
    programme, form = overview.programme, overview.programme.bookings
    row = first = FIRST_TABLE_ROW
    for booking in bookings.iter_rows(named=True):
        member, kind = programme.members[booking["ags"]], LineKind(booking["kind"])
        sheet.text(row, "number", booking["number"] or DRAFT)
        sheet.text(row, "ags", member.ags)
        sheet.text(row, "debtor", programme.recipient(member, overview.month).debtor)
        sheet.text(row, "municipality", member.name)
        sheet.text(row, "kind", GERMAN_LINE_KIND[kind])
        sheet.number(row, "service_month", month_number(booking["service_month"]), "body_month")
        year = fiscal_year(programme, booking["service_month"], overview.document_date)
        sheet.text(row, "fiscal_year", str(year), "body_centre")
        sheet.text(row, "account", form.accounts.of(kind) or NONE)
        sheet.text(row, "cost_centre", form.cost_centre or NONE)
        sheet.money(row, "amount", booking["amount_cents"])
        row += 1
    if row == first:
        # The checks refer to the empty row above.
        sheet.text(row + 1, 0, "In diesem Lauf ist nichts zu buchen.", "plain")
        return
    sheet.filter(row - 1)
    sheet.result(row, "Summe der Buchungen")
    sheet.total(row, "amount", first, in_euros(sum(bookings["amount_cents"])))
    sheet.name("Summe_Buchungen", row, "amount")
    row = sheet.prose(
        row + 2,
        f"Mit der Freigabe entsteht daraus die Buchungsliste Buchungen-{overview.month}.csv. Ein Minus mindert die Forderung "
        f"gegen die Kommune. {NONE_EXPLAINED}",
        "small_prose",
    )
    for sentence in passed_on(overview):
        row = sheet.prose(row, sentence, "small_prose")
