"""Sheet `Ausstehend`: months without a settled return, and what they may come to; never part of a sum settled."""

from flows.emit.overview.layout import OUTSTANDING, subtitle
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, cell, month_number
from schemas.documents import GERMAN_RETURN_STATE, NONE, Overview, ReturnState

_COLUMNS = (
    Column("AGS", 11),
    Column("Kommune", 36),
    Column("Leistungsmonat", 15),
    Column("Meldung", 16),
    Column("Geschätzt nach", 15),
    Column("Erwartet,\nnicht abgerechnet", 20, True),
)
_MONTH, _STATE, _BASIS, _EXPECTED = 2, 3, 4, 5


def write_outstanding(book: Book, overview: Overview) -> None:
    """A row per municipality and month (finance.OUTSTANDING), with the estimate and its sum."""
    title = "Erwartet, nicht abgerechnet: Monate ohne übernommene Meldung"
    sheet = book.table(OUTSTANDING, title, subtitle(overview), _COLUMNS)
    members, open_months = overview.programme.members, overview.finance.outstanding
    row = first = FIRST_TABLE_ROW
    for entry in open_months.iter_rows(named=True):
        state = ReturnState.HELD_BACK if entry["held_back"] else ReturnState.MISSING
        sheet.text(row, 0, entry["ags"])
        sheet.text(row, 1, members[entry["ags"]].name)
        sheet.number(row, _MONTH, month_number(entry["month"]), "body_month")
        sheet.text(row, _STATE, GERMAN_RETURN_STATE[state], "body_bold")
        if entry["basis_month"] is None:
            sheet.text(row, _BASIS, NONE, "body_centre")
            sheet.text(row, _EXPECTED, "nicht bekannt", "body_money")
        else:
            sheet.number(row, _BASIS, month_number(entry["basis_month"]), "body_month")
            sheet.money(row, _EXPECTED, entry["expected_cents"])
        row += 1
    if row == first:
        sheet.text(row, 0, "Von allen Kommunen ist jeder Monat abgerechnet.", "plain")
        return
    sheet.filter(first - 1, row - 1, len(_COLUMNS))
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Erwartet, nicht abgerechnet", "total_left")
    expected = int(open_months["expected_cents"].sum())
    formula = f"=SUM({cell(first, _EXPECTED)}:{cell(row - 1, _EXPECTED)})"
    sheet.live_money(row, _EXPECTED, formula, expected, "total_money")
    book.name("Erwartet_nicht_abgerechnet", OUTSTANDING, row, _EXPECTED)
    sheet.prose(
        row + 2,
        "Schätzung, keine Forderung: Angesetzt ist, was für den letzten abgerechneten Monat derselben Kommune bis heute "
        "gebucht wurde (ohne Anschubfinanzierung und manuelle Buchungen). Die Beträge sind in keiner anderen Summe "
        "enthalten. Der tatsächliche Betrag entsteht erst mit der Meldung.",
        "small_prose",
    )
