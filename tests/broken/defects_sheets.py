"""Defects of the cover, of sheets and of headings."""

from openpyxl import Workbook

from tests.broken.defects import NO_ROWS, defect, error, nil_return, notice
from tests.broken.forms import AT_WORK, Form, faultless, form
from tests.broken.programmes import WITH_ALLOWANCE

PAID = "Gezahlte Leistung (EUR)"


def without_sheet(name: str) -> Form:
    return faultless().edit(lambda book: book.remove(book[name]))


def with_copied_sheet(name: str, copy: str) -> Form:
    def change(book: Workbook) -> None:
        book.copy_worksheet(book[name]).title = copy

    return faultless().edit(change)


def with_renamed_sheet(name: str, new: str) -> Form:
    def change(book: Workbook) -> None:
        book[name].title = new

    return faultless().edit(change)


def with_stored(formula: str, stored: str) -> Form:
    """The control total of the placements as a formula with a stored value."""
    return faultless().xml(
        "xl/worksheets/sheet1.xml",
        r'<c r="B17"( s="\d+")?><v>1</v></c>',
        rf'<c r="B17"\1><f>{formula}</f><v>{stored}</v></c>',
    )


COVER = [
    defect("Blatt Deckblatt fehlt", lambda: without_sheet("Deckblatt"), error("F04", "Deckblatt!", "", "„Deckblatt“ fehlt")),
    defect(
        "Zeile Meldemonat fehlt", {"Deckblatt!A8": None},
        error("F06", "Deckblatt!", "Meldemonat", "fehlt die Zeile „Meldemonat“", "rechts daneben"),
    ),
    defect(
        "Meldemonat leer", {"Deckblatt!B8": None},
        error("F06", "Deckblatt!B8", "Meldemonat", "nicht ausgefüllt", "2016-03 oder März 2016", "in B8 eintragen"),
    ),
    defect(
        "Meldemonat in anderer Schreibweise", {"Deckblatt!B8": "9/2016"},
        error("F06", "Deckblatt!B8", "Meldemonat", "„9/2016“", "nicht zu verstehen", "ein Monat"),
    ),
    defect("Meldemonat als bloße Zahl", {"Deckblatt!B8": 42614}, error("F06", "Deckblatt!B8", "Meldemonat", "„42614“")),
    defect(
        "Meldungsart unbekannt", {"Deckblatt!B9": "Nachmeldung"},
        error("F06", "Deckblatt!B9", "Meldungsart", "„Nachmeldung“", "Erstmeldung oder Korrektur"),
    ),
    defect(
        "Datum der Meldung unlesbar", {"Deckblatt!B12": "Anfang Oktober"},
        error("F06", "Deckblatt!B12", "Datum der Meldung", "„Anfang Oktober“", "ein Datum"),
    ),
    defect("Sachlich richtig leer", {"Deckblatt!B13": " "}, error("F06", "Deckblatt!B13", "Sachlich richtig", "nicht ausgefüllt")),
    defect("andere Formularversion", {"Deckblatt!B4": 2}, error("F06", "Deckblatt!B4", "Formularversion", "„2“", "Erwartet wird 1")),
    defect(
        "Gemeindeschlüssel zu kurz", {"Deckblatt!B6": "53580"},
        error("F06", "Deckblatt!B6", "Gemeindeschlüssel", "„53580“", "8 Ziffern"),
    ),
    defect(
        "Kontrollsumme in Worten", {"Deckblatt!B14": "zwei"},
        error("F06", "Deckblatt!B14", "Anzahl Leistungsfälle", "„zwei“", "eine ganze Zahl"),
    ),
    defect("Kontrollsumme mehrdeutig", {"Deckblatt!B15": "1.364"}, error("F06", "Deckblatt!B15", "Summe Gezahlte Leistung", "„1.364“")),
    defect("Kontrollsumme fehlt", {"Deckblatt!B16": None}, error("F06", "Deckblatt!B16", "Summe AGH-Stunden", "nicht ausgefüllt")),
    defect(
        "Excel-Fehler auf dem Deckblatt", {"Deckblatt!B17": "#REF!"},
        error("F06", "Deckblatt!B17", "Anzahl Vermittlungen", "„#REF!“", "B17 berichtigen"),
    ),
    defect(
        "Kontrollsumme als Formel ohne gespeicherten Wert", {"Deckblatt!B17": "=1+0"},
        error("F06", "Deckblatt!B17", "Anzahl Vermittlungen", "Formel ohne gespeichertes Ergebnis", "in Excel öffnen"),
    ),
    defect(
        "Meldemonat zweimal, verschieden", {"Deckblatt!D4": "Meldemonat:", "Deckblatt!E4": "2016-08"},
        error("F06", "Deckblatt!E4", "Meldemonat", "mehrfach mit verschiedenen Werten"),
    ),
    defect(
        "Kontrollsumme als Formel mit gespeichertem Wert", lambda: with_stored("SUM(1)", "1"),
        notice("F11", "Deckblatt!B17", "Anzahl Vermittlungen", "ist eine Formel", "Wert 1"),
    ),
    defect(
        "Gemeindeschlüssel ohne führende Null", {"Deckblatt!B6": 5358008},
        notice("F11", "Deckblatt!B6", "Gemeindeschlüssel", "„05358008“"),
    ),
    defect(
        "Gemeindeschlüssel ohne führende Null, als Text", {"Deckblatt!B6": "5358008"},
        notice("F11", "Deckblatt!B6", "Gemeindeschlüssel", "„05358008“"),
    ),
    defect(
        "Gemeindeschlüssel mit Leerzeichen", {"Deckblatt!B6": "05 358 008"},
        notice("F11", "Deckblatt!B6", "Gemeindeschlüssel", "„05358008“"),
    ),
    defect("Gemeinde leer oder anders genannt: nur zur Information", {"Deckblatt!B7": "Stadt an der Rur"}),
    defect(
        "anderes Programm", {"Deckblatt!B5": "aachen"},
        error("F07", "Deckblatt!B5", "Programm", "„aachen“ ist nicht bekannt", "„probe“"),
    ),
    defect(
        "fremder Gemeindeschlüssel", {"Deckblatt!B6": "05358009"},
        error("F07", "Deckblatt!B6", "Gemeindeschlüssel", "„05358009“", "Düren, Stadt hat den Schlüssel 05358008"),
    ),
    defect(
        "Monat vor dem Programm", lambda: nil_return(month="2015-10"),
        error("F08", "Deckblatt!B8", "Meldemonat", "Oktober 2015", "vor dem Beginn", "November 2015"),
    ),
    defect("Monat, in dessen Mitte das Programm beginnt", lambda: nil_return(month="2015-11")),
    defect(
        "Monat nach dem Ende und zwölf weiteren", lambda: nil_return(month="2027-01"),
        error("F08", "Deckblatt!B8", "Meldemonat", "Januar 2027", "nach dem Ende", "Dezember 2026"), month="2027-01",
    ),
    defect("letzter Monat nach dem Ende", lambda: nil_return(month="2026-12"), month="2026-12"),
    defect(
        "Monat später als der abgerechnete", lambda: nil_return(month="2016-10"),
        error("F08", "Deckblatt!B8", "Meldemonat", "Oktober 2016", "noch nicht an der Reihe", "abgerechnet wird September 2016"),
    ),
]  # fmt: skip


