"""Refusals around money that came in: files of movements, and what they are allocated to."""

from schemas.refusals.entry import Entry, helped_by

_RECEIPTS = helped_by("receipts")

PAYMENTS = {
    "receipts-other-form": Entry("{file:file} ist kein Kontoauszug in einer Form, die gelesen wird ({form}).", "Bitte bei der Bank den Auszug als camt.053 abrufen (Fassung 2 oder 8), oder die Liste der Kasse als CSV-Datei nehmen."),
    "receipts-no-xml": Entry("{file:file} ist keine lesbare XML-Datei: Sie ist unvollständig, beschädigt oder in einer anderen Kodierung, als sie angibt.", "Bitte den Auszug noch einmal bei der Bank abrufen; eine Liste der Kasse muss auf .csv enden."),
    "receipts-doctype": Entry("{file:file} enthält eine Dokumenttyp-Angabe, wie keine Bank sie schreibt, und wird deshalb nicht gelesen.", "Bitte den Auszug noch einmal bei der Bank abrufen."),
    "receipts-packed": Entry("{file:file} ist ein Archiv (ZIP), das leer, beschädigt oder mit einem Passwort verschlossen ist.", "Bitte noch einmal bei der Bank abrufen, oder auspacken und die Dateien darin angeben."),
    "receipts-unpacked-too-large": Entry("{file:file} ist ausgepackt größer als {mib} MiB.", "Bitte in kleineren Zeiträumen abrufen, oder in der Programmdatei [limits] unpacked_mib erhöhen."),
    "receipts-too-large": Entry("{file:file} ist größer als {mib} MiB.", "Bitte den Auszug in kleineren Zeiträumen abrufen, oder in der Programmdatei [limits] file_mib erhöhen."),
    "receipts-other-account": Entry("{file:file} gehört zu einem anderen Konto ({found:list}); das Konto des Kreises ist {iban}.", "Bitte den Auszug dieses Kontos nehmen, oder county_iban in der Programmdatei berichtigen."),
    "receipts-currency": Entry("{file:file}, {place}: Die Währung ist {currency}; übernommen werden nur Euro.", "Bitte bei der Bank nachfragen; übernommen wurde nichts."),
    "receipts-no-amount": Entry("{file:file}, {place}: Der Betrag „{text}“ ist nicht zu verstehen, oder es fehlt, ob er gut- oder lastgeschrieben ist.", "Bitte den Auszug noch einmal bei der Bank abrufen; übernommen wurde nichts."),
    "receipts-no-day": Entry("{file:file}, {place}: Der Buchungstag fehlt.", "Bitte den Auszug noch einmal bei der Bank abrufen; übernommen wurde nichts."),
    "receipts-balance": Entry("{file:file}, {place}: Die Buchungen ({sum_cents:euros}) führen nicht vom Anfangssaldo {opening_cents:euros} zum Endsaldo {closing_cents:euros}; es fehlen welche, oder sie wurden geändert.", "Bitte den Auszug noch einmal bei der Bank abrufen; übernommen wurde nichts."),
    "receipts-no-list": Entry("{file:file} ist keine CSV-Datei mit der Kodierung {encoding} und dem Trennzeichen „{separator}“.", "Bitte [receipts] encoding und separator in der Programmdatei an die Liste der Kasse anpassen."),
    "receipts-columns": Entry("{file:file}, Zeile 1: Diese Spalten fehlen oder stehen zweimal: {missing:list}. Gefunden: {found:list}.", "Bitte [receipts] columns in der Programmdatei an die Liste der Kasse anpassen."),
    "movement-missing": Entry("Einen Umsatz {movement} gibt es nicht.", "Die Nummern zeigt {action}.", _RECEIPTS),
    "movement-allocated": Entry("Der Umsatz {movement} ist schon ganz zugeordnet.", "Soll er anders zugeordnet werden, bitte die Zuordnung zuerst aufheben: {action}.", helped_by("assign", movement="movement", release=True, reason=None, by=None)),
    "movement-unclear": Entry("Der Umsatz {movement} ist nichts zugeordnet; aufzuheben ist nichts.", "Die Nummern zeigt {action}.", _RECEIPTS),
    "movement-other-amount": Entry("Zugeordnet werden sollen {given_cents:amount}, ungeklärt sind vom Umsatz {movement} aber {open_cents:amount}.", "Bitte höchstens so viel angeben, jeden Teil größer als null."),
    "movement-target": Entry("„{target}“ ist weder die Nummer eines freigegebenen Belegs mit Betrag noch der Gemeindeschlüssel einer Kommune des Programms noch eine Zahlung an den Träger wie VP-2025-06.", "Bitte die Nummer prüfen; sie steht auf dem Beleg und in der Finanzübersicht."),
    "movement-no-target": Entry("Wozu der Umsatz {movement} gehört, fehlt.", "Bitte mit {field:to} Beleg oder Kommune nennen, oder mit {field:foreign} sagen, dass er nicht zu diesem Programm gehört."),
    "movement-several-wishes": Entry("Von diesen Angaben schließt jede die anderen aus.", "Bitte nur eine davon machen: {field:to}, {field:foreign} oder {field:release}."),
    "movement-several-rests": Entry("Wo mehrere Belege genannt sind, gehört zu jedem sein Betrag.", "Bitte wie AGH-2025-0006=12,50 angeben; bei einem einzigen kann er entfallen."),
    "reminders-not-stated": Entry("Wann eine Kommune erinnert wird, steht nicht in der Programmdatei; geschrieben wurde nichts.", "Bitte dort unter [reminders] mit after_days, minimum_eur und pay_days eintragen, was bei Ihnen gilt."),
    "outstanding-by-alone": Entry("Mit {field:by} ist genannt, wer erinnert; erinnert werden soll aber niemanden.", "Bitte {field:remind} dazu angeben, oder {field:by} weglassen."),
    "account-ahead": Entry("Das Jahr {year} hat noch nicht begonnen.", "Bitte das Jahr prüfen."),
    "receipts-by-missing": Entry("Wer die Umsätze übernimmt, fehlt.", "Bitte mit {field:by} den Namen nennen."),
}  # fmt: skip
