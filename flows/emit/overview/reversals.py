"""Sheet `Stornos`: documents that the run takes back in full; their lines settle anew in the documents of the run."""

from flows.emit.overview.layout import REVERSALS, subtitle
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, day_number, month_number
from schemas.documents import NONE, Overview
from schemas.money import in_euros
from schemas.results import GERMAN_LINE_KIND, LineKind

TABLE = Table(
    REVERSALS,
    Column("number", "Dokumentnummer", 18),
    Column("cancelled", "Storniert", 18),
    Column("ags", "AGS", 11),
    Column("municipality", "Kommune", 32),
    Column("kind", "Art", 27),
    Column("service_month", "Leistungsmonat", 15),
    Column("amount", "Betrag", 16, True),
    Column("due", "Fällig am", 11),
    Column("reason", "Grund", 46),
)


def write_reversals(book: Book, overview: Overview) -> None:
    """A row per reversed document, kind and service month (finance.REVERSALS); no sheet without any."""
    reversals, members = overview.finance.reversals, overview.programme.members
    if reversals.is_empty():
        return
    sheet = book.table(TABLE, "Stornos", subtitle(overview))
    due = overview.programme.accounting.due_date(overview.document_date) if overview.document_date else None
    row = first = FIRST_TABLE_ROW
    for entry in reversals.iter_rows(named=True):
        sheet.text(row, "number", entry["number"] or DRAFT)
        sheet.text(row, "cancelled", entry["cancelled"])
        sheet.text(row, "ags", entry["ags"])
        sheet.text(row, "municipality", members[entry["ags"]].name)
        sheet.text(row, "kind", GERMAN_LINE_KIND[LineKind(entry["kind"])])
        sheet.number(row, "service_month", month_number(entry["service_month"]), "body_month")
        sheet.money(row, "amount", entry["amount_cents"])
        if due is None:
            sheet.text(row, "due", NONE, "body_centre")
        else:
            sheet.number(row, "due", day_number(due), "body_date")
        sheet.text(row, "reason", entry["reason"], "body_after")
        row += 1
    sheet.filter(row - 1)
    sheet.result(row, "Summe der Stornos")
    sheet.total(row, "amount", first, in_euros(sum(reversals["amount_cents"])))
    sheet.name("Summe_Stornos", row, "amount")
    sheet.prose(
        row + 2,
        "Jedes stornierte Dokument wird in voller Höhe zurückgenommen; seine Positionen stehen neu in den Dokumenten dieses "
        f"Laufs. Gebucht werden beide: Die Übersicht zeigt unter der Tabelle ihre Summe. {NONE_EXPLAINED}",
        "small_prose",
    )
