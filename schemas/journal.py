"""Who did what in the books, when, and under which account (RULES section 8.7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.months import german_month, is_month

SCHEDULE = "Zeitplan"  # in whose name a schedule drafts: nobody's, so two persons are needed all the same


class Act(StrEnum):
    """What is entered into the journal."""

    BEGUN = "begun"  # the journal itself, in a ledger that is older than it
    DRAFT = "draft"
    APPROVAL = "approval"
    DATE_CONFIRMED = "date_confirmed"
    OPENING = "opening"
    OPENING_APPROVAL = "opening_approval"
    ADJUSTMENT = "adjustment"
    CANCELLATION = "cancellation"
    WITHDRAWAL = "withdrawal"
    CLOSING = "closing"
    REOPENING = "reopening"
    ERASURE_PROPOSED = "erasure_proposed"
    ERASURE = "erasure"
    PUBLICATION = "publication"
    RECEIPTS = "receipts"
    ASSIGNMENT = "assignment"
    RELEASE = "release"
    REMINDER = "reminder"


GERMAN_ACT = {
    Act.BEGUN: "Beginn der Aufzeichnung",
    Act.DRAFT: "Entwurf",
    Act.APPROVAL: "Freigabe",
    Act.DATE_CONFIRMED: "Datum der Freigabe bestätigt",
    Act.OPENING: "Eröffnungssalden vorgemerkt",
    Act.OPENING_APPROVAL: "Eröffnungssalden freigegeben",
    Act.ADJUSTMENT: "Manuelle Buchung angeordnet",
    Act.CANCELLATION: "Storno angeordnet",
    Act.WITHDRAWAL: "Anordnung zurückgezogen",
    Act.CLOSING: "Jahresabschluss",
    Act.REOPENING: "Jahr wieder geöffnet",
    Act.ERASURE_PROPOSED: "Löschung von Falldaten vorgemerkt",
    Act.ERASURE: "Falldaten gelöscht",
    Act.PUBLICATION: "Bericht geschrieben",
    Act.RECEIPTS: "Umsätze übernommen",
    Act.ASSIGNMENT: "Umsatz zugeordnet",
    Act.RELEASE: "Zuordnung eines Umsatzes aufgehoben",
    Act.REMINDER: "Zahlungserinnerung geschrieben",
}


@dataclass(frozen=True)
class Entry:
    """An act: when it was entered, under which account, and the name that was given."""

    key: int
    at: datetime  # in UTC
    account: str  # of the operating system; in the workspace the login
    act: Act
    name: str
    subject: str  # month, year, number, voucher, file or movement

    @property
    def subject_in_words(self) -> str:
        """What the act was about; a month as German readers write it. Opening balances are of no month: nothing."""
        if self.act in (Act.OPENING, Act.OPENING_APPROVAL):
            return ""
        return german_month(self.subject) if is_month(self.subject) else self.subject


def german_moment(at: datetime) -> str:
    """A moment as German readers write it, in the office's own time.

    >>> from datetime import timezone
    >>> len(german_moment(datetime(2025, 2, 12, 9, 31, tzinfo=timezone.utc)))
    21
    """
    return at.astimezone().strftime("%d.%m.%Y, %H:%M Uhr")
