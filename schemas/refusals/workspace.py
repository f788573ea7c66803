"""Refusals of the workspace's own pages: a file that is gone, what a page cannot do."""

from schemas.refusals.entry import Entry

WORKSPACE = {
    "received-file-gone": Entry("Die Datei {name:file} liegt nicht im Ordner dieses Monats; vielleicht hat sie schon jemand herausgenommen.", "Bitte die Seite neu laden."),
    "work-goes-on": Entry("„{what}“ läuft gerade, begonnen von {name:person}.", "Bitte warten, bis das fertig ist, und dann weitermachen."),
    "disk-hindered": Entry("Eine Datei oder ein Ordner des Arbeitsplatzes lässt sich nicht lesen oder schreiben.", "Bitte die Verwaltung rufen, damit sie Rechte und Speicherplatz prüft, und es dann noch einmal versuchen."),
    "documents-follow": Entry("Die Unterlagen für {month:month} stehen noch aus oder werden gerade geschrieben.", "Bitte die Seite des Monats neu laden und es dann noch einmal versuchen."),
    "documents-unwritten": Entry("Die Unterlagen für {month:month} ließen sich nicht schreiben; gebucht bleibt, was gebucht ist.", "Bitte die Verwaltung rufen: Der Befehl „emit“ zeigt, woran es liegt."),
    "no-share": Entry("„{text}“ ist kein Anteil.", "Bitte eine Zahl von 0 bis 100 (Prozent) angeben."),
    "no-cost": Entry("„{text}“ ist kein Betrag von 0 an.", "Bitte wie 2500,00 oder 2.500,00 angeben; leer heißt: keiner."),
    "check-failed": Entry("Das Buch hält der Prüfung nicht stand:\n{problems:lines}", "Bitte nichts ändern, die Verwaltung rufen und die Sicherung bereithalten."),
}  # fmt: skip
