"""Movements on the county's account, as its bank or its cash office tells them, and what they settle (RULES section 8.9)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.identifiers import Ags

CSV = "CSV"  # the form of a cash office's list


@dataclass(frozen=True)
class Movement:
    """One movement on the account."""

    place: str  # where it stands in the file, as a reader finds it
    key: str  # what tells it from every other movement on the account, in whichever file
    day: date  # on which it was booked
    amount_cents: int  # not 0; what came in is positive
    name: str  # of the other side
    iban: str | None  # of the other side
    text: str  # Verwendungszweck, and whatever else names a document
    reference: str  # end to end: what the payer's order was called
    returned: bool  # the bank calls it a return of an earlier one


@dataclass(frozen=True)
class AccountFile:
    """A file of movements, read."""

    name: str
    sha256: str
    form: str  # as it called itself
    movements: tuple[Movement, ...]
    passed_over: tuple[str, ...]  # what of it is no movement of ours, in German

    @property
    def content(self) -> str:
        """A digest of its movements, which the ledger keeps them under."""
        return content_of(
            (
                each.place,
                each.key,
                each.day.isoformat(),
                each.amount_cents,
                each.name,
                each.iban,
                each.text,
                each.reference,
                each.returned,
            )
            for each in self.movements
        )


def content_of(records: Iterable[tuple[object, ...]]) -> str:
    """The digest of movements, each told by its fields in their order."""
    return hashlib.sha256(json.dumps(list(records), ensure_ascii=False).encode()).hexdigest()


class Why(StrEnum):
    """What an allocation rests on."""

    NUMBER = "number"  # the text names the documents
    DEBTOR = "debtor"  # the text names the Personenkonto, the amount the documents
    ACCOUNT = "account"  # the other side's account is the municipality's, the amount names the documents
    RETURNED = "returned"  # it takes an earlier movement back
    CARRIER = "carrier"  # the county's own payment to the carrier
    ASSIGNED = "assigned"  # a person said so
    RELEASED = "released"  # a person took an allocation back


GERMAN_WHY = {
    Why.NUMBER: "Belegnummer im Verwendungszweck",
    Why.DEBTOR: "Personenkonto und Betrag",
    Why.ACCOUNT: "Konto der Kommune und Betrag",
    Why.RETURNED: "Rückgabe eines früheren Umsatzes",
    Why.CARRIER: "Zahlung an den Träger",
    Why.ASSIGNED: "von Hand zugeordnet",
    Why.RELEASED: "Zuordnung aufgehoben",
}


@dataclass(frozen=True)
class Share:
    """What of a movement settles something: a document, a municipality's account as such, or nothing of this programme."""

    ags: Ags | None  # none: of no municipality
    number: str | None  # of the document; of a payment to the carrier, its reference
    amount_cents: int


@dataclass(frozen=True)
class StoredMovement:
    """A movement that the ledger keeps."""

    id: int
    file: str
    sha256: str
    movement: Movement
    shares: tuple[Share, ...]  # what stands of its allocations
    why: Why | None  # of the newest of them
    reason: str  # that a person gave for it
    done_by: str

    @property
    def open_cents(self) -> int:
        """What of it is unclear."""
        return self.movement.amount_cents - sum(share.amount_cents for share in self.shares)


@dataclass(frozen=True)
class Candidate:
    """What an unclear movement may be meant for."""

    number: str
    ags: Ags
    open_cents: int
    hints: tuple[str, ...]  # what speaks for it, in German


@dataclass(frozen=True)
class Unclear:
    """A movement of which something is allocated to nothing, with what it may be meant for."""

    stored: StoredMovement
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Match:
    """What becomes of a movement: shares that are certain, or else what it may be meant for."""

    shares: tuple[Share, ...]
    why: Why | None  # none: unclear
    doubt: str = ""  # why it is unclear, in German
    candidates: tuple[Candidate, ...] = ()