SHEETS = [
    defect("Blatt Leistungen fehlt", lambda: without_sheet("Leistungen"), error("F04", "Leistungen!", "", "„Leistungen“ fehlt", "gehört dazu, es bleibt dann leer")),
    defect("Blatt Vermittlungen fehlt", lambda: without_sheet("Vermittlungen"), error("F04", "Vermittlungen!", "", "„Vermittlungen“")),
    defect("Blatt Arbeitsgelegenheiten fehlt", lambda: without_sheet("Arbeitsgelegenheiten"), error("F04", "Arbeitsgelegenheiten!", "", "„Arbeitsgelegenheiten“")),
    defect(
        "Blatt umbenannt", lambda: with_renamed_sheet("Leistungen", "Leistungen 09"),
        error("F04", "Leistungen!", "", "„Leistungen“ fehlt", "Meinten Sie „Leistungen 09“?", "wieder „Leistungen“ nennen"),
    ),
    defect(
        "Deckblatt umbenannt", lambda: with_renamed_sheet("Deckblatt", "Deckblat"),
        error("F04", "Deckblatt!", "", "Meinten Sie „Deckblat“?", "wieder „Deckblatt“ nennen"),
    ),
    defect(
        "Blatt ganz anders genannt: nichts wird geraten", lambda: with_renamed_sheet("Leistungen", "Tabelle1"),
        error("F04", "Leistungen!", "", "„Leistungen“ fehlt", "vollständig senden"),
    ),
    defect("Blatt Teilnahmen fehlt: darf es", lambda: without_sheet("Teilnahmen")),
    defect(
        "Blatt zweimal", lambda: with_copied_sheet("Leistungen", "LEISTUNGEN "),
        error("F05", "Leistungen!", "", "mehrfach", "„Leistungen“ und „LEISTUNGEN “"),
    ),
    defect(
        "Deckblatt zweimal", lambda: with_copied_sheet("Deckblatt", "deckblatt "),
        error("F05", "Deckblatt!", "", "mehrfach", "„Deckblatt“ und „deckblatt “"),
    ),
    defect("unbekanntes Blatt: wird nicht gelesen", lambda: with_copied_sheet("Leistungen", "Leistungen alt")),
    defect("leeres Blatt, das fehlen darf", {f"Bestand!{cell}": None for cell in ("A1", "A2", "A4", "B4", "C4", "A5", "B5", "C5")}),
    defect("Spalte fehlt", {"Leistungen!B4": None}, error("F05", "Leistungen!", "Geburtsjahr", "„Geburtsjahr“ fehlt", "wieder einfügen")),
    defect(
        "Spalte umbenannt", {"Leistungen!B4": "Geb.-Jahr"},
        error("F05", "Leistungen!", "Geburtsjahr", "„Geburtsjahr“ fehlt"),
        notice("F11", "Leistungen!B4", "", "„Geb.-Jahr“ gehört nicht zum Formular"),
    ),
    defect("Spalte des Schlüssels fehlt", {"Leistungen!A4": None}, error("F05", "Leistungen!", "Fallnummer", "„Fallnummer“ fehlt")),
    defect("Spalte fehlt auf einem Blatt, das fehlen dürfte", {"Teilnahmen!I4": None}, error("F05", "Teilnahmen!", "Grund", "„Grund“ fehlt")),
    defect("Spalte Bemerkung fehlt: darf sie", {"Leistungen!M4": None}),
    defect(
        "Überschrift zweimal", {"Leistungen!N4": "gezahlte  Leistung"},
        error("F05", "Leistungen!N4", PAID, "mehrfach", "H4 und N4", "überzählige Spalte entfernen"),
    ),
    defect(
        "keine Überschriften", {f"Leistungen!{letter}4": None for letter in "ABCDEFGHIJKLM"},
        error("F05", "Leistungen!", "", "Zeile mit den Überschriften", "Fallnummer, Geburtsjahr"),
    ),
    defect("Spalte zu viel", {"Leistungen!N4": "Sachbearbeitung"}, notice("F11", "Leistungen!N4", "", "„Sachbearbeitung“", "nicht gelesen")),
    defect(
        "Zeilen auf einem Blatt, das dieses Programm nicht braucht", lambda: form(NO_ROWS | {"benefits": (AT_WORK,)}),
        notice("F11", "Leistungen!", "", "nicht gebraucht"), programme=WITH_ALLOWANCE,
    ),
    defect("leeres Blatt, das dieses Programm nicht braucht", nil_return, programme=WITH_ALLOWANCE),
    defect(
        "Summenzeile", {"Leistungen!A7": "SUMME:", "Leistungen!B7": "Leistungen", "Leistungen!H7": 364},
        notice("F11", "Leistungen!A7", "", "Summenzeile wurde übergangen"),
    ),
    defect(
        "Überschriften noch einmal", {"Bestand!A6": "Status", "Bestand!B6": "Altersgruppe", "Bestand!C6": "Personen"},
        notice("F11", "Bestand!A6", "", "stehen hier noch einmal"),
    ),
    defect("Leerzeichen um einen Schlüssel", {"Leistungen!A6": " A-200\u200b"}, notice("F11", "Leistungen!A6", "Fallnummer", "„A-200“")),
    defect("Leerzeichen um ein Einsatzfeld", {"Bedarfe!A5": "Grünpflege "}, notice("F11", "Bedarfe!A5", "Einsatzfeld", "„Grünpflege“")),
]  # fmt: skip
