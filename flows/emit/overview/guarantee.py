"""Sheet `Neutralität`: what was posted beside what was saved, with the guarantee on every open month (RULES section 5.2)."""

from flows.emit.overview.layout import NEUTRALITY, subtitle
from flows.emit.wording.words import BROKEN, HELD, guarantee_sentence
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, month_number
from schemas.documents import Overview
from schemas.guarantee import within_saving

TABLE = Table(
    NEUTRALITY,
    Column("ags", "AGS", 11),
    Column("municipality", "Kommune", 32),
    Column("case", "Fallnummer", 16),
    Column("service_month", "Bis Ende", 13),
    Column("saved", "Ersparnis\nbis dahin", 17, True),
    Column("charged", "Prämien und Ausgleich\nbis dahin gebucht", 21, True),
    Column("held", "Gebucht ≤\nErsparnis", 13),
)


def write_guarantee(book: Book, overview: Overview) -> None:
    """A row per municipality (or case) and open month (schemas.guarantee.GUARANTEED), its verdict by formula.

    No sheet where nothing is guaranteed yet.
    """
    guaranteed, members = overview.neutrality.guaranteed, overview.programme.members
    if guaranteed.is_empty():
        return
    sheet = book.table(TABLE, "Haushaltsneutralität der Kommunen", subtitle(overview))
    row = FIRST_TABLE_ROW
    for entry in guaranteed.iter_rows(named=True):
        sheet.text(row, "ags", entry["ags"])
        sheet.text(row, "municipality", members[entry["ags"]].name)
        sheet.text(row, "case", entry["case_id"] or "alle")
        sheet.number(row, "service_month", month_number(entry["service_month"]), "body_month")
        sheet.money(row, "saved", entry["saved_cents"])
        sheet.money(row, "charged", entry["charged_cents"])
        charged, saved = sheet.cell(row, "charged"), sheet.cell(row, "saved")
        verdict = HELD if within_saving(entry["charged_cents"], entry["saved_cents"]) else BROKEN
        sheet.live(row, "held", f'=IF({charged}<=MAX(0,{saved}),"{HELD}","{BROKEN}")', verdict, "body_after")
        sheet.warn_unless(row, "held", HELD)
        row += 1
    sheet.filter(row - 1)
    sheet.prose(
        row + 1,
        f"{guarantee_sentence(overview.programme)} Jede Zeile ist der Stand am Ende ihres Monats, aus dem, was gebucht ist; eine negative Ersparnis "
        "zählt als 0,00 €. Abgeschlossene Monate stehen nicht hier: Was für sie gebucht ist, bleibt, und zählt in den Summen mit.",
        "small_prose",
    )
