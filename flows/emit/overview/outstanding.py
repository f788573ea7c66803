"""Sheet `Ausstehend`: months without a settled return, and what they may come to; never part of a sum settled."""

from flows.emit.overview.layout import OUTSTANDING, subtitle
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, month_number
from schemas.documents import GERMAN_RETURN_STATE, NONE, Overview, ReturnState
from schemas.money import in_euros

_TABLE = Table(
    OUTSTANDING,
    Column("ags", "AGS", 11),
    Column("municipality", "Kommune", 36),
    Column("month", "Leistungsmonat", 15),
    Column("state", "Meldung", 16),
    Column("basis_month", "Geschätzt nach", 15),
    Column("expected", "Erwartet,\nnicht abgerechnet", 20, True),
)


def write_outstanding(book: Book, overview: Overview) -> None:
    """A row per municipality and month (finance.OUTSTANDING), with the estimate and its sum."""
    title = "Erwartet, nicht abgerechnet: Monate ohne übernommene Meldung"
    sheet = book.table(_TABLE, title, subtitle(overview))
    members, open_months = overview.programme.members, overview.finance.outstanding
    row = first = FIRST_TABLE_ROW
    for entry in open_months.iter_rows(named=True):
        state = ReturnState.HELD_BACK if entry["held_back"] else ReturnState.MISSING
        sheet.text(row, "ags", entry["ags"])
        sheet.text(row, "municipality", members[entry["ags"]].name)
        sheet.number(row, "month", month_number(entry["month"]), "body_month")
        sheet.text(row, "state", GERMAN_RETURN_STATE[state], "body_bold")
        if entry["basis_month"] is None:
            sheet.text(row, "basis_month", NONE, "body_centre")
            sheet.text(row, "expected", "nicht bekannt", "body_money")
        else:
            sheet.number(row, "basis_month", month_number(entry["basis_month"]), "body_month")
            sheet.money(row, "expected", entry["expected_cents"])
        row += 1
    if row == first:
        sheet.text(row, 0, "Seit dem ersten gemeldeten Monat fehlt von keiner Kommune eine Meldung.", "plain")
        return
    sheet.filter(row - 1)
    sheet.result(row, "Erwartet, nicht abgerechnet")
    sheet.total(row, "expected", first, in_euros(int(open_months["expected_cents"].sum())))
    sheet.name("Erwartet_nicht_abgerechnet", row, "expected")
    sheet.prose(
        row + 2,
        "Schätzung, keine Forderung: Angesetzt ist, was für den letzten abgerechneten Monat derselben Kommune bis heute "
        "gebucht wurde (ohne Anschubfinanzierung und manuelle Buchungen). Die Beträge sind in keiner anderen Summe "
        "enthalten. Der tatsächliche Betrag entsteht erst mit der Meldung.",
        "small_prose",
    )
