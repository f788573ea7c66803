"""Defects of rows, and of rows that contradict each other."""

from datetime import date

from tests.broken.defects import NO_ROWS, defect, error, july, warning
from tests.broken.forms import (
    AT_WORK,
    COUNSELLING,
    EMPLOYED,
    OPPORTUNITY,
    PARTICIPATION,
    PLACEMENT,
    STOCK,
    VACANCY,
    Form,
    Row,
    form,
)
from tests.broken.programmes import COMPLETE

HOURS = "Stunden"
HOURS_ARE_A_WARNING = COMPLETE.replace('hours_over_cap = "error"', 'hours_over_cap = "warning"')


def placed(**changes: object) -> Form:
    """With another placement than the faultless one."""
    return form({"placements": (PLACEMENT | changes,)})


def at_work(**changes: object) -> Form:
    """With another filled row of Arbeitsgelegenheiten than the faultless one."""
    return form({"opportunities": (OPPORTUNITY | changes, VACANCY)})


def vacancy(**changes: object) -> Form:
    """With another vacant position than the faultless one."""
    return form({"opportunities": (OPPORTUNITY, VACANCY | changes)})


def in_august(first: date, last: date, *, benefit: Row = AT_WORK, **changes: object) -> Form:
    """One filled position in August 2016, whose sixth day changed the hourly rate; few enough hours for any span."""
    row = OPPORTUNITY | {"from_date": first, "to_date": last, "hours_hundredths": 5_00} | changes
    return form(NO_ROWS | {"benefits": (benefit,), "opportunities": (row,)}, month="2016-08")


def taking_part(**changes: object) -> Form:
    """With another row of Teilnahmen than the faultless one."""
    return form({"participations": (PARTICIPATION | changes,)})


def employed_at_work(**placement: object) -> Form:
    """Somebody with an AGH in the whole month and a placement beside it."""
    beside = OPPORTUNITY | {"case_id": "A-100"}
    return form({"opportunities": (beside, VACANCY), "placements": (PLACEMENT | placement,)})


