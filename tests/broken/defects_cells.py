"""Defects of single cells."""

from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from schemas.returns import BENEFITS, PLACEMENTS, Table
from tests.broken.defects import defect, error, july
from tests.broken.forms import Form, faultless
from tests.broken.programmes import COMPLETE

BY_STATUTE = COMPLETE.replace('basis = "reported"', 'basis = "statutory"')
PAID, HOURS, GROSS = "Gezahlte Leistung (EUR)", "Stunden", "Bruttolohn (EUR)"


def remark(table: Table) -> str:
    """Bemerkung in the first row of a sheet: the last column, wherever the form has it."""
    return f"{table.sheet}!{get_column_letter(len(table.columns))}5"


def with_format(cell: str, value: object, number_format: str) -> Form:
    def change(book: Workbook) -> None:
        sheet, _, address = cell.rpartition("!")
        book[sheet][address].value = value
        book[sheet][address].number_format = number_format

    return faultless().edit(change)


def with_text(cell: str, text: str) -> Form:
    """Text that a spreadsheet program would take for something else when typed."""

    def change(book: Workbook) -> None:
        sheet, _, address = cell.rpartition("!")
        book[sheet][address].value = text
        book[sheet][address].data_type = "s"

    return faultless().edit(change)


def with_formula(formula: str, stored: str, kind: str = "") -> Form:
    """The last paid benefit (H6) as a formula."""
    old = r'<c r="H6"( s="\d+")?><v>364</v></c>'
    return faultless().xml("xl/worksheets/sheet2.xml", old, rf'<c r="H6"\1{kind}><f>{formula}</f>{stored}</c>')


