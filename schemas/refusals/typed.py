"""Refusals of what was typed: a month, a date, a name, a reason that is none."""

from schemas.refusals.entry import Entry, helped_by

TYPED = {
    "no-month": Entry("„{text}“ ist kein Monat.", "Bitte Jahr und Monat wie 2025-03 oder 03/2025 angeben."),
    "no-day": Entry("„{text}“ ist kein Datum.", "Bitte wie 12.02.2025 oder 2025-02-12 angeben."),
    "no-draft-digest": Entry("„{text}“ ist keine Kennung eines Entwurfs.", "Erwartet werden mindestens 16 Zeichen aus 0–9 und a–f; {action} macht den Entwurf noch einmal und nennt sie.", helped_by("settle", month=None)),
    "no-seal": Entry("„{text}“ ist kein Prüfsiegel eines Monats.", "Erwartet wird MONAT=SIEGEL wie 2025-03=0a1b2c3d4e5f6071, mindestens 16 Zeichen, wie es auf den Unterlagen steht; mit Leerzeichen bitte in Anführungszeichen."),
    "no-quarter": Entry("„{text}“ ist kein Quartal.", "Bitte Jahr und Quartal wie 2016-Q1 oder Q1/2016 angeben."),
    "no-amount": Entry("„{text}“ ist kein Betrag.", "Erwartet wird die Form 1234,50, -1234,50 oder 1.234,50 (mit Tausenderpunkt nur, wenn auch die Cent dastehen), nicht 0."),
    "no-amount-without-sign": Entry("„{text}“ ist kein Betrag ohne Vorzeichen.", "Bitte mit {field:amount} einen Betrag über 0 wie 12,50 oder 1.234,50 angeben (mit Tausenderpunkt nur, wenn auch die Cent dastehen); ob die Kommune zahlt oder erhält, ist eigens zu wählen."),
    "nothing-chosen": Entry("Unter „{label}“ ist nichts gewählt.", "Bitte dort eine Angabe wählen."),
    "no-audience": Entry("„{text}“ ist kein Empfänger.", "Bitte mit {field:for} {board}, {county} oder den Gemeindeschlüssel einer Kommune des Programms nennen."),
    "amount-missing": Entry("Es fehlt die Angabe {field:amount}.", "Erwartet wird die Form 1234,50 oder -1234,50."),
    "voucher-empty": Entry("Der Beleg ist leer.", "Bitte mit {field:voucher} die Nummer des Belegs nennen."),
    "reason-empty": Entry("Der Grund ist leer.", "Bitte in einem Satz angeben; er wird aufbewahrt und gedruckt."),
    "name-empty": Entry("", "Bitte mit {field:by} den Namen angeben."),
    "drafter-unknown": Entry("", "Bitte mit {field:by} angeben, wer entwirft; das System nennt keinen Namen."),
    "approver-missing": Entry("", "Bitte mit {field:by} angeben, wer freigibt."),
    "day-ahead": Entry("Das Datum {day:date} liegt in der Zukunft.", "Bitte {field:date} prüfen; die Vorgabe ist heute."),
    "no-period": Entry("", "Bitte entweder ein Quartal wie 2016-Q1 oder mit {field:as-of} einen Stichtag wie 14.04.2025 nennen."),
    "no-year": Entry("", "Bitte entweder ein Jahr zum Abschließen nennen oder eines mit {field:reopen}."),
    "reopening-without-reason": Entry("Zum Öffnen eines Jahres gehört ein Grund.", "Bitte mit {field:reason} angeben; er wird aufbewahrt."),
    "county-empty": Entry("Der Name des Kreises ist leer.", "Bitte angeben, wie er auf den Unterlagen stehen soll."),
    "no-key": Entry("„{text}“ ist kein Kurzname.", "Erwartet werden höchstens 32 Kleinbuchstaben, Ziffern, - und _, nicht law."),
    "no-kind": Entry("„{text}“ ist keine Art.", "Möglich sind: {known:list}."),
    "no-such-member": Entry("„{text}“ ist keine Kommune.", 'Erwartet werden Gemeindeschlüssel (acht Ziffern) und Name, zum Beispiel "14522050 Brand-Erbisdorf".'),
    "file-missing": Entry("Die Datei {path} gibt es nicht.", "Bitte den Pfad prüfen."),
    "file-linked": Entry("{path:file} ist eine Verknüpfung.", "Verknüpfungen wird nicht gefolgt; bitte die Datei selbst nennen."),
    "file-is-folder": Entry("{path} ist ein Ordner.", "Bitte die Meldungen darin einzeln nennen."),
}  # fmt: skip
