"""What the county pays out for a run: to the carrier, and to municipalities that are owed a credit."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.identifiers import Ags
from schemas.months import MONTH_NAMES, Month, german_month, month_in
from schemas.spelling import UMLAUTS, folded


def carrier_reference(prefix: str, month: Month) -> str:
    """What the county's payment to the carrier with a month's run is called, end to end; `prefix` is that of the numbers."""
    return f"{prefix}-{month}"


def carrier_settled(prefix: str, month: Month) -> str:
    """How the purpose of that payment begins."""
    return f"{prefix} Abrechnung {german_month(month)}"


def settled_with_carrier(prefix: str, text: str) -> Month | None:
    """The month that a purpose names so, however a bank broke it; None where it names none, or several.

    >>> settled_with_carrier("VP", "VP ABRECHNUNG MAE RZ 2024, Vermittlung"), settled_with_carrier("VP", "VP März 2024")
    ('2024-03', None)
    """
    names = {folded(name.translate(UMLAUTS)): number for number, name in enumerate(MONTH_NAMES, 1)}
    begin = re.escape("".join(folded(f"{prefix} Abrechnung").split()))
    told = "".join(folded(text.translate(UMLAUTS)).split())
    found = {
        month_in(int(year), names[name])
        for name, year in re.findall(rf"{begin}({'|'.join(names)})([0-9]{{4}})(?![0-9])", told)
    }
    return found.pop() if len(found) == 1 else None


class Way(StrEnum):
    """How a payment leaves the house."""

    FILE = "file"  # with the payment file of the month
    NO_ACCOUNT = "no_account"  # nobody knows the account yet
    IF_PAID = "if_paid"  # a reversal: only where the reversed document was paid, of which the ledger knows nothing
    KNOWN = "known"  # a reversal: what came for the reversed document, as far as movements were taken in


@dataclass(frozen=True)
class Came:
    """What is known of a reversed document's payment."""

    came_cents: int
    charged_cents: int  # what it asked for
    until: date  # the day of the newest movement that is known
    beside: tuple[str, ...] = ()  # reversed credits for whose Storno some of it came


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
    amount_cents: int  # more than 0; of a reversal 0 where nothing came for the reversed document
    day: date | None  # when the bank is to execute it; none in a draft
    way: Way
    came: Came | None = None  # of a reversal, where it is known
