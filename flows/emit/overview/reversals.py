"""Sheet `Stornos`: documents that the run takes back in full; their lines settle anew in the documents of the run."""

from flows.emit.overview.layout import REVERSALS, subtitle
from flows.emit.wording.words import DRAFT, NONE_EXPLAINED
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, cell, day_number, month_number
from schemas.documents import NONE, Overview
from schemas.results import GERMAN_LINE_KIND, LineKind

_COLUMNS = (
    Column("Dokumentnummer", 18),
    Column("Storniert", 18),
    Column("AGS", 11),
    Column("Kommune", 32),
    Column("Art", 27),
    Column("Leistungsmonat", 15),
    Column("Betrag", 16, True),
    Column("Fällig am", 11),
    Column("Grund", 46),
)
KIND, AMOUNT = 4, 6
_DUE, _REASON = 7, 8


def write_reversals(book: Book, overview: Overview) -> None:
    """A row per reversed document, kind and service month (finance.REVERSALS); no sheet without any."""
    reversals, members = overview.finance.reversals, overview.programme.members
    if reversals.is_empty():
        return
    sheet = book.table(REVERSALS, "Stornos", subtitle(overview), _COLUMNS)
    due = overview.programme.accounting.due_date(overview.document_date) if overview.document_date else None
    row = first = FIRST_TABLE_ROW
    for entry in reversals.iter_rows(named=True):
        sheet.text(row, 0, entry["number"] or DRAFT)
        sheet.text(row, 1, entry["cancelled"])
        sheet.text(row, 2, entry["ags"])
        sheet.text(row, 3, members[entry["ags"]].name)
        sheet.text(row, KIND, GERMAN_LINE_KIND[LineKind(entry["kind"])])
        sheet.number(row, 5, month_number(entry["service_month"]), "body_month")
        sheet.money(row, AMOUNT, entry["amount_cents"])
        if due is None:
            sheet.text(row, _DUE, NONE, "body_centre")
        else:
            sheet.number(row, _DUE, day_number(due), "body_date")
        sheet.text(row, _REASON, entry["reason"], "body_after")
        row += 1
    sheet.filter(first - 1, row - 1, len(_COLUMNS))
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe der Stornos", "total_left")
    total = sum(reversals["amount_cents"])
    sheet.live_money(row, AMOUNT, f"=SUM({cell(first, AMOUNT)}:{cell(row - 1, AMOUNT)})", total, "total_money")
    book.name("Summe_Stornos", REVERSALS, row, AMOUNT)
    sheet.prose(
        row + 2,
        "Jedes stornierte Dokument wird in voller Höhe zurückgenommen; seine Positionen stehen neu in den Dokumenten dieses "
        f"Laufs. Gebucht werden beide: Die Übersicht zeigt unter der Tabelle ihre Summe. {NONE_EXPLAINED}",
        "small_prose",
    )
