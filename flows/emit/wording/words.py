"""The German words of the documents: one name for each kind, unit, reason and state."""

import re
import unicodedata

from schemas.documents import DocumentKind, Order, ReturnState
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.programme.values import Side
from schemas.results import GERMAN_LINE_KIND as GERMAN_LINE_KIND
from schemas.results import Cause, LineKind, Reason, Unit

DRAFT = "ENTWURF"
CORRECTION_FOLDER = "Korrekturen"  # of a month: what goes back to the senders of returns with errors
NONE = "–"  # stands where an entry does not apply; every sheet that uses it explains it
NONE_EXPLAINED = f"„{NONE}“ steht, wo eine Angabe entfällt."

HASH_LENGTH = 12  # so much of a SHA-256 is printed

GERMAN_LINE_KIND_IN_FULL = {
    LineKind.ALLOWANCE: "Mehraufwandsentschädigung AGH (§ 5 AsylbLG)",
    LineKind.EXPENSE: "Nachgewiesener Mehraufwand AGH (§ 5 Abs. 2 AsylbLG)",
    LineKind.PREMIUM: "Prämien für Vermittlungen",
    LineKind.START_UP: "Anschubfinanzierung",
    LineKind.ADJUSTMENT: "Manuelle Buchungen",
}

GERMAN_UNIT = {Unit.HOUR: "Stunde", Unit.MONTH: "Monat", Unit.PIECE: "Stück"}

GERMAN_DOCUMENT_KIND = {
    DocumentKind.INVOICE: "Rechnung",
    DocumentKind.CREDIT_NOTE: "Gutschrift",
    DocumentKind.STATEMENT: "Abrechnung ohne Zahlbetrag",
    DocumentKind.NIL: "Nullmitteilung",
}

GERMAN_REASON = {
    Reason.NOT_INSURED: "Die Beschäftigung ist nicht sozialversicherungspflichtig.",
    Reason.MARGINAL: "Der Bruttolohn liegt nicht über der Geringfügigkeitsgrenze (Minijob).",
    Reason.HOURS: "Die Wochenstunden liegen unter der vereinbarten Mindestzahl.",
    Reason.STATUS: "Der Aufenthaltsstatus gehört nicht zur Zielgruppe des Programms.",
    Reason.NO_CONSENT: "Die Zustimmung der Kommune fehlt.",
    Reason.LATE_CONSENT: "Die Zustimmung der Kommune liegt nach dem Beginn der Beschäftigung.",
    Reason.NO_WORK_PERMIT: "Eine Beschäftigungserlaubnis bis zum Beginn ist nicht angegeben.",
    Reason.OUTSIDE_PROGRAMME: "Die Beschäftigung begann außerhalb der Laufzeit des Programms.",
    Reason.WITHDRAWN: "Die Position steht nicht mehr in der gültigen Meldung; der frühere Betrag wird zurückgenommen.",
}

REVERSAL = "Storno"  # a document that takes another back in full

GERMAN_CAUSE = {
    Cause.CANCELLATION: REVERSAL,
    Cause.SOFTWARE: "Geänderte Software",
    Cause.LAW: "Rechtsänderung",
    Cause.PROGRAMME: "Geänderte Programmdatei",
    Cause.LATE_RETURN: "Verspätete Meldung",
    Cause.CORRECTION: "Korrekturmeldung",
    Cause.ADJUSTMENT: "Manuelle Buchung",
}

GERMAN_CAUSE_IN_FULL = {
    Cause.CANCELLATION: "Ein früheres Dokument wurde storniert; seine Positionen werden neu abgerechnet.",
    Cause.SOFTWARE: "Eine neue Fassung des Rechenprogramms ergibt aus denselben Angaben einen anderen Betrag.",
    Cause.LAW: "Ein Satz oder eine Grenze im Recht für diesen Monat wurde berichtigt oder nachgetragen.",
    Cause.PROGRAMME: "Die Vereinbarung (Programmdatei) wurde für diesen Monat geändert.",
    Cause.LATE_RETURN: "Ihre Meldung für diesen Monat kam erst nach seiner Abrechnung.",
    Cause.CORRECTION: "Ihre Kommune hat die Angaben, auf denen der Betrag beruht, neu gemeldet.",
    Cause.ADJUSTMENT: "Der Kreis hat von Hand gebucht.",
}