ROWS = [
    defect(
        "Fallnummer zweimal", lambda: form({"benefits": (EMPLOYED, AT_WORK, AT_WORK | {"case_id": "a-200", "paid_cents": 0})}),
        error("R01", "Leistungen!A7", "Fallnummer", "A-200", "mehrfach: Fallnummer A-200 (Zeilen 6 und 7)", "zusammenfassen"),
    ),
    defect(
        "unbesetzte Stelle zweimal", lambda: form({"opportunities": (OPPORTUNITY, VACANCY, VACANCY)}),
        error("R01", "Arbeitsgelegenheiten!A7", "AGH-Nummer", "AGH-Nummer AGH-2, ohne Fallnummer, Von 01.09.2016", "Zeilen 6 und 7"),
    ),
    defect(
        "eine Stelle in zwei Hälften des Monats: erlaubt",
        lambda: form({"opportunities": (OPPORTUNITY | {"to_date": date(2016, 9, 25)}, OPPORTUNITY | {"from_date": date(2016, 9, 26), "hours_hundredths": 100})}),
    ),
    defect(
        "Bedarf zweimal, anders geschrieben", {"Bedarfe!A6": "GRÜNPFLEGE", "Bedarfe!B6": "kommune", "Bedarfe!D6": 1, "Bedarfe!E6": 0},
        error("R01", "Bedarfe!A6", "Einsatzfeld", "Zeilen 5 und 6"),
    ),
    defect(
        "Vermittlung ohne Zeile in Leistungen", lambda: placed(case_id="A-300"),
        error("R02", "Vermittlungen!A5", "Fallnummer", "A-300", "„Leistungen“", "auch wenn nichts gezahlt wurde"),
    ),
    defect(  # whose row in Leistungen it is nobody can tell, so nothing is said of a row that would be missing
        "Vermittlung, deren Fallnummer in Leistungen unlesbar ist", {"Leistungen!A5": "MÜL-1"},
        error("C05", "Leistungen!A5", "Fallnummer", "keine Namen"),
    ),
    defect(
        "unlesbare Fallnummer der Vermittlung", {"Vermittlungen!A5": "MÜL-1"},
        error("C05", "Vermittlungen!A5", "Fallnummer", "keine Namen"),
    ),
    defect(
        "zu viele Stunden im Monat", lambda: at_work(hours_hundredths=100_25),
        error("R03", "Arbeitsgelegenheiten!G5", HOURS, "A-200", "100,25", "erlaubt sind höchstens 100"),
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
        lambda: in_august(date(2016, 8, 5), date(2016, 8, 31)),
        error("R04", "Arbeitsgelegenheiten!E5", "Von", "05.08.2016 bis 31.08.2016", "am 06.08.2016", "die zweite ab diesem Tag"),
        month="2016-08",
    ),
    defect(
        "Zeitraum bis zum ersten Tag des neuen Stundensatzes", lambda: in_august(date(2016, 8, 5), date(2016, 8, 6)),
        error("R04", "Arbeitsgelegenheiten!E5", "Von", "05.08.2016 bis 06.08.2016"), month="2016-08",
    ),
    defect("Zeitraum bis zum letzten Tag des alten: erlaubt", lambda: in_august(date(2016, 8, 1), date(2016, 8, 5)), month="2016-08"),
    defect("Zeitraum ab dem ersten Tag des neuen: erlaubt", lambda: in_august(date(2016, 8, 6), date(2016, 8, 31)), month="2016-08"),
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
        "Ende vor Beginn, beide außerhalb des Meldemonats: einmal gesagt",
        lambda: placed(begin=date(2016, 10, 5), end=date(2016, 8, 4)),
        error("R05", "Vermittlungen!E5", "Beginn", "„Beginn“ (05.10.2016) liegt nach „Ende“ (04.08.2016)"),
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
        warning("R06", "Vermittlungen!K5", "Nettolohn (EUR)", "1.110,00 €", "„Bruttolohn im Monat“ (900,00 €). Bitte beide Beträge prüfen"),
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
        warning("W01", "Arbeitsgelegenheiten!G5", HOURS, "A-100", "01.09.2016 bis 30.09.2016", "Beginn 05.09.2016"),
    ),
    defect(
        "AGH ab dem letzten Tag der Beschäftigung",
        lambda: form({
            "opportunities": (OPPORTUNITY | {"case_id": "A-100", "from_date": date(2016, 9, 10)}, VACANCY),
            "placements": (PLACEMENT | {"end": date(2016, 9, 10)},),
        }),
        warning("W01", "Arbeitsgelegenheiten!G5", HOURS, "10.09.2016 bis 30.09.2016"),
    ),
    defect(
        "AGH nach dem Ende der Beschäftigung: erlaubt",
        lambda: form({
            "opportunities": (OPPORTUNITY | {"case_id": "A-100", "from_date": date(2016, 9, 11)}, VACANCY),
            "placements": (PLACEMENT | {"end": date(2016, 9, 10)},),
        }),
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
    defect(
        "Vermittlung zweimal", lambda: form({"placements": (PLACEMENT, PLACEMENT | {"employer": "Hof AG"})}),
        error("R01", "Vermittlungen!A6", "Fallnummer", "Fallnummer A-100, Beginn 05.09.2016", "Zeilen 5 und 6"),
    ),
    defect(
        "zweite Beschäftigung derselben Person: erlaubt",
        lambda: form({"placements": (PLACEMENT, PLACEMENT | {"employer": "Hof AG", "begin": date(2016, 9, 6)})}),
    ),
    defect(
        "Teilnahme zweimal", lambda: form({"participations": (PARTICIPATION, PARTICIPATION)}),
        error("R01", "Teilnahmen!A6", "Fallnummer", "A-100"),
    ),
    defect(
        "Bestand zweimal", lambda: form({"stock": (STOCK, STOCK | {"persons": 2})}),
        error("R01", "Bestand!A6", "Status", "Status Duldung, Altersgruppe 18 bis 65"),
    ),
    defect(
        "Beratung zweimal", lambda: form({"counselling": (COUNSELLING, COUNSELLING | {"contacts": 3})}),
        error("R01", "Beratung!A6", "Leistung", "Leistung Kompetenzprofil, Zielgruppe Arbeitsuchende, Partner Jobcenter"),
    ),
    defect(
        "Beratung mit anderem Partner: erlaubt",
        lambda: form({"counselling": (COUNSELLING, COUNSELLING | {"partner": "Ehrenamt"})}),
    ),
    defect("AGH eines Falls ohne Zeile in Leistungen: erlaubt", lambda: at_work(case_id="A-300")),
    defect("genau so viele Stunden im Monat, wie erlaubt sind", lambda: at_work(hours_hundredths=100_00)),
    defect(
        "Von vor dem Meldemonat", lambda: vacancy(from_date=date(2016, 8, 31)),
        error("R05", "Arbeitsgelegenheiten!E6", "Von", "31.08.2016", "nicht im Meldemonat September 2016"),
    ),
    defect(
        "Anspruch bis nach dem Meldemonat", lambda: form({"benefits": (EMPLOYED, AT_WORK | {"entitled_to": date(2016, 10, 1)})}),
        error("R05", "Leistungen!J6", "Anspruch bis", "01.10.2016", "September 2016"),
    ),
    defect(
        "Anspruch von nach Anspruch bis",
        lambda: form({"benefits": (EMPLOYED, AT_WORK | {"entitled_from": date(2016, 9, 20), "entitled_to": date(2016, 9, 19)})}),
        error("R05", "Leistungen!I6", "Anspruch von", "„Anspruch von“ (20.09.2016) liegt nach „Anspruch bis“ (19.09.2016)"),
    ),
    defect(
        "Anspruch am ersten und am letzten Tag des Monats: erlaubt",
        lambda: form({"benefits": (EMPLOYED, AT_WORK | {"entitled_from": date(2016, 9, 1), "entitled_to": date(2016, 9, 30)})}),
    ),
    defect("Beschäftigung ab dem letzten Tag des Monats: erlaubt", lambda: placed(begin=date(2016, 9, 30))),
    defect(
        "Beschäftigung bis zum ersten Tag des Monats: erlaubt",
        lambda: placed(consent_on=date(2016, 8, 1), begin=date(2016, 8, 1), end=date(2016, 9, 1)),
    ),
    defect("Beschäftigung für einen Tag: erlaubt", lambda: placed(end=date(2016, 9, 5))),
    defect(
        "Austritt vor dem Vorschlag", lambda: taking_part(decided_on=None, left_on=date(2016, 7, 31)),
        error("R05", "Teilnahmen!B5", "Vorgeschlagen am", "(01.08.2016) liegt nach „Ausgetreten am“ (31.07.2016)"),
    ),
    defect(
        "Austritt vor der Entscheidung", lambda: taking_part(left_on=date(2016, 8, 7)),
        error("R05", "Teilnahmen!E5", "Entscheidung am", "(08.08.2016) liegt nach „Ausgetreten am“ (07.08.2016)"),
    ),
    defect(
        "Austritt vor dem Kompetenzprofil", lambda: taking_part(profiled_on=date(2016, 8, 20), left_on=date(2016, 8, 19)),
        error("R05", "Teilnahmen!F5", "Kompetenzprofil am", "(20.08.2016) liegt nach „Ausgetreten am“ (19.08.2016)"),
    ),
    defect(
        "Austritt vor dem Eingliederungsplan", lambda: taking_part(planned_on=date(2016, 8, 20), left_on=date(2016, 8, 19)),
        error("R05", "Teilnahmen!G5", "Eingliederungsplan am", "(20.08.2016) liegt nach „Ausgetreten am“ (19.08.2016)"),
    ),
    defect(
        "alles an einem Tag: erlaubt",
        lambda: taking_part(**dict.fromkeys(("proposed_on", "decided_on", "profiled_on", "planned_on", "left_on"), date(2016, 8, 1))),
    ),
    defect("Vorschlag ohne alles Weitere: erlaubt", lambda: taking_part(decision="offen", decided_on=None)),
    defect("Nettolohn so hoch wie der Bruttolohn: erlaubt", lambda: placed(net_cents=1500_00)),
    defect("kein Lohn in diesem Monat: erlaubt", lambda: placed(gross_month_cents=0, net_cents=0)),
    defect("ohne Zustimmung und Nettolohn: erlaubt", lambda: placed(consent_on=None, net_cents=None)),
    defect("alle gemeldeten Plätze besetzt, alle Kontakte mit Frauen: erlaubt", {"Bedarfe!E5": 3, "Beratung!E5": 5}),
    defect("unbesetzte Stelle mit null Stunden: erlaubt", lambda: vacancy(hours_hundredths=0, expense_cents=0)),
    defect("unbesetzte Stelle, nicht freiwillig: erlaubt", lambda: vacancy(voluntary=False)),
    defect("AGH neben einer Beschäftigung ohne Versicherungspflicht: erlaubt", lambda: employed_at_work(insured=False)),
    defect(
        "AGH ohne Stunden neben versicherter Beschäftigung: erlaubt",
        lambda: form({"opportunities": (OPPORTUNITY | {"case_id": "A-100", "hours_hundredths": 0}, VACANCY)}),
    ),
    defect("Zustimmung am Tag des Beginns: erlaubt", lambda: placed(consent_on=date(2016, 9, 5))),
    defect(
        "AGH mit Analogleistung ab dem 06.08.2016: erlaubt",
        lambda: in_august(date(2016, 8, 6), date(2016, 8, 31), benefit=AT_WORK | {"benefit_kind": "Analogleistung"}),
        month="2016-08",
    ),
    defect(
        "Mehraufwand ab dem 06.08.2016: erlaubt",
        lambda: in_august(date(2016, 8, 6), date(2016, 8, 31), expense_cents=5_00), month="2016-08",
    ),
    defect(
        "Zuweisung ohne Datum, Spalte fehlt", lambda: at_work(voluntary=False).put({"Arbeitsgelegenheiten!J4": None}),
        warning("W12", "Arbeitsgelegenheiten!", "Zuweisung am", "A-200"),
    ),
]  # fmt: skip
