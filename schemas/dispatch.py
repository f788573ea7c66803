"""What goes out of a month: letters by e-mail with their attachments, and packages for carrier and cash office."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from schemas.months import Month


class LetterKind(StrEnum):
    """Why a letter goes out."""

    SETTLEMENT = "settlement"
    CORRECTION = "correction"  # a return goes back to its sender
    CARRIER = "carrier"
    REMINDER = "reminder"


GERMAN_LETTER_KIND = {
    LetterKind.SETTLEMENT: "Abrechnung",
    LetterKind.CORRECTION: "Meldung zurück",
    LetterKind.CARRIER: "Zahlungsavis",
    LetterKind.REMINDER: "Zahlungserinnerung",
}


@dataclass(frozen=True)
class Attachment:
    """A file to attach: its name and what it is, and where it lies or what it holds."""

    name: str
    meaning: str
    source: Path | bytes


@dataclass(frozen=True)
class Letter:
    """A letter that a mail program opens: to whom, about what, with which files. No `address`: nobody knows one."""

    file: str  # its own name, .eml
    kind: LetterKind
    recipient: str
    address: str | None
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class Package:
    """Files for one reader, as a ZIP."""

    file: str
    meaning: str
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Dispatch:
    """Everything that goes out of a month."""

    month: Month
    draft: bool  # then only returns go back
    letters: tuple[Letter, ...]
    packages: tuple[Package, ...]

    @property
    def without_address(self) -> tuple[Letter, ...]:
        """Letters whose recipient's address is not known."""
        return tuple(letter for letter in self.letters if letter.address is None)
