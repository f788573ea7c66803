"""Refusals of the ledger's store: not there, not ours, not free, not whole."""

from schemas.refusals.entry import Entry, helped_by

LEDGER = {
    "ledger-occupied": Entry("Mit dem Buch {ledger} arbeitet gerade ein anderer Lauf.", "Bitte warten, bis er fertig ist, und noch einmal starten; geändert wurde nichts."),
    "ledger-not-writable": Entry("Das Buch {ledger} lässt sich gerade nicht schreiben: {obstacle}.", "Bitte danach noch einmal starten."),
    "ledger-commit-lost": Entry("Die Verbindung zum Buch {ledger} riss ab, während gebucht wurde ({obstacle}).", "Was gebucht ist, zeigt {action}.", helped_by("status")),
    "ledger-obstructed": Entry("Das Buch {ledger} lässt sich gerade nicht lesen: {obstacle}.", "Bitte das beheben und noch einmal starten; das Buch selbst ist davon nicht betroffen, eine Sicherung ist nicht einzuspielen."),
    "ledger-unreadable": Entry("Das Buch {ledger} lässt sich nicht lesen ({reason}).", "Bitte die Sicherung einspielen."),
    "ledger-unreachable": Entry("Das Buch {ledger} lässt sich nicht öffnen ({reason}).", "Bitte den Server und PLACEMENT_PREMIUM_LEDGER prüfen."),
    "ledger-missing": Entry("Das Buch {ledger} fehlt oder ist leer, obwohl in {folder} Unterlagen freigegebener Monate liegen (zuletzt {month:month}).", "Bitte prüfen, ob PLACEMENT_PREMIUM_LEDGER die Datenbank des Buchs nennt (ohne die Variable liegt es als Datei bei den Ergebnissen), sonst die Sicherung des Buchs einspielen; ein neues würde Belegnummern zum zweiten Mal vergeben."),
    "ledger-of-others": Entry("Das Buch {ledger} ist ein anderes Buch als das, zu dem die Unterlagen in {folder} gehören.", "Bitte {field:outputs} und PLACEMENT_PREMIUM_LEDGER prüfen."),
    "ledger-older": Entry("Das Buch {ledger} ist älter als die Unterlagen in {folder}, oder es wurde neu geschrieben: {month:month} ist freigegeben worden, und das Buch kennt den Monat nicht oder mit anderem Prüfsiegel.", "Bitte die neueste Sicherung des Buchs einspielen; ist gerade dieser Stand gewollt, zuerst den Ordner mit den Ergebnissen sichern und die späteren Unterlagen daraus entfernen."),
    "ledger-emptied": Entry("Das Buch {ledger} wurde geleert: Seine Tabellen sind da, ihr Inhalt nicht.", "Bitte die Sicherung einspielen."),
    "ledger-hidden": Entry("Im Buch {ledger} fehlen die Rechte zum Lesen; ob darin etwas steht, ist nicht zu sehen.", "Bitte bei der Datenbank die Rechte am Schema und an seinen Tabellen geben lassen."),
    "published-gone": Entry("Das Verzeichnis der veröffentlichten Zahlen (published.parquet) fehlt, oder es wurde verändert; ohne es könnte ein neuer Bericht zusammen mit früheren mehr verraten, als er zeigt.", "Bitte die Datei aus der Sicherung einspielen."),
    "ledger-of-preview": Entry("Das Buch {ledger} stammt aus einer Vorabversion, die anders versiegelte.", "Bitte den Ordner mit den Ergebnissen umbenennen und die Monate neu abrechnen."),
    "ledger-newer": Entry("Das Buch {ledger} hat eine neuere Fassung dieses Programms geschrieben.", "Bitte placement-premium aktualisieren."),
    "ledger-address": Entry("{variable} ist keine Adresse einer PostgreSQL-Datenbank.", "Erwartet wird {driver}://NAME:KENNWORT@SERVER/DATENBANK; ohne die Variable liegt das Buch als Datei bei den Ergebnissen."),
    "driver-missing": Entry("{variable} nennt einen PostgreSQL-Server, es fehlt aber das Paket, das mit ihm spricht (psycopg).", "Bitte placement-premium[postgres] installieren; ohne die Variable liegt das Buch als Datei bei den Ergebnissen."),
    "ledger-name-too-long": Entry("Der Name des Programms „{programme}“ ist für PostgreSQL zu lang.", "Bitte kürzen."),
    "archive-elsewhere": Entry("Zum Buch {ledger} gehört das Archiv der empfangenen Dateien, in {folder} liegt aber keines.", "Bitte {field:outputs} prüfen oder die Sicherung einspielen; zum Üben bitte eine andere Datenbank nennen."),
    "ledger-broken": Entry("Das Buch {ledger} hält der Prüfung nicht stand; zuerst: {problem:finding}"),
    "documents-changed": Entry("Das Buch stimmt, aber Unterlagen liegen nicht so da, wie sie ausgegeben wurden.", "Bitte {action} ausführen; sie werden Byte für Byte neu geschrieben. Wo Falldaten gelöscht sind, bitte die Sicherung einspielen.", helped_by("emit", month="month")),
    "ledger-broken/erasing": Entry("Das Buch {ledger} hält der Prüfung nicht stand, deshalb wird nichts gelöscht; zuerst: {problem:finding}"),
}  # fmt: skip
