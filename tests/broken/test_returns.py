"""One damaged return per defect: the findings' codes, severities and cells, the words of the sentences, nothing else.

Expected figures and cells come from the contract of the return, read against the layout of the form.
"""

from datetime import date, datetime, time

import polars as pl
import pytest
from openpyxl import Workbook

from schemas.documents import ReturnState
from schemas.findings import SEVERITIES
from tests.broken.defects import NO_ROWS, Defect, defect, error, nil_return, notice, warning
from tests.broken.forms import (
    AT_WORK,
    DUEREN,
    EMPLOYED,
    OPPORTUNITY,
    PLACEMENT,
    VACANCY,
    Form,
    Row,
    faultless,
    form,
    found,
    messages,
    missing_words,
    taken_in,
)
from tests.broken.programmes import COMPLETE, WITH_ALLOWANCE, WITH_PREMIUM, loaded

HOURS_ARE_A_WARNING = COMPLETE.replace('hours_over_cap = "error"', 'hours_over_cap = "warning"')


def without_sheet(name: str) -> Form:
    return faultless().edit(lambda book: book.remove(book[name]))


def with_format(cell: str, value: object, number_format: str) -> Form:
    def change(book: Workbook) -> None:
        sheet, _, address = cell.rpartition("!")
        book[sheet][address].value = value
        book[sheet][address].number_format = number_format

    return faultless().edit(change)


def with_copied_sheet(name: str, copy: str) -> Form:
    def change(book: Workbook) -> None:
        book.copy_worksheet(book[name]).title = copy

    return faultless().edit(change)


def with_text(cell: str, text: str) -> Form:
    """Text that a spreadsheet program would take for something else when typed."""

    def change(book: Workbook) -> None:
        sheet, _, address = cell.rpartition("!")
        book[sheet][address].value = text
        book[sheet][address].data_type = "s"

    return faultless().edit(change)


def with_stored(formula: str, stored: str) -> Form:
    """The control total of the placements as a formula with a stored value."""
    return faultless().xml(
        "xl/worksheets/sheet1.xml", r'<c r="B17"( s="\d+")?><v>1</v></c>', rf'<c r="B17"\1><f>{formula}</f><v>{stored}</v></c>'
    )


def placed(**changes: object) -> Form:
    """With another placement than the faultless one."""
    return form({"placements": (PLACEMENT | changes,)})


def at_work(**changes: object) -> Form:
    """With another filled row of Arbeitsgelegenheiten than the faultless one."""
    return form({"opportunities": (OPPORTUNITY | changes, VACANCY)})


def vacancy(**changes: object) -> Form:
    """With another vacant position than the faultless one."""
    return form({"opportunities": (OPPORTUNITY, VACANCY | changes)})


def july(opportunity: Row, benefit: Row = AT_WORK) -> Form:
    """A return for July 2016, the last whole month under the old § 5 AsylbLG."""
    in_july = {"from_date": date(2016, 7, 1), "to_date": date(2016, 7, 31)}
    rows = NO_ROWS | {"benefits": (benefit,), "opportunities": (OPPORTUNITY | in_july | opportunity,)}
    return form(rows, month="2016-07", reported_on=date(2016, 8, 4))