CELLS = [
    defect("Pflichtfeld leer", {"Leistungen!B5": None}, error("C01", "Leistungen!B5", "Geburtsjahr", "ist leer", "eine ganze Zahl", "in B5")),
    defect("Einsatzstelle leer trotz Fallnummer", {"Arbeitsgelegenheiten!C5": None}, error("C01", "Arbeitsgelegenheiten!C5", "Einsatzstelle")),
    defect("Freiwillig leer trotz Fallnummer", {"Arbeitsgelegenheiten!I5": None}, error("C01", "Arbeitsgelegenheiten!I5", "Freiwillig", "ja oder nein")),
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
        error("C02", "Leistungen!H6", PAID, "mehrdeutig", "1364 oder 1,364", "in H6 eine einfache Zahl"),
    ),
    defect("getippter Excel-Fehler", lambda: with_text("Leistungen!H6", "#REF!"), error("C02", "Leistungen!H6", PAID, "„#REF!“", "keine Zahl")),
    defect("Wahrheitswert statt Zahl", {"Leistungen!H6": True}, error("C02", "Leistungen!H6", PAID, "„WAHR“", "keine Zahl")),
    defect("Prozent im Text", {"Leistungen!H6": "50 %"}, error("C02", "Leistungen!H6", PAID, "„50 %“")),
    defect("Einheit einer anderen Spalte", {"Leistungen!H6": "364 Std."}, error("C02", "Leistungen!H6", PAID, "„364 Std.“", "ein Betrag")),
    defect(
        "Prozentformat", lambda: with_format("Leistungen!H6", 364, "0.00%"),
        error("C02", "Leistungen!H6", PAID, "als Prozentwert formatiert (364)", "H6 als Zahl formatieren"),
    ),
    defect(
        "Uhrzeit statt Stunden", lambda: with_format("Arbeitsgelegenheiten!G5", time(8, 30), "hh:mm"),
        error("C02", "Arbeitsgelegenheiten!G5", HOURS, "Uhrzeit oder Dauer", "die Zahl 8,5"),
    ),
    defect(
        "Datum statt Zahl", lambda: with_format("Leistungen!H6", datetime(2016, 9, 1), "dd.mm.yyyy"),
        error("C02", "Leistungen!H6", PAID, "als Datum formatiert (01.09.2016)"),
    ),
    defect("Nachkommastellen in ganzer Zahl", {"Leistungen!F5": 1.5}, error("C02", "Leistungen!F5", "Bedarfsstufe", "„1,5“", "keine ganze Zahl", "in F5 eine Zahl ohne Nachkommastellen")),
    defect("kein Datum", {"Vermittlungen!C5": "gestern"}, error("C03", "Vermittlungen!C5", "Zustimmung am", "„gestern“", "kein Datum", "01.03.2016")),
    defect("kein Kalendertag", {"Vermittlungen!C5": "31.02.2016"}, error("C03", "Vermittlungen!C5", "Zustimmung am", "„31.02.2016“")),
    defect(
        "Datum eines anderen Jahrhunderts", {"Vermittlungen!C5": "22.08.1916"},
        error("C03", "Vermittlungen!C5", "Zustimmung am", "22.08.1916", "1990 bis 2100", "nur ein Jahr getippt", "bitte C5 leeren"),
    ),
    defect("andere Form eines Datums", {"Vermittlungen!C5": "2016/08/22"}, error("C03", "Vermittlungen!C5", "Zustimmung am")),
    defect(
        "Zahl, die kein Datum von 1990 bis 2100 ist", lambda: with_format("Vermittlungen!C5", 20160822, "General"),
        error("C03", "Vermittlungen!C5", "Zustimmung am", "„20160822“"),
    ),
    defect(
        "Wert nicht in der Liste", {"Leistungen!D5": "Gestattung"},
        error("C04", "Leistungen!D5", "Status", "„Gestattung“", "Am nächsten liegt „Aufenthaltsgestattung“", "Ankunftsnachweis, Aufenthaltserlaubnis, Sonstige"),
    ),
    defect("Zahl statt Listenwert", {"Leistungen!C5": 1}, error("C04", "Leistungen!C5", "Geschlecht", "Erlaubt sind: w, m, d")),
    defect("Wahrheitswert statt ja", {"Vermittlungen!G5": True}, error("C04", "Vermittlungen!G5", "SV-pflichtig", "„WAHR“", "ja, nein")),
    defect("Zahl zu groß", {"Leistungen!F5": 7}, error("C05", "Leistungen!F5", "Bedarfsstufe", "„7“", "mindestens 1, höchstens 6")),
    defect("Betrag unter null", {"Leistungen!G5": -1}, error("C05", "Leistungen!G5", "Unterkunftskosten (EUR)", "„-1“", "(mindestens 0)")),
    defect("zehn Millionen", {"Vermittlungen!J5": 10_000_000}, error("C05", "Vermittlungen!J5", "Bruttolohn im Monat (EUR)", "„10000000“", "(mindestens 0, unter 10 Millionen)")),
    defect("Lohn null", {"Vermittlungen!I5": 0, "Vermittlungen!K5": 0}, error("C05", "Vermittlungen!I5", GROSS, "größer als 0")),
    defect("zu viele Wochenstunden", {"Vermittlungen!H5": 60.01}, error("C05", "Vermittlungen!H5", "Wochenstunden", "höchstens 60")),
    defect("Geburtsjahr zu früh", {"Leistungen!B5": 1919}, error("C05", "Leistungen!B5", "Geburtsjahr", "„1919“", "(mindestens 1920)")),
    defect("Geburtsjahr nach dem Meldejahr", {"Leistungen!B5": 2017}, error("C05", "Leistungen!B5", "Geburtsjahr", "„2017“", "1920 bis 2016")),
    defect(
        "Fallnummer mit Umlaut", {"Teilnahmen!A5": "MÜL-1"},
        error("C05", "Teilnahmen!A5", "Fallnummer", "3 bis 20 Zeichen", "keine Namen", "ohne Umlaute"),
    ),
    defect(
        "langer Strich in der Fallnummer", {"Teilnahmen!A5": "A–100"},
        error("C05", "Teilnahmen!A5", "Fallnummer", "„A–100“", "langen Strich", "in A5 „A-100“ eintragen"),
    ),
    defect("Fallnummer als Datum", {"Teilnahmen!A5": datetime(2016, 9, 1)}, error("C05", "Teilnahmen!A5", "Fallnummer", "„01.09.2016“")),
    defect("AGH-Nummer als Wahrheitswert", {"Arbeitsgelegenheiten!A5": True}, error("C05", "Arbeitsgelegenheiten!A5", "AGH-Nummer", "„WAHR“", "kurzer Text oder eine ganze Zahl")),
    defect("Stunden zu genau", {"Arbeitsgelegenheiten!G5": 80.125}, error("C05", "Arbeitsgelegenheiten!G5", HOURS, "„80,125“", "zwei Nachkommastellen runden")),
    defect(
        "Mehraufwand, bevor es ihn gab", lambda: july({"expense_cents": 500}),
        error("C05", "Arbeitsgelegenheiten!H5", "Mehraufwand (EUR)", "erst seit dem 06.08.2016", "H5 leeren"), month="2016-07",
    ),
    defect("Betrag mit Bruchteil eines Cents", {"Leistungen!H6": 364.005}, error("C06", "Leistungen!H6", PAID, "„364,005“", "auf ganze Cent")),
    defect("Betrag im Text mit drei Nachkommastellen", {"Leistungen!H6": "0,364"}, error("C06", "Leistungen!H6", PAID, "„0,364“")),
    defect("Excel-Fehler", {"Leistungen!H6": "#DIV/0!"}, error("C07", "Leistungen!H6", PAID, "Excel-Fehler #DIV/0!", "354,00", "H6")),
    defect("Excel-Fehler in einer Spalte, die fehlen dürfte", {"Leistungen!K5": "#REF!"}, error("C07", "Leistungen!K5", "Kürzung (EUR)", "#REF!")),
    defect("Excel-Fehler in der Bemerkung", {remark(BENEFITS): "#N/A"}, error("C07", remark(BENEFITS), "Bemerkung", "#N/A")),
    defect("Excel-Fehler unter Freiwillig einer unbesetzten Stelle", {"Arbeitsgelegenheiten!I6": "#NAME?"}, error("C07", "Arbeitsgelegenheiten!I6", "Freiwillig", "#NAME?")),
    defect("Excel-Fehler unter der letzten Fallnummer", {"Leistungen!K9": "#REF!"}, error("C07", "Leistungen!K9", "Kürzung (EUR)", "#REF!")),
    defect(
        "Formel ohne gespeichertes Ergebnis", {"Leistungen!H6": "=300+64"},
        error("C07", "Leistungen!H6", PAID, "Formel ohne gespeichertes Ergebnis", "in Excel öffnen, berechnen lassen und speichern"),
    ),
    defect("Formel ohne gespeichertes Ergebnis am rechten Rand", {remark(PLACEMENTS): '="a"'}, error("C07", remark(PLACEMENTS), "Bemerkung")),
    defect("Geburtsjahr 1920 und Geburtsjahr im Meldejahr: erlaubt", {"Leistungen!B5": 1920, "Leistungen!B6": 2016}),
    defect(
        "Nettolohn leer, wo die gesetzliche Ersparnis gilt", {"Vermittlungen!K5": None},
        error("C01", "Vermittlungen!K5", "Nettolohn (EUR)", "ist leer", "ein Betrag"), programme=BY_STATUTE,
    ),
    defect("Formel mit gespeichertem Ergebnis: es zählt", lambda: with_formula("364", "<v>364</v>")),
    defect(
        "Formel, die einen leeren Text ergibt: leer", lambda: with_formula('IF(1,"","")', "<v></v>", kind=' t="str"'),
        error("C01", "Leistungen!H6", PAID, "ist leer"),
        error("R10", "Deckblatt!B15", "Summe Gezahlte Leistung", "364,00 €", "ergibt 0,00 €"),
    ),
]  # fmt: skip
