"""What a check of the ledger finds, as data: code and figures, which each door words like a refusal (RULES section 8.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.refusals.entry import Door, figures_of
from schemas.refusals.wording import filled

PROBLEMS: dict[str, str] = {
    # The store
    "file-damaged": "Die Datei des Buchs ist beschädigt ({reason}).",
    "file-incomplete": "Die Datei des Buchs ist beschädigt: In {table} fehlt, worauf ein Eintrag verweist.",
    "triggers-differ": "Der Schutz vor nachträglichen Änderungen fehlt, wurde abgeschaltet oder ist ein anderer ({trigger}).",
    # The chain of sealed months
    "approval-lost": "{month:subject}: Der Monat war freigegeben und gilt nicht mehr als freigegeben.",
    "predecessor-differs": "{month:subject}: Die Prüfsumme des Vormonats passt nicht; ein Monat fehlt oder wurde ausgetauscht.",
    "month-changed": "{month:subject}: Die Prüfsumme stimmt nicht; der freigegebene Monat wurde nachträglich verändert.",
    "table-changed": "{month:subject}: Die Prüfsumme stimmt nicht; in der Tabelle {table} wurde nachträglich etwas verändert.",
    "seal-differs": "{month:month}: Das Prüfsiegel im Buch ist nicht das angegebene; das Buch wurde ausgetauscht oder neu geschrieben.",
    "seal-missing": "{month:month}: Der Monat ist im Buch nicht freigegeben, das angegebene Prüfsiegel fehlt.",
    # What is kept beside the months
    "provenance-damaged": "Rechtsstand und Programm: Der aufbewahrte Text {sha256:digest} fehlt oder wurde verändert.",
    "closing-changed": "Jahresabschluss {year}: Der Eintrag wurde nachträglich verändert.",
    "closing-gone": "Jahresabschlüsse: Ein Eintrag, den ein freigegebener Monat kannte, fehlt.",
    "issue-changed": "{month:month}: Was als Unterlagen des Monats festgehalten ist, wurde nachträglich verändert.",
    "issue-gone": "Unterlagen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt.",
    "erasure-changed": "Löschung vor {year}: Der Eintrag wurde nachträglich verändert.",
    "erasure-gone": "Löschungen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt.",
    "publication-changed": "Bericht {period}: Was über ihn festgehalten ist, wurde nachträglich verändert.",
    "publication-gone": "Berichte: Ein Eintrag, den ein freigegebener Monat kannte, fehlt.",
    "account-file-changed": "Umsätze aus {file:file}: Was übernommen wurde, wurde nachträglich verändert, oder eine Datei davor fehlt.",
    "account-file-gone": "Umsätze: Eine Datei, die ein freigegebener Monat kannte, fehlt.",
    "allocation-changed": "Umsatz {movement}: Seine Zuordnung wurde nachträglich verändert, oder eine davor fehlt.",
    "allocation-gone": "Zuordnungen von Umsätzen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt.",
    "register-differs": "Verzeichnis der veröffentlichten Zahlen (published.parquet): Es fehlt, oder es wurde verändert.",
    "journal-changed": "Aufzeichnung: Der Eintrag vom {entered_at} wurde nachträglich verändert, oder einer davor fehlt.",
    "journal-only": "Aufzeichnung: Was als {act:act} ({subject:subject}) eingetragen ist, fehlt im Buch oder ist ein anderes.",
    "journal-lacks": "Aufzeichnung: {act:act} ({subject:subject}) ist im Buch, aber nicht eingetragen.",
    # Numbers, sums, the guarantee
    "numbers-begin": "Belegnummern {year}: Die Reihe beginnt mit {first} statt mit 1.",
    "numbers-gap": "Belegnummern {year}: Auf {number} folgt {following}.",
    "document-sum": "{month:month}, {ags}: Die Summe der Positionen ist nicht der Betrag des Belegs.",
    "document-missing": "{month:month}, {ags}: Zu gebuchten Positionen fehlt der Beleg.",
    "line-sum": "{settled_in:month}, {ags}, Fall {case_id:case}, {service_month:month}: Berechnet, bereits gebucht und Differenz passen nicht zusammen.",
    "guarantee/case": "{ags}, Fall {case_id:case}, {service_month:month}: Die Prämien übersteigen die Ersparnis.",
    "guarantee/municipality": "{ags}, {service_month:month}: Prämien und Ausgleich zur Kostenneutralität übersteigen die Ersparnis.",
    # Archived files and issued documents
    "archived-left": "Archiv: Die Datei {file:file} ({sha256:digest}) gehört zu gelöschten Monaten und liegt noch da.",
    "archived-gone": "Archiv: Die Datei {file:file} ({sha256:digest}) fehlt.",
    "archived-changed": "Archiv: Die Datei {file:file} ({sha256:digest}) wurde verändert.",
    "rows-differ": "{month:month}: Die Angaben der Meldung {file:file} im Buch sind nicht die der archivierten Datei ({sha256:digest}).",
    "rows-unread": "{month:month}: Die Meldungen wurden nicht noch einmal gelesen, denn die aufbewahrte Programmdatei des Monats hat eine Form, die dieses Programm nicht mehr liest. Zum Vergleichen bitte die Fassung von damals verwenden.",
    "document-changed": "{month:month}: Die Unterlage {path} wurde verändert.",
    "document-gone": "{month:month}: Die Unterlage {path} fehlt.",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something that does not hold: `code` is a key of the catalogue, `figures` are what its sentence names."""

    code: str
    figures: Mapping[str, object]

    def sentence(self, door: Door) -> str:
        """In the door's words."""
        return filled(PROBLEMS[self.code], self.figures, door)


def problem(code: str, /, **figures: object) -> Problem:
    """A problem with just the figures that its sentence names."""
    if figures.keys() != (wanted := figures_of(PROBLEMS[code])):
        raise TypeError(f"{code} wants {sorted(wanted)}, was given {sorted(figures)}")
    return Problem(code, figures)
