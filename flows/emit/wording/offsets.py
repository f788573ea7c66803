"""What every paper says of credits that are set against invoices (RULES section 8.10)."""

from collections.abc import Iterable

from schemas.money import euros
from schemas.months import german_date
from schemas.offsets import UsedCredit

WAITS = "wird mit der nächsten Rechnung verrechnet"


def credit_named(credit: UsedCredit) -> str:
    """A credit note that is set against an invoice."""
    return f"Gutschrift {credit.number} vom {german_date(credit.document_date)}"


def credits_used(used: Iterable[UsedCredit]) -> str:
    """Credit notes with what is set off of each."""
    return ", ".join(f"{credit_named(each)} mit {euros(each.amount_cents)}" for each in used)


def opened_again(*, last: bool) -> str:
    """What becomes of credits whose invoice is taken back; `last`: no other invoice can be counted on."""
    return "wird ausgezahlt" if last else WAITS