PAID, HOURS, GROSS = "Gezahlte Leistung (EUR)", "Stunden", "Bruttolohn (EUR)"

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
        error("F06", "Deckblatt!B9", "Meldungsart", "„Nachmeldung“", "Erstmeldung, Korrektur"),
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
        "anderes Programm", {"Deckblatt!B5": "aachen"},
        error("F07", "Deckblatt!B5", "Programm", "„aachen“ ist nicht bekannt", "„probe“"),
    ),
    defect(
        "fremder Gemeindeschlüssel", {"Deckblatt!B6": "05358009"},
        error("F07", "Deckblatt!B6", "Gemeindeschlüssel", "„05358009“", "Düren, Stadt hat 05358008"),
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
    defect("Blatt Leistungen fehlt", lambda: without_sheet("Leistungen"), error("F04", "Leistungen!", "", "„Leistungen“ fehlt", "bleibt leer, aber vorhanden")),
    defect("Blatt Vermittlungen fehlt", lambda: without_sheet("Vermittlungen"), error("F04", "Vermittlungen!", "", "„Vermittlungen“")),
    defect("Blatt Arbeitsgelegenheiten fehlt", lambda: without_sheet("Arbeitsgelegenheiten"), error("F04", "Arbeitsgelegenheiten!", "", "„Arbeitsgelegenheiten“")),
    defect("Blatt Teilnahmen fehlt: darf es", lambda: without_sheet("Teilnahmen")),
    defect(
        "Blatt zweimal", lambda: with_copied_sheet("Leistungen", "LEISTUNGEN "),
        error("F05", "Leistungen!", "", "mehrfach", "„Leistungen“ und „LEISTUNGEN “"),
    ),
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
        error("F05", "Leistungen!", "", "keine Überschriftenzeile", "Fallnummer, Geburtsjahr"),
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

CELLS = [
    defect("Pflichtfeld leer", {"Leistungen!B5": None}, error("C01", "Leistungen!B5", "Geburtsjahr", "ist leer", "eine ganze Zahl", "in B5")),
    defect("Einsatzstelle leer trotz Fallnummer", {"Arbeitsgelegenheiten!C5": None}, error("C01", "Arbeitsgelegenheiten!C5", "Einsatzstelle")),
    defect("Freiwillig leer trotz Fallnummer", {"Arbeitsgelegenheiten!I5": None}, error("C01", "Arbeitsgelegenheiten!I5", "Freiwillig", "ja, nein")),
    defect("unbesetzte Stelle ohne Trägerart", {"Arbeitsgelegenheiten!B6": None}, error("C01", "Arbeitsgelegenheiten!B6", "Trägerart")),
    defect(
        "Zeile unter der letzten Fallnummer", {"Leistungen!B8": 1990},
        error("C01", "Leistungen!A8", "Fallnummer", "fehlt „Fallnummer“", "Zeile leeren"),
    ),
    defect("nur eine Bemerkung unter der letzten Fallnummer: keine Zeile", {"Leistungen!M8": "geprüft"}),
    defect(
        "Freiwillig unter der letzten AGH-Nummer", {"Arbeitsgelegenheiten!I8": "ja"},
        error("C01", "Arbeitsgelegenheiten!A8", "AGH-Nummer", "fehlt „AGH-Nummer“"),
    ),
    defect("Betrag in Worten", {"Leistungen!H6": "viel"}, error("C02", "Leistungen!H6", PAID, "„viel“", "keine Zahl", "354,00", "H6 berichtigen")),
    defect(
        "Betrag mehrdeutig", {"Leistungen!H6": "1.364"},
        error("C02", "Leistungen!H6", PAID, "mehrdeutig", "1364 oder 1,364", "eindeutig schreiben"),
    ),
    defect("getippter Excel-Fehler", lambda: with_text("Leistungen!H6", "#REF!"), error("C02", "Leistungen!H6", PAID, "„#REF!“", "keine Zahl")),
    defect("Wahrheitswert statt Zahl", {"Leistungen!H6": True}, error("C02", "Leistungen!H6", PAID, "„WAHR“", "keine Zahl")),
    defect("Prozent im Text", {"Leistungen!H6": "50 %"}, error("C02", "Leistungen!H6", PAID, "„50 %“")),
    defect("Einheit einer anderen Spalte", {"Leistungen!H6": "364 Std."}, error("C02", "Leistungen!H6", PAID, "„364 Std.“", "ein Betrag")),
    defect(
        "Prozentformat", lambda: with_format("Leistungen!H6", 364, "0.00%"),
        error("C02", "Leistungen!H6", PAID, "als Prozentwert formatiert (364)", "als einfache Zahl"),
    ),
    defect(
        "Uhrzeit statt Stunden", lambda: with_format("Arbeitsgelegenheiten!G5", time(8, 30), "hh:mm"),
        error("C02", "Arbeitsgelegenheiten!G5", HOURS, "als Uhrzeit formatiert"),
    ),
    defect(
        "Datum statt Zahl", lambda: with_format("Leistungen!H6", datetime(2016, 9, 1), "dd.mm.yyyy"),
        error("C02", "Leistungen!H6", PAID, "als Datum formatiert (01.09.2016)"),
    ),
    defect("Nachkommastellen in ganzer Zahl", {"Leistungen!F5": 1.5}, error("C02", "Leistungen!F5", "Bedarfsstufe", "„1,5“", "keine ganze Zahl", "F5 ohne Nachkommastellen")),
    defect("kein Datum", {"Vermittlungen!C5": "gestern"}, error("C03", "Vermittlungen!C5", "Zustimmung am", "„gestern“", "kein Datum", "01.03.2016")),
    defect("kein Kalendertag", {"Vermittlungen!C5": "31.02.2016"}, error("C03", "Vermittlungen!C5", "Zustimmung am", "„31.02.2016“")),
    defect("andere Form eines Datums", {"Vermittlungen!C5": "2016/08/22"}, error("C03", "Vermittlungen!C5", "Zustimmung am")),
    defect(
        "Zahl, die kein Datum von 1990 bis 2100 ist", lambda: with_format("Vermittlungen!C5", 20160822, "General"),
        error("C03", "Vermittlungen!C5", "Zustimmung am", "„20160822“"),
    ),
    defect(
        "Wert nicht in der Liste", {"Leistungen!D5": "Gestattung"},
        error("C04", "Leistungen!D5", "Status", "„Gestattung“", "Am nächsten liegt „Aufenthaltsgestattung“", "Ankunftsnachweis, Aufenthaltserlaubnis, Sonstige"),
    ),
    defect("Zahl statt Listenwert", {"Leistungen!C5": 1}, error("C04", "Leistungen!C5", "Geschlecht", "erlaubt sind: w, m, d")),
    defect("Wahrheitswert statt ja", {"Vermittlungen!G5": True}, error("C04", "Vermittlungen!G5", "SV-pflichtig", "„WAHR“", "ja, nein")),
    defect("Zahl zu groß", {"Leistungen!F5": 7}, error("C05", "Leistungen!F5", "Bedarfsstufe", "„7“", "mindestens 1, höchstens 6")),
    defect("Betrag unter null", {"Leistungen!G5": -1}, error("C05", "Leistungen!G5", "Unterkunftskosten (EUR)", "„-1“", "mindestens 0")),
    defect("zehn Millionen", {"Vermittlungen!J5": 10_000_000}, error("C05", "Vermittlungen!J5", "Bruttolohn im Monat (EUR)", "„10000000“", "unter 10 Millionen")),
    defect("Lohn null", {"Vermittlungen!I5": 0, "Vermittlungen!K5": 0}, error("C05", "Vermittlungen!I5", GROSS, "größer als 0")),
    defect("zu viele Wochenstunden", {"Vermittlungen!H5": 60.01}, error("C05", "Vermittlungen!H5", "Wochenstunden", "höchstens 60")),
    defect("Geburtsjahr zu früh", {"Leistungen!B5": 1919}, error("C05", "Leistungen!B5", "Geburtsjahr", "„1919“", "mindestens 1920")),
    defect("Geburtsjahr nach dem Meldejahr", {"Leistungen!B5": 2017}, error("C05", "Leistungen!B5", "Geburtsjahr", "„2017“", "1920 bis 2016")),
    defect(
        "Fallnummer mit Umlaut", {"Teilnahmen!A5": "MÜL-1"},
        error("C05", "Teilnahmen!A5", "Fallnummer", "„MÜL-1“", "3 bis 20 Zeichen", "ohne Umlaute"),
    ),
    defect("Fallnummer als Datum", {"Teilnahmen!A5": datetime(2016, 9, 1)}, error("C05", "Teilnahmen!A5", "Fallnummer", "„01.09.2016“")),
    defect("AGH-Nummer als Wahrheitswert", {"Arbeitsgelegenheiten!A5": True}, error("C05", "Arbeitsgelegenheiten!A5", "AGH-Nummer", "„WAHR“", "kurzer Text oder eine ganze Zahl")),
    defect("Stunden zu genau", {"Arbeitsgelegenheiten!G5": 80.125}, error("C05", "Arbeitsgelegenheiten!G5", HOURS, "„80,125“", "Hundertstelstunden")),
    defect(
        "Mehraufwand, bevor es ihn gab", lambda: july({"expense_cents": 500}),
        error("C05", "Arbeitsgelegenheiten!H5", "Mehraufwand (EUR)", "erst seit dem 06.08.2016", "H5 leeren"), month="2016-07",
    ),
    defect("Betrag mit Bruchteil eines Cents", {"Leistungen!H6": 364.005}, error("C06", "Leistungen!H6", PAID, "„364,005“", "auf ganze Cent")),
    defect("Betrag im Text mit drei Nachkommastellen", {"Leistungen!H6": "0,364"}, error("C06", "Leistungen!H6", PAID, "„0,364“")),
    defect("Excel-Fehler", {"Leistungen!H6": "#DIV/0!"}, error("C07", "Leistungen!H6", PAID, "Excel-Fehler #DIV/0!", "354,00", "H6")),
    defect("Excel-Fehler in einer Spalte, die fehlen dürfte", {"Leistungen!K5": "#REF!"}, error("C07", "Leistungen!K5", "Kürzung (EUR)", "#REF!")),
    defect("Excel-Fehler in der Bemerkung", {"Leistungen!M5": "#N/A"}, error("C07", "Leistungen!M5", "Bemerkung", "#N/A")),
    defect("Excel-Fehler unter Freiwillig einer unbesetzten Stelle", {"Arbeitsgelegenheiten!I6": "#NAME?"}, error("C07", "Arbeitsgelegenheiten!I6", "Freiwillig", "#NAME?")),
    defect("Excel-Fehler unter der letzten Fallnummer", {"Leistungen!K9": "#REF!"}, error("C07", "Leistungen!K9", "Kürzung (EUR)", "#REF!")),
    defect(
        "Formel ohne gespeichertes Ergebnis", {"Leistungen!H6": "=300+64"},
        error("C07", "Leistungen!H6", PAID, "Formel ohne gespeichertes Ergebnis", "in Excel öffnen, berechnen lassen und speichern"),
    ),
    defect("Formel ohne gespeichertes Ergebnis am rechten Rand", {"Vermittlungen!L5": '="a"'}, error("C07", "Vermittlungen!L5", "Bemerkung")),
]  # fmt: skip

ROWS = [
    defect(
        "Fallnummer zweimal", lambda: form({"benefits": (EMPLOYED, AT_WORK, AT_WORK | {"case_id": "a-200", "paid_cents": 0})}),
        error("R01", "Leistungen!A7", "Fallnummer", "A-200", "mehrfach (Zeilen 6, 7)", "zusammenfassen"),
    ),
    defect(
        "unbesetzte Stelle zweimal", lambda: form({"opportunities": (OPPORTUNITY, VACANCY, VACANCY)}),
        error("R01", "Arbeitsgelegenheiten!A7", "AGH-Nummer", "AGH-2, unbesetzt, 01.09.2016", "Zeilen 6, 7"),
    ),
    defect(
        "eine Stelle in zwei Hälften des Monats: erlaubt",
        lambda: form({"opportunities": (OPPORTUNITY | {"to_date": date(2016, 9, 25)}, OPPORTUNITY | {"from_date": date(2016, 9, 26), "hours_hundredths": 100})}),
    ),
    defect(
        "Bedarf zweimal, anders geschrieben", {"Bedarfe!A6": "GRÜNPFLEGE", "Bedarfe!B6": "kommune", "Bedarfe!D6": 1, "Bedarfe!E6": 0},
        error("R01", "Bedarfe!A6", "Einsatzfeld", "Zeilen 5, 6"),
    ),
    defect(
        "Vermittlung ohne Zeile in Leistungen", lambda: placed(case_id="A-300"),
        error("R02", "Vermittlungen!A5", "Fallnummer", "A-300", "„Leistungen“", "auch wenn nichts gezahlt wurde"),
    ),
    defect(
        "zu viele Stunden im Monat", lambda: at_work(hours_hundredths=100_25),
        error("R03", "Arbeitsgelegenheiten!G5", HOURS, "A-200", "100,25", "erlaubt sind 100"),
    ),
    defect(
        "zu viele Stunden im Monat, als Warnung vereinbart", lambda: at_work(hours_hundredths=100_25),
        warning("R03", "Arbeitsgelegenheiten!G5", HOURS, "100,25"), programme=HOURS_ARE_A_WARNING,
    ),
    defect(
        "zu viele Stunden auf zwei Stellen",
        lambda: form({"opportunities": (OPPORTUNITY, VACANCY | {"case_id": "A-200", "workplace": "Hof", "hours_hundredths": 20_01, "voluntary": True})}),
        error("R03", "Arbeitsgelegenheiten!G6", HOURS, "100,01"),
    ),
    defect(
        "Zeitraum über den Wechsel des Stundensatzes",
        lambda: form(
            NO_ROWS | {"benefits": (AT_WORK,), "opportunities": (OPPORTUNITY | {"from_date": date(2016, 8, 5), "to_date": date(2016, 8, 31)},)},
            month="2016-08",
        ),
        error("R04", "Arbeitsgelegenheiten!E5", "Von", "05.08.2016 bis 31.08.2016", "am 06.08.2016", "Zeile zu diesem Tag teilen"),
    ),
    defect(
        "unbesetzte Stelle über den Wechsel des Stundensatzes: erlaubt",
        lambda: form(NO_ROWS | {"opportunities": (VACANCY | {"from_date": date(2016, 8, 1), "to_date": date(2016, 8, 31)},)}, month="2016-08"),
    ),
    defect(
        "Von nach Bis", lambda: at_work(from_date=date(2016, 9, 30), to_date=date(2016, 9, 1)),
        error("R05", "Arbeitsgelegenheiten!E5", "Von", "„Von“ (30.09.2016) liegt nach „Bis“ (01.09.2016)"),
    ),
    defect(
        "Bis nach dem Meldemonat", lambda: vacancy(to_date=date(2016, 10, 1)),
        error("R05", "Arbeitsgelegenheiten!F6", "Bis", "01.10.2016", "nicht im Meldemonat September 2016", "F6 berichtigen"),
    ),
    defect(
        "Anspruch vor dem Meldemonat", lambda: form({"benefits": (EMPLOYED, AT_WORK | {"entitled_from": date(2016, 8, 31)})}),
        error("R05", "Leistungen!I6", "Anspruch von", "31.08.2016", "September 2016"),
    ),
    defect(
        "Beschäftigung nach dem Meldemonat", lambda: placed(begin=date(2016, 10, 1)),
        error("R05", "Vermittlungen!E5", "Beginn", "Beschäftigung ab dem 01.10.2016", "außerhalb des Meldemonats September 2016", "„Beginn“ und „Ende“"),
    ),
    defect(
        "Beschäftigung vor dem Meldemonat", lambda: placed(begin=date(2016, 8, 23), end=date(2016, 8, 31)),
        error("R05", "Vermittlungen!F5", "Ende", "vom 23.08.2016 bis 31.08.2016", "außerhalb des Meldemonats"),
    ),
    defect(
        "Ende vor Beginn", lambda: placed(begin=date(2016, 9, 5), end=date(2016, 9, 4)),
        error("R05", "Vermittlungen!E5", "Beginn", "„Beginn“ (05.09.2016) liegt nach „Ende“ (04.09.2016)"),
    ),
    defect(
        "Entscheidung vor dem Vorschlag", {"Teilnahmen!E5": "31.07.2016"},
        error("R05", "Teilnahmen!B5", "Vorgeschlagen am", "„Vorgeschlagen am“ (01.08.2016) liegt nach „Entscheidung am“ (31.07.2016)"),
    ),
    defect(
        "Nettolohn über Bruttolohn", lambda: placed(net_cents=1500_01),
        warning("R06", "Vermittlungen!K5", "Nettolohn (EUR)", "1.500,01 €", "1.500,00 €", "Nachzahlung"),
    ),
    defect(
        "Nettolohn über dem Bruttolohn dieses Monats", lambda: placed(gross_month_cents=900_00),
        warning("R06", "Vermittlungen!K5", "Nettolohn (EUR)", "1.110,00 €", "900,00 €"),
    ),
    defect(
        "mehr besetzte als gemeldete Plätze", {"Bedarfe!E5": 4},
        error("R08", "Bedarfe!E5", "Besetzte Plätze", "„Besetzte Plätze“ (4) ist größer als „Gemeldete Plätze“ (3)"),
    ),
    defect("mehr Frauen als Kontakte", {"Beratung!E5": 6}, error("R08", "Beratung!E5", "davon Frauen", "„davon Frauen“ (6)", "„Kontakte“ (5)")),
    defect(
        "unbesetzte Stelle mit Stunden", lambda: vacancy(hours_hundredths=2_00),
        error("R09", "Arbeitsgelegenheiten!G6", HOURS, "Stelle AGH-2 ist unbesetzt", "hat aber Stunden", "Fallnummer nachtragen"),
    ),
    defect(
        "unbesetzte Stelle mit Mehraufwand", lambda: vacancy(expense_cents=3_00),
        error("R09", "Arbeitsgelegenheiten!H6", "Mehraufwand (EUR)", "hat aber Mehraufwand"),
    ),
    defect(
        "Fallnummer unlesbar: nicht für unbesetzt gehalten", {"Arbeitsgelegenheiten!D5": "A 200"},
        error("C05", "Arbeitsgelegenheiten!D5", "Fallnummer", "„A 200“"),
    ),
    defect(
        "Anzahl der Fälle stimmt nicht", {"Deckblatt!B14": 3},
        error("R10", "Deckblatt!B14", "Anzahl Leistungsfälle", "ist 3", "„Leistungen“ ergibt 2", "ob Zeilen fehlen"),
    ),
    defect(
        "Summe der Leistungen stimmt nicht", {"Deckblatt!B15": "364,01 €"},
        error("R10", "Deckblatt!B15", "Summe Gezahlte Leistung", "364,01 €", "ergibt 364,00 €"),
    ),
    defect("Summe der Stunden stimmt nicht", {"Deckblatt!B16": 80.5}, error("R10", "Deckblatt!B16", "Summe AGH-Stunden", "80,5", "ergibt 80")),
    defect("Anzahl der Vermittlungen stimmt nicht", {"Deckblatt!B17": 0}, error("R10", "Deckblatt!B17", "Anzahl Vermittlungen", "ist 0", "ergibt 1")),
    defect(
        "Kontrollsumme neben unlesbarer Zelle: nicht verglichen", {"Deckblatt!B16": 1, "Arbeitsgelegenheiten!G5": "80 Tage"},
        error("C02", "Arbeitsgelegenheiten!G5", HOURS, "„80 Tage“", "eine Stundenzahl"),
    ),
    defect(
        "AGH neben versicherter Beschäftigung",
        lambda: form({"opportunities": (OPPORTUNITY | {"case_id": "A-100", "to_date": date(2016, 9, 30)}, VACANCY)}),
        warning("W01", "Arbeitsgelegenheiten!G5", HOURS, "A-100", "01.09.2016 bis 30.09.2016", "seit 05.09.2016"),
    ),
    defect(
        "AGH bis zum Tag vor der Beschäftigung: erlaubt",
        lambda: form({"opportunities": (OPPORTUNITY | {"case_id": "A-100", "to_date": date(2016, 9, 4), "hours_hundredths": 16_00}, VACANCY)}),
    ),
    defect(
        "Zustimmung nach Beginn", lambda: placed(consent_on=date(2016, 9, 6)),
        warning("W05", "Vermittlungen!C5", "Zustimmung am", "06.09.2016", "05.09.2016", "nicht prämienberechtigt"),
    ),
    defect(
        "zu viele Stunden je Woche", lambda: at_work(to_date=date(2016, 9, 14), hours_hundredths=60_01),
        warning("W07", "Arbeitsgelegenheiten!G5", HOURS, "A-200", "30,01", "höchstens 30"),
    ),
    defect("genau 30 Stunden je Woche", lambda: at_work(to_date=date(2016, 9, 14), hours_hundredths=60_00)),
    defect(
        "AGH mit Analogleistung vor August 2016", lambda: july({}, AT_WORK | {"benefit_kind": "Analogleistung"}),
        warning("W08", "Arbeitsgelegenheiten!D5", "Fallnummer", "Vor dem 06.08.2016", "A-200"), month="2016-07",
    ),
    defect(
        "Zuweisung ohne Datum", lambda: at_work(voluntary=False),
        warning("W12", "Arbeitsgelegenheiten!J5", "Zuweisung am", "A-200", "nicht freiwillig", "„Zuweisung am“ ist leer"),
    ),
    defect("Zuweisung mit Datum", lambda: at_work(voluntary=False, assigned_on=date(2016, 8, 30))),
]  # fmt: skip

ALL = [*COVER, *SHEETS, *CELLS, *ROWS]


@pytest.mark.parametrize("case", ALL, ids=[case.what for case in ALL])
def test_defect(case: Defect) -> None:
    intake = taken_in(case.sent(), programme=case.programme, month=case.month)
    assert sorted(found(intake)) == sorted(entry.found for entry in case.expected), intake.findings["message"].to_list()
    for entry in case.expected:
        assert not missing_words(messages(intake, entry.found.code), entry.words), messages(intake, entry.found.code)
    held_back = any(entry.found.severity == "error" for entry in case.expected)
    assert intake.held_back == (("meldung.xlsx",) if held_back else ())
    kept = sum(frame.height for frame in intake.rows.values())
    assert (kept == 0) if held_back else (intake.submissions[0].state == ReturnState.ACCEPTED)


def test_a_faultless_return_has_no_findings() -> None:
    intake = taken_in(faultless())
    assert found(intake) == []
    assert [(entry.ags, entry.month, entry.state) for entry in intake.submissions] == [(DUEREN, "2016-09", ReturnState.ACCEPTED)]
    assert {name: frame.height for name, frame in intake.rows.items()} == {
        "benefits": 2, "opportunities": 2, "placements": 1, "needs": 1, "participations": 1, "stock": 1, "counselling": 1,
    }  # fmt: skip


def test_every_finding_says_where() -> None:
    intake = taken_in(form({"benefits": (EMPLOYED, AT_WORK | {"sex": "x"})}))
    assert intake.findings.select("ags", "file", "value").rows() == [(DUEREN, "meldung.xlsx", "x")]


def test_the_programme_without_allowance_does_not_ask_for_its_total() -> None:
    sent = form(NO_ROWS, sheets=("benefits", "placements"), total_hours_hundredths="")
    assert found(taken_in(sent, programme=loaded(WITH_PREMIUM))) == []


def test_several_defects_are_all_reported() -> None:
    sent = faultless().put({"Leistungen!H6": "viel", "Leistungen!B5": None, "Vermittlungen!G5": "jein", "Deckblatt!B13": None})
    codes = taken_in(sent).findings["code"].sort().to_list()
    assert codes == ["C01", "C02", "C04", "F06"]


def test_frames_stay_typed_where_every_value_is_empty() -> None:
    rows = taken_in(nil_return()).rows
    assert rows["opportunities"].schema["expense_cents"] == pl.Int64
    assert rows["placements"].schema["work_permit_on"] == pl.Date
    one = taken_in(form({"placements": (PLACEMENT,)})).rows["placements"]
    assert (one.schema["end"], one.schema["gross_month_cents"], one.schema["remark"]) == (pl.Date, pl.Int64, pl.String)


def test_no_code_is_left_out() -> None:
    """Codes of single returns are here; of files in test_files.py, across returns in test_intakes.py; W02 and W03 are the calculation's."""
    tested = {entry.found.code for case in ALL for entry in case.expected}
    elsewhere = {"F01", "F02", "F03", "F09", "F10", "R07", "W02", "W03", "W04", "W06", "W09"}
    assert tested | elsewhere == SEVERITIES.keys()
    assert not tested & elsewhere
