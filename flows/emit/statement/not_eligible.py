"""Sheet `Nicht berechtigt` of a statement: case months in which a placement is not eligible, and why."""

from flows.emit.statement.positions import subtitle
from flows.emit.statement.premium import NOT_ELIGIBLE, CaseMonth
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, month_number
from schemas.documents import Statement
from schemas.results import reasons_in_words

_TABLE = Table(
    NOT_ELIGIBLE,
    Column("case_id", "Fallnummer", 18),
    Column("service_month", "Leistungs-\nmonat", 10),
    Column("eligible_days", "Berechtigte Tage", 11, True),
    Column("need_cents", "Bedarf", 13, True),
    Column("paid_cents", "Gezahlte Leistung", 13, True),
    Column("reasons", "Warum eine Beschäftigung in diesem Monat nicht berechtigt ist", 90),
)


def write_not_eligible(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Case months in which a placement is not eligible, with the reasons in words."""
    sheet = book.table(_TABLE, "Nicht berechtigte Beschäftigungen", subtitle(statement))
    row = FIRST_TABLE_ROW
    for month in months:
        sheet.text(row, "case_id", month.case_id)
        sheet.number(row, "service_month", month_number(month.service_month), "body_month")
        sheet.number(row, "eligible_days", month.eligible_days)
        sheet.money(row, "need_cents", month.need_cents)
        sheet.money(row, "paid_cents", month.paid_cents)
        reasons = reasons_in_words(month.reasons) or "In diesem Monat liegt kein berechtigter Beschäftigungstag."
        sheet.text(row, "reasons", reasons, "body_after")
        row += 1
    sheet.prose(
        row + 1,
        "Hat ein Fall in einem Monat berechtigte Tage und steht dennoch hier, so war daneben eine weitere Beschäftigung nicht berechtigt. "
        "Stimmt eine Angabe nicht, senden Sie bitte eine Korrektur der Meldung; die nächste Abrechnung gleicht den Monat aus.",
        "small_prose",
    )
