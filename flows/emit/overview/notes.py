"""Sheet `Hinweise` of the overview: who drafted and approved, and how to read the sheets."""

from collections.abc import Iterator

from flows.emit.cash.open_items import MOVEMENTS, OPEN_ITEMS
from flows.emit.overview.layout import (
    ACCOUNT,
    BOOKINGS,
    CHANGES,
    CHECKS,
    CORRECTIONS,
    DEVIATION,
    FINDINGS,
    LINES,
    NOTES,
    OUTSTANDING,
    PAYMENTS,
    RECEIVED,
    REVERSALS,
    SUMMARY,
    subtitle,
)
from flows.emit.wording.reversals import full_sentence
from flows.emit.wording.words import guarantee_sentence
from flows.emit.xlsx.workbook import Book
from schemas.documents import Overview, Withdrawal, order_in_words
from schemas.months import german_date
from schemas.open_items import Money


def write_notes(book: Book, overview: Overview) -> None:
    """Subject and explanation, one row each."""
    sheet = book.sheet(NOTES, [24.0, 70.0])
    sheet.title("Hinweise", subtitle(overview))
    sheet.set_up(landscape=False)
    for row, (label, text) in enumerate(_notes(overview), 2):
        sheet.text(row, 0, label, "body_bold")
        sheet.text(row, 1, text, "note")


def _notes(overview: Overview) -> Iterator[tuple[str, str]]:
    if overview.draft:
        yield (
            "Stand",
            f"ENTWURF, erstellt von {overview.drafted_by}. Nummern, Daten und Fälligkeiten entstehen erst mit der Freigabe.",
        )
    else:
        on = f" am {german_date(overview.document_date)}" if overview.document_date else ""
        yield (
            "Stand",
            f"Entworfen von {overview.drafted_by}, freigegeben von {overview.approved_by or 'nicht überliefert'}{on}.",
        )
    if overview.programme.accounting.four_eyes:
        yield "Vier-Augen-Prinzip", "Wer den Entwurf erstellt hat, darf ihn nicht freigeben."
    yield (
        SUMMARY,
        f"Eine Zeile je Kommune des Programms. Rechnung: die Kommune zahlt. Gutschrift: der Kreis {_credit(overview)}. Nullmitteilung: keine Positionen, ohne Nummer.",
    )
    yield (
        CHECKS,
        f"Kontrollsummen als Formeln. Steht irgendwo {DEVIATION}, bitte nicht freigeben und die Ursache klären.",
    )
    if overview.programme.premium:
        yield "Zusage", guarantee_sentence(overview.programme)
    yield (
        CHANGES,
        "Je Kommune die vorige Abrechnung, was sich geändert hat, diese Abrechnung, und warum.",
    )
    yield (
        CORRECTIONS,
        "Differenzen früherer Leistungsmonate mit altem und neuem Betrag und Ursache; das Blatt entfällt, wenn es keine gibt.",
    )
    yield (
        OUTSTANDING,
        "Monate, für die keine Meldung übernommen ist, mit einer Schätzung. Erwartetes ist nicht abgerechnet und in keiner anderen Summe enthalten.",
    )
    if overview.finance.account is not None:
        yield (
            ACCOUNT,
            "Was dem Träger zusteht, was ausgezahlt wird, und der laufende Saldo. Ein negativer Saldo wird vorgetragen und nie ausgezahlt.",
        )
    yield (
        PAYMENTS,
        "Was der Kreis auszahlt: an den Träger und an Kommunen mit Guthaben, mit Kontoinhaber, IBAN und Verwendungszweck; das Blatt entfällt, wenn es nichts gibt.",
    )
    if not overview.finance.reversals.is_empty():
        yield (
            REVERSALS,
            "Dokumente früherer Läufe, die dieser Lauf in voller Höhe zurücknimmt.",
        )
    if overview.withdrawals:
        yield "Zurückgezogen", "\n".join(_withdrawn(entry, overview) for entry in overview.withdrawals)
    yield (
        BOOKINGS,
        "Eine Buchung je Dokument, Art und Leistungsmonat, wie in der Buchungsliste; sie ergeben zusammen die Summe der Dokumente.",
    )
    if overview.money is not None:
        yield (
            OPEN_ITEMS,
            f"Was {_open_on(overview.money, overview.draft)}, je Beleg, mit den Tagen seit der Fälligkeit.",
        )
        yield (
            MOVEMENTS,
            "Was seit der vorigen Freigabe auf dem Konto des Kreises gebucht wurde und wofür, und alles, was noch ungeklärt ist.",
        )
    yield (
        LINES,
        "Alle Positionen des Laufs. Betrag = Abzurechnen − Bereits abgerechnet. Die Herkunft jeder Position steht in der Abrechnung der Kommune (Blatt „Nachweis“).",
    )
    yield (
        FINDINGS,
        "Fehler, Warnungen und Hinweise aus der Prüfung. Viele gleiche Befunde sind zusammengefasst; findings.csv enthält alle.",
    )
    yield (
        RECEIVED,
        "Jede Datei des Laufs mit ihrem Stand; Kommunen ohne Meldung für den Abrechnungsmonat stehen mit „fehlt“ darunter.",
    )
    yield (
        "Rundung",
        "Jeder Betrag ist einmal auf ganze Cent gerundet, ein halber Cent vom Nullpunkt weg. Summen sind Summen gerundeter Beträge.",
    )


def _credit(overview: Overview) -> str:
    """What the county does with a credit."""
    if not overview.credits_wait:
        return "zahlt"
    return "verrechnet sie mit der nächsten Rechnung, oder er zahlt, wenn keine mehr folgt"


def _open_on(money: Money, draft: bool) -> str:
    """On which day what stands there was open."""
    return f"am {german_date(money.on)} offen ist" if draft else "am Tag der Freigabe offen war"


def _withdrawn(entry: Withdrawal, overview: Overview) -> str:
    """An order that was withdrawn: what it was, who ordered it and why, who withdrew it and why."""
    return (
        f"{order_in_words(entry, overview.programme)}, angeordnet von {entry.ordered_by} (Grund: {entry.reason}), vor der Freigabe zurückgezogen von {entry.withdrawn_by}. "
        f"Grund: {full_sentence(entry.withdrawn_reason)}"
    )
