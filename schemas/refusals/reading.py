"""Refusals of whoever reads: reports, derivations, calibration."""

from schemas.refusals.entry import Entry, helped_by

_SETTLE = helped_by("settle", month="month")

READING = {
    "case-not-settled": Entry("Es ist noch nichts abgerechnet.", "Bitte zuerst {action} ausführen.", _SETTLE),
    "case-month-ahead": Entry("{month:month} ist noch nicht abgerechnet; der letzte abgerechnete Monat ist {settled:month}.", "Bitte einen Monat bis dahin nennen oder zuerst {action} ausführen.", _SETTLE),
    "case-of-no-member": Entry("Der Gemeindeschlüssel {ags} gehört nicht zum Programm.", "Bitte {field:ags} prüfen."),
    "case-unknown": Entry("Den Fall {case_id:case} gibt es in keiner abgerechneten Meldung.", "Bitte die Fallnummer prüfen."),
    "case-of-several": Entry("Den Fall {case_id:case} gibt es in mehreren Kommunen: {owners:municipalities}.", "Bitte eine mit {field:ags} nennen."),
    "case-of-others": Entry("Den Fall {case_id:case} gibt es in {asked:municipalities} nicht, wohl aber in {owners:municipalities}.", "Bitte {field:ags} prüfen."),
    "case-of-other-months": Entry("Den Fall {case_id:case} gibt es im {month:month} nicht; bekannt ist er für: {months:months}.", "Bitte einen dieser Monate mit {field:month} nennen."),
    "key-date-ahead": Entry("{period} liegt in der Zukunft.", "Bitte einen Stichtag bis heute ({today:date}) nennen."),
    "quarter-ahead": Entry("{period} liegt in der Zukunft.", "Bitte ein Quartal mit Beginn bis heute ({today:date}) nennen."),
    "period-outside-programme": Entry("{period} liegt außerhalb des Programms (ab {start:date}{end:until}).", "Bitte den Zeitraum prüfen."),
    "key-date-not-settled": Entry("{month:month} ist noch nicht abgerechnet.", "Bitte zuerst {action} ausführen: ein Entwurf genügt für einen vorläufigen Bericht.", _SETTLE),
    "quarter-not-approved": Entry("Nicht freigegeben: {months:months}.", "Bitte zuerst freigeben, oder mit {field:preliminary} einen vorläufigen Bericht schreiben."),
    "quarter-not-settled": Entry("Im {period} ist noch kein Monat abgerechnet.", "Bitte zuerst einen Monat abrechnen."),
    "no-premium": Entry("Das Programm {programme} hat keine Prämie, zu kalkulieren gibt es nichts.", "Bitte {field:programme} prüfen."),
    "no-opportunities": Entry("Das Programm {programme} hat keine Arbeitsgelegenheiten; Teilnahmebescheinigungen und Auszahlungslisten entfallen.", "Bitte {field:programme} prüfen."),
    "no-placement-settled": Entry("Es ist noch keine Vermittlung abgerechnet und freigegeben.", "Bitte mit {field:assumptions} eine Datei mit Annahmen nennen."),
    "cases-erased": Entry("Die Falldaten vor {year} sind gelöscht; aus den übrigen lässt sich nicht auf das ganze Programm schließen.", "Bitte mit {field:assumptions} eine Datei mit Annahmen nennen."),
}  # fmt: skip
