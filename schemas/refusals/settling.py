"""Refusals around a month: what is not its turn, who may not approve, what is not there yet."""

from schemas.refusals.entry import Entry, helped_by

_SETTLE = helped_by("settle", month="month")

SETTLING = {
    "month-before-programme": Entry("{month:month} liegt vor dem Beginn des Programms ({first:month}).", "Bitte den Monat prüfen."),
    "month-after-programme": Entry("{month:month} liegt nach dem Ende des Programms; der letzte abrechenbare Monat ist {last:month}.", "Bitte den Monat prüfen."),
    "month-not-over": Entry("{month:month} ist erst am {last:date} zu Ende; die Meldungen dafür können noch nicht vollständig sein.", "Bitte danach abrechnen; soll schon jetzt ein Entwurf entstehen, bitte {field:ahead} angeben."),
    "month-ahead": Entry("{month:month} liegt in der Zukunft.", "Bitte den Leistungsmonat bei {field:month} prüfen."),
    "form-ahead": Entry("{month:month} liegt noch zu weit voraus: Ein Formular zeigt, was heute bekannt ist.", "Bitte höchstens {latest:month} nennen."),
    "returns-linked": Entry("Unter den Meldungen in {folder} liegen Verknüpfungen: {names:file}.", "Verknüpfungen wird nicht gefolgt; bitte die Dateien selbst hineinlegen und die Verknüpfungen entfernen."),
    "returns-missing": Entry("Der Ordner {folder} fehlt.", "Bitte anlegen und die Meldungen hineinlegen; ein leerer Ordner genügt."),
    "return-unreadable": Entry("Die Datei {path:file} lässt sich nicht lesen ({reason}).", "Bitte die Rechte prüfen."),
    "return-replaced": Entry("Die Datei {file:file} wurde ersetzt, während abgerechnet wurde; gelesen wurde eine andere.", "Bitte noch einmal starten; geändert wurde nichts."),
    "archive-not-whole": Entry("Die Datei {file:file} liegt im Archiv nicht so, wie sie für den Entwurf gelesen wurde.", "Bitte zuerst {action} ausführen, damit das Archiv sie wieder enthält; freigegeben wurde nichts.", _SETTLE),
    "month-approved": Entry("{month:month} ist bereits freigegeben.", "Verspätete oder berichtigte Meldungen bitte in den Ordner des nächsten Monats legen; sie werden dort als Differenz abgerechnet."),
    "month-before-approved": Entry("{month:month} liegt vor dem zuletzt freigegebenen {approved:month}.", "Monate werden der Reihe nach abgerechnet; bitte einen späteren Monat nennen."),
    "draft-before": Entry("Der Entwurf für {draft:month} ist noch nicht freigegeben.", "Bitte zuerst {action} ausführen.", helped_by("approve", month="draft", by=None)),
    "opening-not-approved": Entry("Die Eröffnungssalden sind vorgemerkt, aber noch nicht freigegeben.", "Bitte zuerst {action} ausführen (zweite Person).", helped_by("opening", file=None, approve=True, by=None)),
    "settlement-outdated": Entry("Während dieser Abrechnung wurde ein anderer Monat freigegeben; sie beruht auf einem veralteten Stand.", "Bitte noch einmal starten; geändert wurde nichts."),
    "net-wage-missing": Entry('Für den Fall {case_id:case} ({ags}) fehlt im {month:month} ein Nettolohn, den das Programm mit basis = "statutory" braucht.', "Bitte bei der Kommune eine Korrektur anfordern; abgerechnet wurde nichts."),
    "differences-not-accepted": Entry(
        "Bereits freigegebene Monate ergäben heute andere Beträge, ohne dass eine Kommune etwas anderes gemeldet hat:\n{differences:differences}\nZusammen {total_cents:amount}.",
        "Bitte prüfen, ob die Änderung gewollt ist; wenn ja: {action}. Entworfen wurde nichts.",
        helped_by("settle", month="month", accept=None, by=None),
    ),
    "draft-missing": Entry("Für {month:month} gibt es keinen Entwurf.", "Bitte zuerst {action} ausführen.", _SETTLE),
    "draft-changed": Entry("Der Entwurf für {month:month} ist inzwischen ein anderer als der, den Sie angesehen haben; freigegeben wurde nichts.", "Bitte den jetzigen Entwurf ansehen und dann diesen freigeben."),
    "month-posted": Entry("{month:month} ist bereits freigegeben; Freigegebenes wird nicht mehr geändert.", "Seine Unterlagen schreibt {action} noch einmal.", helped_by("emit", month="month")),
    "draft-by-schedule": Entry("{month:month} ist nach Zeitplan entworfen; gesehen hat ihn noch niemand, und zwei Personen müssen es (Vier-Augen-Prinzip).", "Bitte rechnet ihn zuerst eine Person, die ihn nicht freigibt ({action}); die Beträge bleiben dieselben.", _SETTLE),
    "approver-drafted": Entry("{month:month} hat {name:person} entworfen; freigeben muss eine zweite Person (Vier-Augen-Prinzip).", "Bitte mit {field:by} die zweite Person nennen."),
    "approver-ordered-adjustment": Entry("{name:person} hat die manuelle Buchung {reference} angeordnet; freigeben muss eine zweite Person (Vier-Augen-Prinzip).", "Bitte mit {field:by} eine andere Person nennen."),
    "approver-ordered-reversal": Entry("{name:person} hat den Storno von {reference} angeordnet; freigeben muss eine zweite Person (Vier-Augen-Prinzip).", "Bitte mit {field:by} eine andere Person nennen."),
    "returns-after-draft": Entry("Nach dem Entwurf für {month:month} kamen neu oder geändert in den Ordner: {files:file}.", "Bitte zuerst {action} ausführen, damit der Entwurf sie enthält; oder mit {field:without-new} ohne sie freigeben und sie dann in den Ordner des nächsten Monats legen.", _SETTLE),
    "month-not-approved": Entry("{month:month} ist nicht freigegeben.", "Bitte den Monat prüfen ({action}).", helped_by("status")),
    "day-before-approval": Entry("Das Datum {day:date} liegt vor dem der letzten Freigabe ({latest:date}).", "Damit die Nummern der Zeit folgen, bitte ein späteres {field:date} angeben. Ging die Uhr bei der letzten Freigabe vor, bestätigt das erst eine zweite Person ({field:confirm-date})."),
    "approver-confirmed-date": Entry("Das Datum hat {name:person} bestätigt; freigeben muss eine zweite Person (Vier-Augen-Prinzip).", "Bitte mit {field:by} eine andere Person nennen."),
    "date-not-ahead": Entry("Keine Freigabe trägt ein Datum, das noch in der Zukunft liegt; zu bestätigen ist nichts.", "Bitte mit dem Datum von heute freigeben."),
    "month-not-settled": Entry("Für {month:month} ist nichts abgerechnet.", "Bitte den Monat prüfen."),
    "orchestrator-silent": Entry("Der Prefect-Server unter {address} antwortet nicht.", "Bitte PREFECT_API_URL und den Server prüfen, oder mit {field:direct} ohne ihn arbeiten; geändert wurde nichts."),
    "orchestrator-not-started": Entry("Der Prefect-Server lässt sich nicht starten; den Grund zeigt „prefect server start“.", "Bitte mit {field:direct} ohne ihn arbeiten; geändert wurde nichts."),
    "cluster-without-address": Entry("Für mehrere Rechner ist zu sagen, wo ihr Verteiler antwortet, und nur für sie.", "Bitte bei {field:runner} dask und bei {field:dask-address} den Verteiler angeben, wie tcp://rechner:8786; oder beides weglassen."),
    "cluster-direct": Entry("Mehrere Rechner sind nur über Prefect zu erreichen.", "Bitte {field:direct} weglassen, oder mit threads oder processes auf diesem Rechner arbeiten."),
    "cluster-not-installed": Entry("Für mehrere Rechner fehlt der Zusatz [cluster] (prefect-dask).", "Bitte ihn einrichten lassen (requirements-cluster.lock), oder mit threads oder processes arbeiten; geändert wurde nichts."),
    "cluster-silent": Entry("Unter {address} antwortet kein Verteiler.", "Bitte Adresse und „dask scheduler“ prüfen, oder mit threads oder processes arbeiten; geändert wurde nichts."),
    "orchestrator-lost": Entry("Der Prefect-Server unter {address} antwortet nicht mehr.", "Bitte den Server prüfen und noch einmal starten, oder mit {field:direct} ohne ihn arbeiten; was freigegeben ist, zeigt {action}.", helped_by("status")),
}  # fmt: skip
