"""Refusals of the ledger's store: not there, not ours, not free, not whole."""

from schemas.refusals.entry import Entry, helped_by

LEDGER = {
    "ledger-occupied": Entry("Mit dem Buch {ledger} arbeitet gerade ein anderer Lauf.", "Bitte warten, bis er fertig ist, und noch einmal starten; geändert wurde nichts."),
    "ledger-not-writable": Entry("Das Buch {ledger} lässt sich gerade nicht schreiben: {obstacle}.", "Bitte danach noch einmal starten; gebucht wurde nichts."),
    "ledger-unreadable": Entry("Das Buch {ledger} lässt sich nicht lesen ({reason}).", "Bitte die Sicherung einspielen."),
    "ledger-unreachable": Entry("Das Buch {ledger} lässt sich nicht öffnen ({reason}).", "Bitte den Server und PLACEMENT_PREMIUM_LEDGER prüfen."),
    "ledger-of-preview": Entry("Das Buch {ledger} stammt aus einer Vorabversion, die anders versiegelte.", "Bitte den Ordner mit den Ergebnissen umbenennen und die Monate neu abrechnen."),
    "ledger-newer": Entry("Das Buch {ledger} hat eine neuere Fassung dieses Programms geschrieben.", "Bitte placement-premium aktualisieren."),
    "ledger-address": Entry("{variable} ist keine Adresse einer PostgreSQL-Datenbank.", "Erwartet wird {driver}://NAME:KENNWORT@SERVER/DATENBANK; ohne die Variable liegt das Buch als Datei bei den Ergebnissen."),
    "ledger-name-too-long": Entry("Der Name des Programms „{programme}“ ist für PostgreSQL zu lang.", "Bitte kürzen."),
    "archive-elsewhere": Entry("Zum Buch {ledger} gehört das Archiv der empfangenen Dateien, in {folder} liegt aber keines.", "Bitte {field:outputs} prüfen oder die Sicherung einspielen; zum Üben bitte eine andere Datenbank nennen."),
    "ledger-broken": Entry("Das Buch {ledger} hält der Prüfung nicht stand; zuerst: {problem:finding}"),
    "documents-changed": Entry("Das Buch stimmt, aber Unterlagen liegen nicht so da, wie sie ausgegeben wurden.", "Bitte {action} ausführen; sie werden Byte für Byte neu geschrieben. Wo Falldaten gelöscht sind, bitte die Sicherung einspielen.", helped_by("emit", month="month")),
    "ledger-broken/erasing": Entry("Das Buch {ledger} hält der Prüfung nicht stand, deshalb wird nichts gelöscht; zuerst: {problem:finding}"),
}  # fmt: skip
