"""The German words of the documents: one name for each kind, unit, reason and state."""

import re
import unicodedata

from schemas.documents import NONE, ReturnState
from schemas.months import Month, german_date, german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.programme.values import Side
from schemas.spelling import UMLAUTS

DRAFT = "ENTWURF"
LONGEST_SLUG = 32  # characters: Windows opens no path of more than 259
SETTLED_FOR = "Abgerechnet für"  # the municipality whose successor receives the paper
UNBROKEN = "\u00a0"  # a blank at which no line breaks
NONE_EXPLAINED = f"„{NONE}“ steht, wo eine Angabe entfällt."
HELD, BROKEN = "erfüllt", "verletzt"  # of the guarantee (RULES section 5.2)

GUARANTEE_OF_CASES = "Die Zusage der Kostenneutralität gilt in diesem Programm für jeden Fall allein; ein Ausgleich über alle Fälle einer Kommune ist nicht vereinbart."
GUARANTEE_OF_MUNICIPALITIES = (
    "Prämien und Ausgleich zusammen sind für eine Kommune nie höher als die Ersparnis aller ihrer Fälle bis dahin; was Prämien darüber hinaus "
    "ausmachen, nimmt der „Ausgleich zur Kostenneutralität“ zurück."
)

GERMAN_SIDE: dict[Side, str] = {"county": "der Kreis", "municipality": "die Kommune"}


def plain(text: str) -> str:
    """Text in ASCII: umlauts as two letters, other letters without their accents, all other signs left out.

    >>> plain("Große Rurstraße, Jülich – Café")
    'Grosse Rurstrasse, Juelich  Cafe'
    """
    return unicodedata.normalize("NFKD", text.translate(UMLAUTS)).encode("ascii", "ignore").decode()


def slug(name: str) -> str:
    """A municipality's name as part of a folder name: a-z, 0-9 and hyphens, cut behind a word where it is long.

    >>> slug("Frankenberg/Sa., Stadt"), slug("Hürtgenwald"), slug("Verwaltungsgemeinschaft am Oberen Hürtgenwald")
    ('frankenberg-sa-stadt', 'huertgenwald', 'verwaltungsgemeinschaft-am')
    """
    whole = re.sub(r"[^a-z0-9]+", "-", plain(name).lower()).strip("-")
    if len(whole) <= LONGEST_SLUG:
        return whole
    return (whole[: LONGEST_SLUG + 1].rpartition("-")[0] or whole[:LONGEST_SLUG]).strip("-")


def folder_name(municipality: Municipality) -> str:
    """The folder of a municipality's documents: its key tells it apart, its name helps the reader."""
    return f"{municipality.ags}-{slug(municipality.name)}".strip("-")


def agreement_of(programme: Programme) -> str:
    """The day and file number of the agreement, as they follow its name; empty where the programme file has none."""
    signed = programme.programme.agreement
    return f" vom {german_date(signed.day)} (Aktenzeichen {signed.file_number})" if signed else ""


def of_member(member: Municipality) -> str:
    """A municipality whose papers go to its successor."""
    return f"{member.name} (AGS {member.ags})"


def succession(predecessor: Municipality, successor: str, paper: str = "Diese Abrechnung") -> str:
    """Why a successor, as the paper calls it, receives what concerns another municipality."""
    return f"{paper} betrifft {of_member(predecessor)}, deren Rechtsnachfolge {successor} angetreten hat."


def guarantee_sentence(programme: Programme) -> str:
    """For whom the guarantee holds: the municipality, or each case alone (RULES section 5.2)."""
    return GUARANTEE_OF_MUNICIPALITIES if programme.made_good else GUARANTEE_OF_CASES


def return_sentence(state: ReturnState, month: Month) -> str:
    """What became of the return for the run's month, as a friendly sentence."""
    spoken = german_month(month)
    if state is ReturnState.LEFT:
        return f"Für {spoken} wird keine Meldung mehr erwartet; abgerechnet werden nur noch frühere Monate."
    if state is ReturnState.MISSING:
        return (
            f"Ihre Meldung für {spoken} liegt uns noch nicht vor. Bitte senden Sie sie uns bald; sie wird dann mit der "
            "nächsten Abrechnung berücksichtigt. Hatten Sie keine Fälle, genügt das Formular mit vier Nullen auf dem Deckblatt."
        )
    if state is ReturnState.HELD_BACK:
        return (
            f"Ihre Meldung für {spoken} ist eingegangen, musste aber zurückgestellt werden, weil sie noch Fehler enthält. "
            "Die Stellen sind in der Korrekturmappe markiert, die Sie gesondert erhalten. Bitte senden Sie die berichtigte "
            "Meldung zurück; sie wird dann mit der nächsten Abrechnung berücksichtigt."
        )
    if state is ReturnState.DUPLICATE:
        return f"Ihre Meldung für {spoken} lag mehrfach vor; sie wurde einmal berücksichtigt."
    return f"Ihre Meldung für {spoken} ist vollständig berücksichtigt. Vielen Dank."


def contact_line(programme: Programme) -> str:
    """Who answers a municipality's questions at the county, and how to reach them."""
    address = programme.accounting.county_address
    return f"{programme.programme.county}, {address.contact} · Telefon {address.phone} · {address.email}"


def reply_sentences(programme: Programme, month: Month | None) -> str:
    """By when a return that goes back to its sender was to be in, and whom to ask; `month` is None where it is in doubt."""
    if month is None:
        due = f"Abgabetermin ist jeweils der {programme.returns.due_day}. des Folgemonats."
    else:
        due = f"Abgabetermin für {german_month(month)} ist der {german_date(programme.returns.due_date(month))}."
    return (
        f"{due} Ist er schon vorbei, senden Sie die Meldung bitte trotzdem bald; sie wird dann mit der nächsten "
        f"Abrechnung berücksichtigt. Fragen beantwortet: {contact_line(programme)}"
    )


def seal_in_groups(digest: str) -> str:
    """A digest as people compare it, in groups of eight."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def iban_in_groups(iban: str) -> str:
    """An IBAN as it is printed, in groups of four that no line break parts.

    >>> iban_in_groups("DE89370400440532013000").replace(UNBROKEN, " ")
    'DE89 3704 0044 0532 0130 00'
    """
    return UNBROKEN.join(iban[start : start + 4] for start in range(0, len(iban), 4))
