"""Refusals of the cash office's work: manual lines, reversals, opening balances, closed years, erasure."""

from schemas.refusals.entry import Entry, helped_by

_MANUAL_LINE = helped_by("adjust", ags=None, amount=None, month=None, reason=None, voucher=None, by=None)
_REOPEN = helped_by("close", reopen="year", reason=None)

OFFICE = {
    "nothing-approved": Entry("Es ist noch kein Monat freigegeben.", "Bitte zuerst einen Monat abrechnen und freigeben."),
    "nothing-settled": Entry("Es ist noch kein Monat abgerechnet.", "Bitte zuerst einen Monat abrechnen und freigeben."),
    "no-member": Entry("Der Gemeindeschlüssel {ags} gehört nicht zum Programm.", "Bitte den Schlüssel prüfen."),
    "month-closed": Entry("{month:month} ist abgeschlossen.", "Bitte einen offenen Monat nennen oder zuerst {action} ausführen.", _REOPEN),
    "voucher-used": Entry("Den Beleg {voucher} gibt es für {ags} im {month:month} schon.", "Bitte einen anderen Beleg nennen."),
    "adjustment-not-waiting": Entry("Eine manuelle Buchung mit Beleg {voucher} für {ags} im {month:month} ist nicht vorgemerkt.", "Bitte Gemeindeschlüssel, Monat und Beleg prüfen."),
    "adjustment-posted": Entry("Eine manuelle Buchung mit Beleg {voucher} für {ags} im {month:month} ist schon gebucht (freigegeben mit {approved:month}). Freigegebenes wird nicht mehr geändert.", "Bitte mit einer Gegenbuchung ausgleichen: {action}.", _MANUAL_LINE),
    "adjustment-of-other-amount": Entry("Vorgemerkt ist unter Beleg {voucher} der Betrag {ordered_cents:amount}, nicht {amount_cents:amount}.", "Bitte Beleg und Betrag prüfen; mit {field:withdraw} kann der Betrag entfallen."),
    "document-unknown": Entry("Einen Beleg {number}, der storniert werden kann, gibt es nicht.", "Bitte die Nummer prüfen; sie steht auf dem Beleg und in der Finanzübersicht."),
    "document-is-reversal": Entry("Einen Beleg {number}, der storniert werden kann, gibt es nicht.", "Ein Storno selbst lässt sich nicht stornieren."),
    "document-of-erased-months": Entry("Der Beleg {number} enthält Monate, deren Falldaten gelöscht sind ({month:month}); neu abrechnen lassen sie sich nicht, ein Storno ist deshalb nicht möglich.", "Eine Berichtigung bitte von Hand buchen: {action}.", _MANUAL_LINE),
    "document-of-closed-months": Entry("Der Beleg {number} enthält abgeschlossene Monate ({month:month}), die sich nicht neu abrechnen lassen.", "Bitte zuerst {action} ausführen.", _REOPEN),
    "reversal-waiting": Entry("Der Storno des Belegs {number} ist schon für den nächsten Entwurf vorgemerkt, angeordnet von {name:person}.", "Soll er entfallen: {action}.", helped_by("cancel", number="number", withdraw=True, reason=None, by=None)),
    "reversal-drafted": Entry("Der Storno des Belegs {number} ist schon im Entwurf für {draft:month}, angeordnet von {name:person}.", "Soll er entfallen: {action}.", helped_by("cancel", number="number", withdraw=True, reason=None, by=None)),
    "document-reversed": Entry("Der Beleg {number} ist bereits storniert, mit dem Storno {reversal} vom {on:date}.", "Was davon weiterhin gilt, ist mit {anew} neu abgerechnet; ist daran etwas falsch, bitte {anew} nennen."),
    "reversal-not-waiting": Entry("Ein Storno des Belegs {number} ist nicht vorgemerkt.", "Bitte die Nummer prüfen."),
    "reversal-posted": Entry("Der Storno des Belegs {number} ist schon gebucht (freigegeben mit {approved:month}). Freigegebenes wird nicht mehr geändert.", "Was davon gilt, ist dort neu abgerechnet."),
    "opening-not-waiting": Entry("Es sind keine Eröffnungssalden vorgemerkt.", "Bitte zuerst {action} ausführen.", helped_by("opening", file=None, by=None)),
    "opening-same-person": Entry("Die Eröffnungssalden hat {name:person} vorgemerkt; freigeben muss eine zweite Person (Vier-Augen-Prinzip)."),
    "opening-of-other-file": Entry("Die Datei ist nicht die, die vorgemerkt wurde.", "Bitte die vorgemerkte Datei freigeben oder diese zuerst ohne {field:approve} vormerken."),
    "opening-posted": Entry("Die Eröffnungssalden sind bereits freigegeben; Freigegebenes wird nicht mehr geändert."),
    "opening-after-draft": Entry("{month:month} ist bereits entworfen; Eröffnungssalden stehen vor dem ersten Monat.", "Bitte Abweichungen mit {action} buchen.", _MANUAL_LINE),
    "opening-after-approval": Entry("{month:month} ist bereits freigegeben; Eröffnungssalden stehen vor dem ersten Monat.", "Bitte Abweichungen mit {action} buchen.", _MANUAL_LINE),
    "year-not-approved": Entry("Das Jahr {year} lässt sich noch nicht abschließen: freigegeben ist erst {approved:month}.", "Bitte zuerst bis Dezember {year} abrechnen und freigeben."),
    "year-not-begun": Entry("Das Jahr {year} lässt sich noch nicht abschließen: freigegeben ist noch kein Monat.", "Bitte zuerst bis Dezember {year} abrechnen und freigeben."),
    "year-before-programme": Entry("Das Jahr {year} liegt vor dem Beginn des Programms ({first:month}).", "Bitte das Jahr prüfen."),
    "year-closed": Entry("Das Jahr {year} ist bereits abgeschlossen."),
    "year-not-closed": Entry("Das Jahr {year} ist nicht abgeschlossen.", "Bitte das Jahr prüfen."),
    "year-erased": Entry("Die Falldaten des Jahres {year} sind gelöscht; ohne sie lässt es sich nicht wieder öffnen.", "Bitte ein späteres Jahr nennen."),
    "draft-open": Entry("Der Entwurf für {draft:month} ist noch nicht freigegeben.", "Bitte ihn zuerst freigeben; geändert wurde nichts."),
    "orders-open": Entry("Es sind Buchungen oder Stornos vorgemerkt, die noch in keinem Monat stehen.", "Bitte zuerst den nächsten Monat abrechnen und freigeben; geändert wurde nichts."),
    "erasure-ahead": Entry("Das Jahr {year} liegt in der Zukunft.", "Bitte höchstens {latest} nennen."),
    "erasure-not-closed": Entry("Das Jahr {year} ist nicht abgeschlossen; gelöscht werden nur abgeschlossene Jahre.", "Bitte zuerst {action} ausführen.", helped_by("close", year="year")),
    "nothing-to-erase": Entry("Vor dem Jahr {year} gibt es keine Falldaten zu löschen.", "Bitte das Jahr prüfen."),
    "nothing-more-to-erase": Entry("Vor dem Jahr {year} gibt es keine Falldaten zu löschen; gelöscht ist bereits alles vor {erased_before}.", "Bitte das Jahr prüfen."),
    "month-erased": Entry("Die Falldaten für {month:month} sind gelöscht (alles vor {year}); erhalten sind Summen, Nummern und Prüfsummen.", "Bitte einen Monat ab Januar {year} nennen."),
    "documents-erased": Entry("Die Unterlagen für {month:month} zeigten auch Fälle, deren Daten gelöscht sind; sie lassen sich nicht noch einmal schreiben.", "Es gelten die vorhandenen."),
}  # fmt: skip
