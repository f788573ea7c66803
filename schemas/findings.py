"""Finding codes: what can be wrong with a return, how grave it is, and the German sentence for it.

Every sentence says what is wrong, what is expected and how to mend it. A code with several sentences
names its variants after a slash; only the code itself is published.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import pandera.polars as pa
import polars as pl

from schemas.spelling import writable

Severity = Literal["error", "warning", "notice"]

SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys(("F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09"), "error"),
    **dict.fromkeys(("F10", "F11"), "notice"),
    **dict.fromkeys(("C01", "C02", "C03", "C04", "C05", "C06", "C07"), "error"),
    **dict.fromkeys(("R01", "R02", "R03", "R04", "R05", "R07", "R08", "R09", "R10", "R11"), "error"),
    **dict.fromkeys(("R06", "W01", "W02", "W03", "W04", "W05", "W06", "W07", "W08", "W09", "W12", "W13"), "warning"),
}

MOST_FINDINGS = 5_000  # of one file; nobody mends more of them place by place

GERMAN_SEVERITY: dict[Severity, str] = {"error": "Fehler", "warning": "Warnung", "notice": "Hinweis"}

# What a code is about, in a few words, for readers of a report.
FINDING_TITLES: dict[str, str] = {
    "F01": "Datei nicht lesbar", "F02": "Datei verschlüsselt", "F03": "Datei zu groß", "F04": "Blatt fehlt",
    "F05": "Überschriften passen nicht", "F06": "Deckblatt unvollständig", "F07": "fremdes Programm oder fremde Kommune",
    "F08": "Meldemonat nicht möglich", "F09": "Monat schon gemeldet", "F10": "Datei lag mehrfach vor", "F11": "Abweichung vom Formular",
    "C01": "Pflichtangabe fehlt", "C02": "keine Zahl", "C03": "kein Datum", "C04": "nicht in der Liste", "C05": "Wert nicht erlaubt",
    "C06": "Bruchteile von Cent", "C07": "Formel oder Excel-Fehler statt eines Werts",
    "R01": "Zeile doppelt", "R02": "Leistungszeile zur Vermittlung fehlt", "R03": "zu viele AGH-Stunden im Monat",
    "R04": "Stundensatz ändert sich im Zeitraum", "R05": "Datumsangaben passen nicht zusammen", "R06": "Netto höher als Brutto",
    "R07": "laufende Vermittlung fehlt", "R08": "Teil größer als das Ganze", "R09": "unbesetzte Stelle mit Angaben",
    "R10": "Kontrollsumme stimmt nicht", "R11": "Korrektur ohne gemeinsamen Fall",
    "W01": "AGH und Beschäftigung zugleich", "W02": "mehr gezahlt als zusteht", "W03": "gemeldete und gesetzliche Ersparnis weichen ab",
    "W04": "Angabe anders als im Vormonat", "W05": "Zustimmung nach dem Beginn", "W06": "Fall in zwei Kommunen gemeldet",
    "W07": "mehr AGH-Stunden je Woche als vereinbart", "W08": "AGH für Analogleistung vor August 2016",
    "W09": "Korrektur lässt Zeilen weg", "W12": "Datum der Zuweisung fehlt", "W13": "mehrere Korrekturen mit demselben Datum",
}  # fmt: skip

SENTENCES: dict[str, str] = {
    "F01": "Die Datei lässt sich nicht als Excel-Arbeitsmappe lesen ({reason}). Erwartet wird das Meldeformular als .xlsx. Bitte das Formular in Excel öffnen, als .xlsx neu speichern und noch einmal senden.",
    "F02": "Die Datei ist mit einem Kennwort verschlüsselt und lässt sich mit keinem hinterlegten Kennwort öffnen. Bitte ohne Kennwort speichern und noch einmal senden, oder das Kennwort mit dem Kreis vereinbaren.",
    "F02/unset": "Die Datei ist mit einem Kennwort verschlüsselt. Das vereinbarte Kennwort soll in der Umgebungsvariablen {names} stehen, die auf diesem Rechner nicht gesetzt ist. Bitte dort setzen und noch einmal einlesen, oder die Datei ohne Kennwort senden lassen.",
    "F03": "Die Datei ist zu groß: {found}, erlaubt sind {allowed}. Bitte nur das Meldeformular ohne Bilder, Anlagen und leere formatierte Bereiche senden.",
    "F03/effort": "Die Datei ist zu aufwendig: Sie zu lesen braucht mehr als {seconds} Rechenzeit oder mehr als {memory} Arbeitsspeicher. Bitte ein leeres Meldeformular öffnen, nur die eigenen Zeilen als Werte hineinkopieren, als .xlsx speichern und noch einmal senden.",
    "F03/findings": "Die Datei ist zu groß: Sie enthält mehr als {allowed} Stellen, zu denen etwas zu sagen wäre; so viele werden nicht einzeln aufgezählt. Bitte prüfen, ob ein Bereich verschoben oder mehrfach hineinkopiert ist, nur das Meldeformular mit den eigenen Zeilen ausfüllen und noch einmal senden.",
    "F04": "Das Blatt „{sheet}“ fehlt. Bitte das Meldeformular vollständig senden; auch ein Blatt ohne Fälle gehört dazu, es bleibt dann leer.",
    "F04/meant": "Das Blatt „{sheet}“ fehlt. Meinten Sie „{meant}“? Dann bitte das Blatt wieder „{sheet}“ nennen und die Meldung noch einmal senden.",
    "F05/missing": "Die Spalte „{heading}“ fehlt auf dem Blatt „{sheet}“. Bitte die Überschriften des Formulars unverändert lassen und die Spalte wieder einfügen.",
    "F05/twice": "Die Überschrift „{heading}“ steht auf dem Blatt „{sheet}“ mehrfach ({cells}). Bitte die überzählige Spalte entfernen.",
    "F05/sheets": "Das Blatt „{sheet}“ kommt mehrfach vor ({found}). Bitte das überzählige Blatt entfernen.",
    "F05/headless": "Auf dem Blatt „{sheet}“ ist die Zeile mit den Überschriften nicht zu finden. Erwartet werden unter anderem: {expected}. Bitte diese Zeile des Formulars wieder einfügen.",
    "F06/label": "Auf dem Deckblatt fehlt die Zeile „{label}“. Bitte die Beschriftung des Formulars wieder einfügen und den Wert rechts daneben eintragen.",
    "F06/empty": "Auf dem Deckblatt ist „{label}“ nicht ausgefüllt. Erwartet wird {expected}. Bitte in {cell} eintragen.",
    "F06/value": "Auf dem Deckblatt ist „{label}“ nicht zu verstehen: „{value}“. Erwartet wird {expected}. Bitte in {cell} berichtigen.",
    "F06/formula": "Auf dem Deckblatt enthält „{label}“ eine Formel ohne gespeichertes Ergebnis. Erwartet wird {expected}. Bitte in {cell} den Wert eintragen, oder die Datei in Excel öffnen, berechnen lassen und speichern.",
    "F06/twice": "Auf dem Deckblatt steht „{label}“ mehrfach mit verschiedenen Werten. Bitte nur eine Angabe stehen lassen.",
    "F07/programme": "Das Programm „{value}“ ist nicht bekannt; diese Meldung gehört zum Programm „{expected}“. Bitte auf dem Deckblatt berichtigen.",
    "F07/municipality": "Der Gemeindeschlüssel „{value}“ gehört zu keiner Kommune dieses Programms{hint}. Bitte auf dem Deckblatt berichtigen.",
    "F08/before": "Der Meldemonat {month} liegt vor dem Beginn des Programms ({limit}). Bitte den Meldemonat auf dem Deckblatt prüfen.",
    "F08/after": "Der Meldemonat {month} liegt nach dem Ende des Programms (letzter möglicher Monat: {limit}). Bitte den Meldemonat auf dem Deckblatt prüfen.",
    "F08/left": "Für den Meldemonat {month} wird von dieser Kommune keine Meldung mehr erwartet; ihr letzter Monat war {limit}. Bitte den Meldemonat auf dem Deckblatt prüfen.",
    "F08/later": "Der Meldemonat {month} ist noch nicht an der Reihe: abgerechnet wird {limit}. Bitte den Meldemonat auf dem Deckblatt prüfen; stimmt er, wird die Meldung mit ihrem Monat abgerechnet und gehört in dessen Ordner.",
    "F09/approved": "Stimmt der Meldemonat {month}? Für ihn ist bereits eine Meldung dieser Kommune abgerechnet. Stimmt er nicht, berichtigen Sie ihn bitte auf dem Deckblatt; soll diese Datei die abgerechnete Meldung ersetzen, wählen Sie bitte die Meldungsart „Korrektur“.",
    "F09/intake": "Stimmt der Meldemonat {month}? Für ihn liegen mehrere Erstmeldungen dieser Kommune vor, außer dieser: {others}. Stimmt er nicht, berichtigen Sie ihn bitte auf dem Deckblatt; sonst bitte nur eine senden oder die spätere als „Korrektur“ kennzeichnen.",
    "F10": "Dieselbe Datei liegt noch einmal vor ({others}); sie wurde nur einmal gelesen. Sie brauchen nichts zu tun.",
    "F11/column": "Die Spalte „{heading}“ gehört nicht zum Formular und wurde nicht gelesen. Sie können sie entfernen.",
    "F11/sheet": "Das Blatt „{sheet}“ wird von diesem Programm nicht gebraucht und wurde nicht gelesen. Sie brauchen nichts zu tun.",
    "F11/totals": "Die Summenzeile wurde übergangen; sie zählt nicht als Fall. Sie brauchen nichts zu tun.",
    "F11/heading": "Die Überschriften stehen hier noch einmal; die Zeile wurde übergangen. Sie brauchen nichts zu tun.",
    "F11/hidden": "Hier ist etwas ausgeblendet ({what}). Alles wurde mitgelesen; bitte künftig vor dem Senden einblenden.",
    "F11/key": "Die Angabe wurde bereinigt; gelesen wurde „{value}“. Bitte künftig genau so schreiben.",
    "F11/macro": "Die Datei enthält Makros; sie wurden nicht ausgeführt. Bitte künftig als .xlsx speichern.",
    "F11/formula": "Die Kontrollsumme ist eine Formel; ihr gespeicherter Wert {value} wurde gelesen. Bitte künftig die Zahl eintippen; nur so deckt sie verlorene Zeilen auf.",
    "F11/first": "Diese Korrektur ersetzt keine frühere Meldung; sie gilt wie eine Erstmeldung. Sie brauchen nichts zu tun.",
    "C01": "„{column}“ ist leer. Erwartet wird {expected}. Bitte in {cell} eintragen.",
    "C01/key": "In dieser Zeile fehlt „{column}“, obwohl weitere Angaben gemacht sind. Bitte in {cell} eintragen oder die Zeile leeren.",
    "C02": "„{value}“ in „{column}“ ist keine Zahl. Erwartet wird {expected}. Bitte {cell} berichtigen.{hint}",
    "C02/ambiguous": "„{value}“ in „{column}“ ist mehrdeutig: {first} oder {second}? Bitte in {cell} eine einfache Zahl eintragen.",
    "C02/format": "„{column}“ ist als {format} formatiert ({value}). Erwartet wird {expected}. Bitte {cell} als Zahl formatieren und den Wert neu eintragen.",
    "C02/time": "„{value}“ in „{column}“ ist eine Uhrzeit oder Dauer. Erwartet wird eine Stundenzahl: {value} sind {hours} Stunden. Bitte in {cell} die Zahl {hours} eintragen und die Zelle als Zahl formatieren.",
    "C02/whole": "„{value}“ in „{column}“ ist keine ganze Zahl. Bitte in {cell} eine Zahl ohne Nachkommastellen eintragen.",
    "C03": "„{value}“ in „{column}“ ist kein Datum. Erwartet wird ein Datum wie 01.03.2016. Bitte {cell} berichtigen.{hint}",
    "C03/range": "Das Datum {value} in „{column}“ kann nicht stimmen; erwartet wird ein Tag der Jahre 1990 bis 2100. So etwas entsteht, wenn in eine Datumszelle nur ein Jahr getippt wird oder eine Formel auf eine leere Zelle verweist. Bitte {cell} berichtigen.{hint}",
    "C04": "„{value}“ in „{column}“ steht nicht in der Liste. Am nächsten liegt „{nearest}“; erlaubt sind: {allowed}. Bitte {cell} berichtigen.{hint}",
    "C04/far": "„{value}“ in „{column}“ steht nicht in der Liste. Erlaubt sind: {allowed}. Bitte {cell} berichtigen.{hint}",
    "C05/range": "„{value}“ in „{column}“ liegt außerhalb des erlaubten Bereichs ({expected}). Bitte {cell} prüfen.",
    "C05/case": "„{value}“ in „{column}“ ist keine gültige Fallnummer. Erwartet werden 3 bis 20 Zeichen aus Buchstaben (ohne Umlaute), Ziffern, Punkt, Schrägstrich und Bindestrich, am Anfang Buchstabe oder Ziffer. Bitte {cell} berichtigen.",
    "C05/dash": "„{value}“ in „{column}“ enthält einen langen Strich, wie ihn Textprogramme statt des Bindestrichs setzen. Bitte in {cell} „{meant}“ eintragen.",
    "C05/name": "In „{column}“ steht keine gültige Fallnummer. Bitte keine Namen eintragen, sondern in {cell} Ihr eigenes Aktenzeichen für diese Person: 3 bis 20 Zeichen aus Buchstaben (ohne Umlaute), Ziffern, Punkt, Schrägstrich und Bindestrich.",
    "C05/key": "„{value}“ in „{column}“ ist keine gültige Nummer. Erwartet wird ein kurzer Text oder eine ganze Zahl. Bitte {cell} berichtigen.",
    "C05/hours": "„{value}“ in „{column}“ hat mehr als zwei Nachkommastellen. Bitte den Wert in {cell} auf zwei Nachkommastellen runden, zum Beispiel 12,25.",
    "C05/expense": "Nachgewiesener Mehraufwand wird erst seit dem {since} erstattet (§ 5 Abs. 2 AsylbLG); diese Zeile beginnt vorher. Bitte {cell} leeren.",
    "C06": "„{value}“ in „{column}“ hat mehr als zwei Nachkommastellen. Bitte den Betrag in {cell} auf ganze Cent runden.",
    "C07/error": "In „{column}“ steht der Excel-Fehler {value} statt eines Werts. Erwartet wird {expected}. Bitte in {cell} den richtigen Wert eintragen.",
    "C07/formula": "„{column}“ enthält eine Formel ohne gespeichertes Ergebnis. Bitte die Datei in Excel öffnen, berechnen lassen und speichern, oder in {cell} den Wert eintragen.",
    "R01": "Auf diesem Blatt steht mehrfach: {key} (Zeilen {rows}). Erlaubt ist eine Zeile; bitte zusammenfassen oder löschen, was zu viel ist.",
    "R02": "Zur Vermittlung von {case} fehlt die Zeile auf dem Blatt „Leistungen“. Bitte dort eine Zeile mit dieser Fallnummer eintragen, auch wenn nichts gezahlt wurde.",
    "R03": "{case} kommt im Monat auf {hours} AGH-Stunden; erlaubt sind höchstens {limit}. Bitte die Stunden prüfen.",
    "R04": "In den Zeitraum {period} fällt am {change} eine Änderung des Stundensatzes. Bitte zwei Zeilen daraus machen, die zweite ab diesem Tag, und die Stunden aufteilen.",
    "R05/order": "„{first}“ ({first_value}) liegt nach „{second}“ ({second_value}). Bitte beide Datumsangaben prüfen.",
    "R05/month": "„{column}“ ({value}) liegt nicht im Meldemonat {month}. Bitte {cell} berichtigen oder die Zeile im richtigen Monat melden.",
    "R05/overlap": "Die Beschäftigung {employment} liegt außerhalb des Meldemonats {month}. Bitte „Beginn“ und „Ende“ prüfen oder die Zeile entfernen.",
    "R06/contract": "Der Nettolohn {net} ist höher als der Bruttolohn {gross}. Falls eine Nachzahlung dahintersteht, bitte „Bruttolohn im Monat“ eintragen; sonst berichtigen.",
    "R06/month": "Der Nettolohn {net} ist höher als der „Bruttolohn im Monat“ ({gross}). Bitte beide Beträge prüfen und berichtigen.",
    "R07": "Die Vermittlung von {case} mit Beginn {begin} war nach der Meldung für {month} noch nicht beendet und fehlt jetzt. Bitte die Zeile wieder aufnehmen und, falls beendet, das Ende eintragen.",
    "R08": "„{part}“ ({part_value}) ist größer als „{whole}“ ({whole_value}). Bitte beide Zahlen prüfen.",
    "R09": "Die Stelle {position} ist unbesetzt (keine Fallnummer), hat aber {what}. Bitte die Fallnummer nachtragen oder {cell} leeren.",
    "R10": "Die Kontrollsumme „{label}“ auf dem Deckblatt ist {stated}, das Blatt „{sheet}“ ergibt {found}. Bitte prüfen, ob Zeilen fehlen, und die Zahlen angleichen.",
    "R11": "Diese Korrektur hat keine einzige Fallnummer mit der Meldung gemeinsam, die sie ersetzen soll ({replaced}). Gehört sie zu einer anderen Kommune oder zu einem anderen Monat? Bitte Gemeindeschlüssel und Meldemonat auf dem Deckblatt prüfen.",
    "W01": "{case} hat AGH-Stunden vom {period}; in diese Zeit fällt auch eine sozialversicherungspflichtige Beschäftigung (Beginn {begin}). Bitte prüfen, ob beide Angaben stimmen.",
    "W02": "Die gezahlte Leistung von {paid} liegt über dem gesetzlichen Anspruch von {entitled} ({basis}). Bitte prüfen, ob der Betrag und die Angaben zu Bedarfsstufe, Unterkunft und Lohn stimmen.",
    "W03": "Die gemeldete Ersparnis ({reported}) und die gesetzliche ({statutory}) weichen um {difference} voneinander ab, also um mehr als {tolerance}. Bitte gezahlte Leistung und Löhne prüfen.",
    "W04": "„{column}“ lautete in der Meldung für {month} noch „{earlier}“, jetzt „{value}“. Bitte prüfen, welche Angabe stimmt.",
    "W05": "Die Zustimmung vom {consent} liegt nach dem Beginn am {begin}; die Vermittlung ist damit nicht prämienberechtigt. Bitte das Datum prüfen.",
    "W06": "Arbeitgeber, Beginn ({begin}) und Geburtsjahr dieser Zeile stehen genauso in der Meldung von {other}. Bitte klären, welche Kommune den Fall meldet.",
    "W07": "{case} kommt vom {period} auf durchschnittlich {hours} AGH-Stunden je Woche; vereinbart sind höchstens {limit}. Bitte die Stunden prüfen.",
    "W08": "Vor dem {since} galt § 5 AsylbLG nicht für Beziehende von Analogleistungen; {case} bezieht sie. Bitte Leistungsart und Zeitraum prüfen.",
    "W09/one": "Die Korrektur enthält eine Zeile nicht mehr, die in der ersetzten Meldung stand: {rows}. Bitte prüfen, ob sie entfallen soll.",
    "W09/many": "Die Korrektur enthält {count} Zeilen nicht mehr, die in der ersetzten Meldung standen: {rows}. Bitte prüfen, ob sie entfallen sollen.",
    "W12": "Die AGH von {case} ist nicht freiwillig, aber „Zuweisung am“ ist leer. Bitte das Datum der Zuweisung nachtragen.",
    "W13": "Für {month} liegen mehrere Korrekturen mit demselben Datum der Meldung vor: {files}. Es gilt {last}, nach der Reihenfolge der Dateinamen. Bitte prüfen, ob das die richtige ist; sonst die richtige mit einem späteren Datum der Meldung noch einmal senden.",
}  # fmt: skip


# What a sender is told instead, where the sentence speaks to whoever runs this software.
TO_SENDER = {"F02": SENTENCES["F02"]}


class Finding(NamedTuple):
    """One problem, as a row of findings.csv."""

    ags: str
    file: str
    sheet: str
    cell: str
    column: str
    code: str
    severity: Severity
    value: str
    message: str


FINDINGS_COLUMNS = Finding._fields
FINDINGS_MODEL = pa.DataFrameSchema(
    {name: pa.Column(pl.String, nullable=False) for name in FINDINGS_COLUMNS}
    | {
        "code": pa.Column(pl.String, pa.Check.isin(list(SEVERITIES))),
        "severity": pa.Column(pl.String, pa.Check.isin(list(GERMAN_SEVERITY))),
    },
    strict=True,
)


def finding(
    variant: str,
    *,
    file: str,
    ags: str = "",
    sheet: str = "",
    cell: str = "",
    column: str = "",
    value: str = "",
    **words: Any,
) -> Finding:
    """A finding with its sentence; `variant` is a key of SENTENCES, `words` what the sentence names."""
    code = variant.partition("/")[0]
    said = {"sheet": sheet, "cell": cell, "column": column, "value": value, "hint": ""}
    message = SENTENCES[variant].format(**said | words)
    return Finding(ags, file, sheet, cell, column, code, SEVERITIES[code], writable(value), writable(message))


def findings_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """All findings as a validated frame."""
    frame = pl.DataFrame(list(findings), schema=dict.fromkeys(FINDINGS_COLUMNS, pl.String), orient="row")
    return FINDINGS_MODEL.validate(frame)
