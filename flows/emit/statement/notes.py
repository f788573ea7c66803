"""Sheet `Hinweise` of a statement: how the figures come about, on which legal basis, and whom to call."""

from collections.abc import Iterator

from flows.emit.statement.neutrality import NEUTRALITY
from flows.emit.statement.positions import CORRECTIONS, EVIDENCE, POSITIONS, subtitle
from flows.emit.statement.premium import DERIVATION
from flows.emit.wording.closed_years import what_stands
from flows.emit.wording.lines import Line
from flows.emit.wording.terms import bearing_sentences, premium_sentences
from flows.emit.wording.words import DRAFT, guarantee_sentence, return_sentence
from flows.emit.xlsx.workbook import Book
from schemas.documents import Statement
from schemas.money import euros
from schemas.months import german_month

NOTES = "Hinweise"
_LABEL_WIDTH, _TEXT_WIDTH = 26.0, 68.0


def write_notes(book: Book, statement: Statement, lines: list[Line]) -> None:
    """Subject and explanation, one row each."""
    sheet = book.sheet(NOTES, [_LABEL_WIDTH, _TEXT_WIDTH])
    sheet.title("Hinweise zur Abrechnung", subtitle(statement))
    sheet.set_up(landscape=False)
    for row, (label, text) in enumerate(_notes(statement, lines), 2):
        sheet.text(row, 0, label, "body_bold")
        sheet.text(row, 1, text, "note")


def _notes(statement: Statement, lines: list[Line]) -> Iterator[tuple[str, str]]:
    programme = statement.programme
    month = german_month(statement.month)
    if statement.draft:
        yield (
            DRAFT,
            "Diese Abrechnung ist noch nicht freigegeben. Beträge können sich bis zur Freigabe ändern; Nummer, Datum und Fälligkeit entstehen erst dann.",
        )
    yield (
        "Worum es geht",
        f"{programme.programme.title}: {programme.programme.county} rechnet mit den Kommunen monatlich ab, was sich aus ihren Meldungen ergibt. Dieses Dokument gilt für {month}.",
    )
    yield "Ihre Meldung", return_sentence(statement.return_state, statement.month)
    yield (
        "So entsteht ein Betrag",
        (
            "Mit jeder Abrechnung werden alle Leistungsmonate nach den geltenden Meldungen neu berechnet. "
            "Betrag = Abzurechnen (heutiger Stand) − Bereits abgerechnet (frühere Abrechnungen). Ein Plus zahlt die Kommune, ein Minus erstattet der Kreis."
        ),
    )
    yield (
        "Korrekturen",
        (
            "Verspätete oder berichtigte Meldungen und geänderte Sätze gleichen sich in der nächsten Abrechnung von selbst aus: als Differenz im "
            "Leistungsmonat, den sie betreffen. Fällt eine Position weg, wird ihr Betrag zurückgenommen. "
            f"Was sich warum geändert hat, steht auf dem Blatt „{CORRECTIONS}“, wenn es Korrekturen gibt."
        ),
    )
    if statement.neutrality.closed_until:
        yield "Abgeschlossene Jahre", what_stands(statement)
    if programme.allowance is not None:
        yield from _allowance_notes(statement)
    if programme.premium:
        yield from _premium_notes(statement)
    yield (
        "Rundung",
        "Jeder Betrag wird einmal auf ganze Cent gerundet, ein halber Cent vom Nullpunkt weg (kaufmännisch).",
    )
    if lines:
        yield (
            "Nachrechnen",
            f"Kosten, Beträge und Summen auf dem Blatt „{POSITIONS}“ sind Formeln. Das Blatt „{EVIDENCE}“ nennt zu jeder Position Datei, Blatt, Zeile und Zelle der Meldung.",
        )
    bases = sorted({line.legal_basis for line in lines if line.legal_basis})
    yield (
        "Rechtsgrundlagen",
        "\n".join(bases)
        if bases
        else "Diese Mitteilung enthält keine Positionen und stützt sich auf keine einzelne Rechtsgrundlage.",
    )
    yield (
        "Umsatzsteuer",
        "Der Ausgleich zwischen Kreis und Kommune ist nicht umsatzsteuerbar (§ 2b UStG). Umsatzsteuer wird nicht ausgewiesen.",
    )
    yield (
        "Datenschutz",
        "Personen erscheinen nur unter der Fallnummer Ihrer Kommune. Bitte tragen Sie auch bei Rückfragen keine Namen in E-Mails ein.",
    )
    address = programme.accounting.county_address
    yield (
        "Rückfragen",
        (
            f"{address.contact}, Telefon {address.phone}, E-Mail {address.email}. Stimmt eine Position nicht, senden Sie bitte eine Meldung der Art "
            "„Korrektur“ für den betreffenden Monat; sie ersetzt die frühere Meldung und wird mit der nächsten Abrechnung ausgeglichen."
        ),
    )


def _allowance_notes(statement: Statement) -> Iterator[tuple[str, str]]:
    allowance = statement.programme.allowance
    assert allowance is not None
    yield (
        "Arbeitsgelegenheiten",
        (
            "Mehraufwandsentschädigung = gemeldete Stunden × Stundensatz, der am ersten Einsatztag galt. "
            "Nachgewiesener Mehraufwand (§ 5 Abs. 2 AsylbLG) wird in der gemeldeten Höhe angesetzt."
        ),
    )
    yield "Wer die Kosten trägt", "\n".join(bearing_sentences(allowance))


def _premium_notes(statement: Statement) -> Iterator[tuple[str, str]]:
    programme = statement.programme
    yield (
        "Prämie",
        (
            "Gelingt eine Vermittlung in sozialversicherungspflichtige Arbeit, spart die Kommune Leistungen nach dem AsylbLG. Aus dieser Ersparnis zahlt sie "
            f"die Prämie. Den Rechenweg zeigt das Blatt „{DERIVATION}“, wenn es Vermittlungen gibt."
        ),
    )
    yield "Bedingungen der Prämie", "\n".join(premium_sentences(programme))
    yield (
        "Zusage",
        f"Für jeden Fall gilt am Ende jedes Monats: Prämien ≤ Ersparnis. {guarantee_sentence(programme)} Die Übersicht dazu steht auf dem Blatt „{NEUTRALITY}“, wenn es Vermittlungen gibt.",
    )
    if programme.start_up is not None:
        amount = programme.start_up_cents[statement.municipality.ags]
        yield (
            "Anschubfinanzierung",
            f"Einmalig {euros(amount)} laut Vereinbarung, abgerechnet für {german_month(programme.start_up.service_month)}. Sie liegt außerhalb der Zusage.",
        )
    if programme.carrier is not None:
        yield (
            "Träger",
            f"Vermittelt wird durch {programme.carrier.name}. Prämien und Anschubfinanzierung dienen der Finanzierung dieser Arbeit.",
        )
