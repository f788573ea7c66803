"""What somebody hands in through the browser, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from schemas.identifiers import Ags
from schemas.months import Month


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
    NOT_A_RETURN = "not_a_return"  # in an archive or a mail: a picture, a signature, a letter
    TOO_MANY = "too_many"  # an archive of more files than a county has municipalities


THERE = frozenset({Deposit.KEPT, Deposit.ALREADY_THERE})  # outcomes after which the file lies in the folder

GERMAN_DEPOSIT = {
    Deposit.KEPT: "angenommen",
    Deposit.ALREADY_THERE: "liegt schon im Ordner",
    Deposit.TOO_LARGE: "zu groß",
    Deposit.NOTHING_INSIDE: "enthält keine Datei",
    Deposit.DAMAGED: "lässt sich nicht öffnen",
    Deposit.NOT_A_RETURN: "keine Meldung",
    Deposit.TOO_MANY: "enthält zu viele Dateien",
}


@dataclass(frozen=True)
class Deposited:
    """A file that was handed in, under the name that it has in the month's folder if it was kept."""

    name: str
    sha256: str
    outcome: Deposit


@dataclass(frozen=True)
class Judged:
    """What is to be said of a return before it is settled: whose it is, and everything found in it."""

    file: str
    ags: Ags | None  # of a member of the programme; none where the file does not tell
    month: Month | None
    held_back: bool
    findings: pl.DataFrame  # findings.FINDINGS_MODEL
    correction: HandedIn | None  # the correction workbook, where the return has errors

    @property
    def doubtful_month(self) -> bool:
        """Whether the month that the file tells cannot be settled (F08)."""
        return "F08" in self.findings["code"]

    def count(self, severity: str) -> int:
        """How many findings there are of a severity."""
        return self.findings.filter(severity=severity).height


@dataclass(frozen=True, kw_only=True)
class NewReceipt:
    """That a municipality handed in a return: which file, as it was then, and by whom."""

    programme: str
    ags: Ags
    month: Month | None  # that the return is for; none where it does not tell
    folder: Month  # the month in whose folder it lies
    file: str
    sha256: str
    size: int  # bytes
    errors: int
    warnings: int
    name: str  # of the person
    at: int  # seconds


@dataclass(frozen=True, kw_only=True)
class Receipt(NewReceipt):
    """A receipt as it is kept."""

    number: int
