"""What somebody hands in through the browser, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class HandedIn:
    """A file as it came: the name is the sender's word and not trusted."""

    name: str
    content: bytes


class Deposit(StrEnum):
    """What became of a file that was handed in."""

    KEPT = "kept"
    ALREADY_THERE = "already_there"  # the very same bytes lie in the month's folder
    TOO_LARGE = "too_large"
    NOTHING_INSIDE = "nothing_inside"  # an archive or a mail without a file in it
    DAMAGED = "damaged"  # an archive or a mail that cannot be opened
    TOO_MANY = "too_many"  # an archive of more files than a county has municipalities


GERMAN_DEPOSIT = {
    Deposit.KEPT: "angenommen",
    Deposit.ALREADY_THERE: "liegt schon im Ordner",
    Deposit.TOO_LARGE: "zu groß",
    Deposit.NOTHING_INSIDE: "enthält keine Datei",
    Deposit.DAMAGED: "lässt sich nicht öffnen",
    Deposit.TOO_MANY: "enthält zu viele Dateien",
}


@dataclass(frozen=True)
class Deposited:
    """A file that was handed in, under the name that it has in the month's folder if it was kept."""

    name: str
    sha256: str
    outcome: Deposit
