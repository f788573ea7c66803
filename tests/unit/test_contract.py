"""The column map is the contract of the return: sheets, headings, what may be empty or missing, every list, every key."""

import pytest

from schemas.returns import CONTROL_TOTALS, COVER, TABLES, Column, Table

# Heading | kind | cell: must be filled, may be empty, or must be filled where that column is | column: may be missing
SHEETS = {
    "Leistungen": """
        Fallnummer | case | must
        Geburtsjahr | integer | must
        Geschlecht | list | must
        Status | list | must
        Leistungsart | list | must
        Bedarfsstufe | integer | must
        Unterkunftskosten (EUR) | money | may
        Gezahlte Leistung (EUR) | money | must
        Anspruch von | date | may | optional
        Anspruch bis | date | may | optional
        Kürzung (EUR) | money | may | optional
        Landespauschale | yes_no | may | optional
        Bemerkung | text | may | optional
    """,
    "Arbeitsgelegenheiten": """
        AGH-Nummer | key | must
        Trägerart | list | must
        Einsatzstelle | text | with case_id
        Fallnummer | case | may
        Von | date | must
        Bis | date | must
        Stunden | hours | with case_id
        Mehraufwand (EUR) | money | may
        Freiwillig | yes_no | with case_id
        Zuweisung am | date | may | optional
        Bescheinigung am | date | may
        Verbleib | list | may | optional
        Bemerkung | text | may | optional
    """,
    "Vermittlungen": """
        Fallnummer | case | must
        Arbeitgeber | text | must
        Zustimmung am | date | may
        Beschäftigungserlaubnis am | date | may | optional
        Beginn | date | must
        Ende | date | may
        SV-pflichtig | yes_no | must
        Wochenstunden | hours | must
        Bruttolohn (EUR) | money | must
        Bruttolohn im Monat (EUR) | money | may | optional
        Nettolohn (EUR) | money | may
        Bemerkung | text | may | optional
    """,
    "Bedarfe": """
        Einsatzfeld | text | must
        Trägerart | list | must
        Gemeldet am | date | may | optional
        Gemeldete Plätze | integer | must
        Besetzte Plätze | integer | must
    """,
    "Teilnahmen": """
        Fallnummer | case | must
        Vorgeschlagen am | date | must
        Vorgeschlagen von | list | must
        Entscheidung | list | must
        Entscheidung am | date | may
        Kompetenzprofil am | date | may
        Eingliederungsplan am | date | may
        Ausgetreten am | date | may
        Grund | list | may
    """,
    "Bestand": """
        Status | list | must
        Altersgruppe | list | must
        Personen | integer | must
    """,
    "Beratung": """
        Leistung | list | must
        Zielgruppe | list | must
        Partner | list | must
        Kontakte | integer | must
        davon Frauen | integer | must
    """,
}
KEYS = {
    "Leistungen": "Fallnummer",
    "Arbeitsgelegenheiten": "AGH-Nummer, Fallnummer, Von",
    "Vermittlungen": "Fallnummer, Beginn",
    "Bedarfe": "Einsatzfeld, Trägerart",
    "Teilnahmen": "Fallnummer",
    "Bestand": "Status, Altersgruppe",
    "Beratung": "Leistung, Zielgruppe, Partner",
}
_STATUS = "Aufenthaltsgestattung, Duldung, Ankunftsnachweis, Aufenthaltserlaubnis, Sonstige"
_PROVIDER = "Gemeinschaftseinrichtung, Kommune, Verein"
_YES_NO = "ja, nein"
LISTS = {
    "Leistungen": {
        "Geschlecht": "w, m, d", "Status": _STATUS, "Leistungsart": "Grundleistung, Analogleistung",
        "Landespauschale": _YES_NO,
    },
    "Arbeitsgelegenheiten": {
        "Trägerart": _PROVIDER, "Freiwillig": _YES_NO,
        "Verbleib": "Beschäftigung, Ausbildung, Suche, Wegzug, unbekannt",
    },
    "Vermittlungen": {"SV-pflichtig": _YES_NO},
    "Bedarfe": {"Trägerart": _PROVIDER},
    "Teilnahmen": {
        "Vorgeschlagen von": "Kommune, Träger", "Entscheidung": "zugestimmt, abgelehnt, offen",
        "Grund": "Beschäftigung, Ausbildung, Wegzug, Rechtskreiswechsel, Abbruch, Sonstiges",
    },
    "Bestand": {"Status": _STATUS, "Altersgruppe": "unter 18, 18 bis 65, über 65"},
    "Beratung": {
        "Leistung": (
            "Kompetenzprofil, Sozialpädagogische Beratung, Berufsorientierung, Vermittlung in Praktikum, "
            "Vermittlung in Ausbildung, Vermittlung in Arbeit, Bewerbungsunterlagen, Anerkennungsberatung, "
            "Anpassungsqualifizierung, Fallbesprechung, Gruppenangebot, Gründungsberatung, Ehrenamtsvermittlung, "
            "Unternehmensberatung, Fördermittelberatung, Projektentwicklung, Begleitung Einarbeitung"
        ),
        "Zielgruppe": (
            "Arbeitsuchende, Arbeitslose, SGB-II-Beziehende, Jugendliche, Gründungswillige, Ehrenamtliche, "
            "Unternehmen, Träger"
        ),
        "Partner": (
            "Träger, Agentur für Arbeit, Jobcenter, Arbeitgeberservice, Migrationssozialarbeit, Einrichtungsbezogene "
            "Betreuung, Fallmanagement, Integrationszentrum, Unternehmen, Bildungseinrichtung, Migrantenorganisation, "
            "Ehrenamt"
        ),
    },
}  # fmt: skip
# Label | kind | must be filled, may be empty, or: where the programme needs the sheet that it totals
COVER_SHEET = """
    Formularversion | integer | must
    Programm | text | must
    Gemeindeschlüssel | ags | must
    Gemeinde | text | may
    Meldemonat | month | must
    Meldungsart | list | must
    Ansprechperson | text | may
    E-Mail | text | may
    Datum der Meldung | date | may
    Sachlich richtig | text | must
    Anzahl Leistungsfälle | integer | total of Leistungen
    Summe Gezahlte Leistung | money | total of Leistungen
    Summe AGH-Stunden | hours | total of Arbeitsgelegenheiten
    Anzahl Vermittlungen | integer | total of Vermittlungen
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def described(column: Column) -> str:
    need = "must" if column.required else f"with {column.required_with}" if column.required_with else "may"
    return " | ".join([column.title, column.kind, need, *["optional"] * column.may_be_missing])


def test_the_sheets() -> None:
    assert [table.sheet for table in TABLES.values()] == list(SHEETS)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_headings_keys_and_lists_of_a_sheet(table: Table) -> None:
    assert [described(column) for column in table.columns] == lines(SHEETS[table.sheet])
    assert ", ".join(table.column(name).heading for name in table.key) == KEYS[table.sheet]
    found = {column.heading: ", ".join(column.values) for column in table.columns if column.values}
    assert found == LISTS[table.sheet]


def test_the_cover() -> None:
    totals = {label: f"total of {TABLES[table].sheet}" for label, (table, _) in CONTROL_TOTALS.items()}
    found = [
        " | ".join([column.title, column.kind, totals.get(column.name, "must" if column.required else "may")])
        for column in COVER
    ]
    assert found == lines(COVER_SHEET)
    assert [column.values for column in COVER if column.values] == [("Erstmeldung", "Korrektur")]
    assert [(column.low, column.high) for column in COVER if column.name == "form_version"] == [(1, 1)]
