"""Where the overview's tables lie, so that its checks can refer to them: all begin at FIRST_TABLE_ROW."""

from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, span
from schemas.documents import CLOSED_SHEET, FINDINGS_SHEET, Overview
from schemas.months import german_date, german_month

SUMMARY, CHECKS, CHANGES, OUTSTANDING, ACCOUNT = "Übersicht", "Kontrolle", "Veränderung", "Ausstehend", "Trägerkonto"
CORRECTIONS, CLOSED, REVERSALS = "Korrekturen", CLOSED_SHEET, "Stornos"
BOOKINGS, LINES, FINDINGS, RECEIVED, NOTES = "Buchungen", "Positionen", FINDINGS_SHEET, "Meldungen", "Hinweise"
OK, DEVIATION = "OK", "ABWEICHUNG"


def rows_of(sheet: str, column: int, rows: int) -> str:
    """A column of a table on another sheet; an empty table lends its first, empty row."""
    return span(FIRST_TABLE_ROW, FIRST_TABLE_ROW + max(rows, 1) - 1, column, sheet)


def subtitle(overview: Overview) -> str:
    """What stands under the title of every sheet."""
    dated = (
        f" · freigegeben am {german_date(overview.document_date)}"
        if overview.document_date and not overview.draft
        else ""
    )
    return f"{overview.programme.programme.title} · Abrechnungsmonat {german_month(overview.month)}{dated}"
