"""What the county pays out for a run: to the carrier, and to municipalities that are owed a credit."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.identifiers import Ags


class Way(StrEnum):
    """How a payment leaves the house."""

    FILE = "file"  # with the payment file of the month
    NO_ACCOUNT = "no_account"  # nobody knows the account yet
    IF_PAID = "if_paid"  # a reversal: only where the reversed document was paid, which the ledger does not know


@dataclass(frozen=True)
class Payment:
    """One transfer that the county owes; its texts are those that a bank takes."""

    payee: str  # as in the programme file
    ags: Ags | None  # of the municipality; none for the carrier
    document: str | None  # its number; none for the carrier, and in a draft
    cancelled: str | None  # the document that a reversal takes back
    holder: str  # of the account
    iban: str | None
    reference: str  # end to end: the document, or the carrier's month
    purpose: str
    amount_cents: int  # more than 0
    day: date | None  # when the bank is to execute it; none in a draft
    way: Way
