"""The names of the overview's sheets, its verdicts, and what stands under every title."""

from collections.abc import Iterator

from schemas.documents import CLOSED_SHEET, FINDINGS_SHEET, Overview
from schemas.months import german_date, german_month

SUMMARY, CHECKS, CHANGES, OUTSTANDING, ACCOUNT = "Übersicht", "Kontrolle", "Veränderung", "Ausstehend", "Trägerkonto"
CORRECTIONS, CLOSED, REVERSALS, NEUTRALITY = "Korrekturen", CLOSED_SHEET, "Stornos", "Neutralität"
PAYMENTS = "Auszahlungen"
BOOKINGS, LINES, FINDINGS, RECEIVED, NOTES = "Buchungen", "Positionen", FINDINGS_SHEET, "Meldungen", "Hinweise"
OK, DEVIATION = "OK", "ABWEICHUNG"


def passed_on(overview: Overview) -> Iterator[str]:
    """Which documents go to a successor, so that the Personenkonto beside them is another's: one sentence each."""
    for ags in overview.documents["ags"]:
        if member := overview.programme.members.get(ags):
            recipient = overview.programme.recipient(member, overview.month)
            if recipient != member:
                yield f"Die Rechtsnachfolge von {member.name} hat {recipient.name} angetreten: Das Dokument geht dorthin, und das Personenkonto ist das von {recipient.name}."


def subtitle(overview: Overview) -> str:
    """What stands under the title of every sheet."""
    dated = (
        f" · freigegeben am {german_date(overview.document_date)}"
        if overview.document_date and not overview.draft
        else ""
    )
    return f"{overview.programme.programme.title} · Abrechnungsmonat {german_month(overview.month)}{dated}"
