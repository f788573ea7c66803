"""Sheet `Buchungen`: what is booked, one row per document, kind and service month, as in the booking list."""

import polars as pl

from flows.emit.cash.bookings import fiscal_year
from flows.emit.overview.layout import BOOKINGS, subtitle
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, cell, month_number
from schemas.documents import NONE, Overview
from schemas.results import GERMAN_LINE_KIND, LineKind

_COLUMNS = (
    Column("Dokumentnummer", 18),
    Column("AGS", 11),
    Column("Personenkonto", 15),
    Column("Kommune", 32),
    Column("Art", 27),
    Column("Leistungsmonat", 15),
    Column("Haushaltsjahr", 14),
    Column("Konto", 13),
    Column("Kostenstelle", 13),
    Column("Betrag", 16, True),
)
AMOUNT = 9


def write_bookings_sheet(book: Book, overview: Overview, bookings: pl.DataFrame) -> None:
    """All bookings (finance.BOOKINGS) with account, cost centre and Haushaltsjahr, and their sum."""
    sheet = book.table(BOOKINGS, "Buchungen", subtitle(overview), _COLUMNS)
    programme, form = overview.programme, overview.programme.bookings
    row = first = FIRST_TABLE_ROW
    for booking in bookings.iter_rows(named=True):
        member, kind = programme.members[booking["ags"]], LineKind(booking["kind"])
        sheet.text(row, 0, booking["number"] or DRAFT)
        sheet.text(row, 1, member.ags)
        sheet.text(row, 2, programme.recipient(member, overview.month).debtor)
        sheet.text(row, 3, member.name)
        sheet.text(row, 4, GERMAN_LINE_KIND[kind])
        sheet.number(row, 5, month_number(booking["service_month"]), "body_month")
        year = fiscal_year(programme, booking["service_month"], overview.document_date)
        sheet.text(row, 6, str(year), "body_centre")
        sheet.text(row, 7, form.accounts.of(kind) or NONE)
        sheet.text(row, 8, form.cost_centre or NONE)
        sheet.money(row, AMOUNT, booking["amount_cents"])
        row += 1
    if row == first:
        # The checks refer to the empty row above.
        sheet.text(row + 1, 0, "In diesem Lauf ist nichts zu buchen.", "plain")
        return
    sheet.filter(first - 1, row - 1, len(_COLUMNS))
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe der Buchungen", "total_left")
    formula = f"=SUM({cell(first, AMOUNT)}:{cell(row - 1, AMOUNT)})"
    sheet.live_money(row, AMOUNT, formula, sum(bookings["amount_cents"]), "total_money")
    book.name("Summe_Buchungen", BOOKINGS, row, AMOUNT)
    sheet.prose(
        row + 2,
        f"Mit der Freigabe entsteht daraus die Buchungsliste Buchungen-{overview.month}.csv. Ein Minus mindert die Forderung "
        f"gegen die Kommune. {NONE_EXPLAINED}",
        "small_prose",
    )