GERMAN_SIDE: dict[Side, str] = {"county": "der Kreis", "municipality": "die Kommune"}

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})


def plain(text: str) -> str:
    """Text in ASCII: umlauts as two letters, other letters without their accents, all other signs left out.

    >>> plain("Große Rurstraße, Jülich – Café")
    'Grosse Rurstrasse, Juelich  Cafe'
    """
    return unicodedata.normalize("NFKD", text.translate(_UMLAUTS)).encode("ascii", "ignore").decode()


def slug(name: str) -> str:
    """A municipality's name as part of a folder name: a-z, 0-9 and hyphens.

    >>> slug("Frankenberg/Sa., Stadt"), slug("Hürtgenwald")
    ('frankenberg-sa-stadt', 'huertgenwald')
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(name).lower()).strip("-")


def folder_name(municipality: Municipality) -> str:
    """The folder of a municipality's documents."""
    return f"{municipality.ags}-{slug(municipality.name)}"


def reasons_in_words(reasons: list[str]) -> str:
    """The reasons as German sentences; what is no known reason (a manual line's own words) stays as it is.

    >>> reasons_in_words(["marginal", "no_consent"])
    'Der Bruttolohn liegt nicht über der Geringfügigkeitsgrenze (Minijob). Die Zustimmung der Kommune fehlt.'
    """
    known = set(Reason)
    return " ".join(GERMAN_REASON[Reason(reason)] if reason in known else reason for reason in reasons)


def return_sentence(state: ReturnState, month: str) -> str:
    """What became of the return for the run's month, as a friendly sentence; `month` in words."""
    if state is ReturnState.MISSING:
        return (
            f"Ihre Meldung für {month} liegt uns noch nicht vor. Bitte senden Sie sie uns bald; sie wird dann mit der "
            "nächsten Abrechnung berücksichtigt. Hatten Sie keine Fälle, genügt das Formular mit vier Nullen auf dem Deckblatt."
        )
    if state is ReturnState.HELD_BACK:
        return (
            f"Ihre Meldung für {month} ist eingegangen, musste aber zurückgestellt werden, weil sie noch Fehler enthält. "
            "Die Stellen sind in der Korrekturmappe markiert, die Sie gesondert erhalten. Bitte senden Sie die berichtigte "
            "Meldung zurück; sie wird dann mit der nächsten Abrechnung berücksichtigt."
        )
    if state is ReturnState.DUPLICATE:
        return f"Ihre Meldung für {month} lag mehrfach vor; sie wurde einmal berücksichtigt."
    return f"Ihre Meldung für {month} ist vollständig berücksichtigt. Vielen Dank."


def contact_line(programme: Programme) -> str:
    """Who answers a municipality's questions at the county, and how to reach them."""
    address = programme.accounting.county_address
    return f"{programme.programme.county}, {address.contact} · Telefon {address.phone} · {address.email}"


def reply_sentences(programme: Programme, month: str | None) -> str:
    """By when a return that goes back to its sender was to be in, and whom to ask; `month` is None where it is in doubt."""
    if month is None:
        due = f"Abgabetermin ist jeweils der {programme.returns.due_day}. des Folgemonats."
    else:
        due = f"Abgabetermin für {german_month(month)} ist der {german_date(programme.returns.due_date(month))}."
    return (
        f"{due} Ist er schon vorbei, senden Sie die Meldung bitte trotzdem bald; sie wird dann mit der nächsten "
        f"Abrechnung berücksichtigt. Fragen beantwortet: {contact_line(programme)}"
    )


def named(ags: str, programme: Programme) -> str:
    """A municipality by name and AGS; by its AGS alone where it is no member any more."""
    return f"{programme.members[ags].name} ({ags})" if ags in programme.members else ags


def order_in_words(order: Order, programme: Programme) -> str:
    """What was ordered, and for whom."""
    name = named(order.ags, programme)
    if order.reversal:
        return f"{REVERSAL} von {order.reference} an {name}"
    return f"Manuelle Buchung über {euros(order.amount_cents)} für {name}, {german_month(order.service_month)}, Beleg {order.reference}"


def iban_in_groups(iban: str) -> str:
    """An IBAN as it is printed, in groups of four.

    >>> iban_in_groups("DE89370400440532013000")
    'DE89 3704 0044 0532 0130 00'
    """
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
