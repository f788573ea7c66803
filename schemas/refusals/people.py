"""Refusals around accounts: who may not come in, and accounts that cannot be as somebody wants them."""

from schemas.refusals.entry import Entry

PEOPLE = {
    "account-incomplete": Entry("Zu einem Konto gehören Anmeldename und Name.", "Bitte beide angeben."),
    "account-without-municipality": Entry("Das Konto {login} soll einer Kommune gehören, aber der Gemeindeschlüssel fehlt oder hat nicht 8 Ziffern.", "Bitte {field:ags} angeben."),
    "account-with-municipality": Entry("Das Konto {login} soll keiner Kommune gehören, hat aber einen Gemeindeschlüssel.", "Bitte {field:ags} weglassen oder die Rolle kommune wählen."),
    "login-taken": Entry("Den Anmeldenamen {login} gibt es schon.", "Bitte einen anderen wählen."),
    "account-of-same-person": Entry("Ein Konto auf den Namen {name:person} gibt es schon; das Vier-Augen-Prinzip könnte die beiden nicht unterscheiden.", "Bitte einen {field:name} wählen, der die Person eindeutig nennt."),
    "account-own": Entry("Das ist Ihr eigenes Konto; Sie würden sich selbst aussperren.", "Bitte ein anderes Konto der Verwaltung benutzen."),
    "role-missing": Entry("Es fehlt die Rolle.", "Bitte eine Rolle wählen."),
    "login-unknown": Entry("Das Konto {login} gibt es nicht.", "Bitte den Anmeldenamen prüfen."),
    "password-too-short": Entry("Das Passwort ist zu einfach.", "Bitte mindestens {least} Zeichen wählen und nicht den Anmeldenamen."),
    "sign-in-paused": Entry("Das Anmelden ist zu oft fehlgeschlagen.", "Bitte in {seconds} Sekunden noch einmal versuchen."),
    "sign-in-failed": Entry("Anmeldename oder Passwort stimmen nicht, oder das Konto ist gesperrt.", "Bitte beides prüfen; ein neues Passwort vergibt die Verwaltung."),
    "proxy-without-account": Entry("Sie sind als {login:person} angemeldet, aber dafür gibt es hier kein Konto, oder es ist gesperrt.", "Bitte die Verwaltung um ein Konto mit diesem Anmeldenamen bitten."),
    "header-without-proxy": Entry("Ein Kopffeld mit dem Anmeldenamen gilt nur von einer bestimmten Adresse.", "Bitte sie mit {field:trusted-proxy} nennen."),
    "name-missing": Entry("Es fehlt Ihr Name.", "Bitte den Namen eingeben, unter dem Sie arbeiten."),
    "serving-without-accounts": Entry("Unter {host} wäre der Arbeitsplatz auch von anderen Rechnern aus offen, aber es gibt noch keine Konten.", "Bitte zuerst Konten anlegen (Befehl user add) oder {field:host} weglassen."),
    "port-taken": Entry("Unter {host}, Port {port}, lässt sich der Arbeitsplatz nicht öffnen; vielleicht läuft er schon, oder ein anderes Programm hat den Port.", "Bitte prüfen oder mit {field:port} einen anderen Port wählen."),
    "form-foreign": Entry("Dieses Formular gehört nicht zu Ihrer Anmeldung; geändert wurde nichts.", "Bitte die Seite neu laden und noch einmal absenden."),
    "form-unreadable": Entry("Eine Angabe in diesem Formular fehlt oder ist zu lang; geändert wurde nichts.", "Bitte die Angaben prüfen und noch einmal absenden."),
    "no-file-chosen": Entry("Es ist keine Datei gewählt, oder sie ist leer.", "Bitte die Meldung als Excel-Datei wählen."),
    "return-of-others": Entry("Diese Meldung ist die von {other}; Sie melden für {own}.", "Bitte die eigene Meldung wählen oder auf dem Deckblatt den Gemeindeschlüssel berichtigen; behalten wurde nichts."),
    "return-not-recognised": Entry("Aus der Datei {file:file} geht nicht hervor, dass sie eine Meldung Ihrer Kommune ist; behalten wurde nichts.", "Bitte mit „Prüfen“ ansehen, was ihr fehlt, und dann abgeben."),
    "return-not-kept": Entry("Die Datei {file:file} ließ sich nicht im Ordner des Monats ablegen.", "Bitte als Excel-Datei (.xlsx) mit höchstens der vereinbarten Größe abgeben."),
    "correction-gone": Entry("Die Korrekturmappe gibt es nicht mehr; sie bleibt nach dem Prüfen eine halbe Stunde.", "Bitte die Meldung noch einmal prüfen."),
    "page-broken": Entry("Hier ist ein Fehler des Programms aufgetreten.", "Bitte die Verwaltung rufen; das Protokoll des Arbeitsplatzes nennt die Stelle."),
    "page-unknown": Entry("Diese Seite gibt es nicht.", "Bitte die Adresse prüfen oder zur Übersicht gehen."),
}  # fmt: skip
