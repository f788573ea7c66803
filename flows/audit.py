"""Use case: check a ledger."""

from dataclasses import dataclass

from flows.ledger.verify import approved_months
from flows.ledger.verify import verify as problems_of
from flows.workspace import Place


@dataclass(frozen=True)
class Verified:
    """What a check of the ledger found."""

    ledger: str  # as its users know it
    problems: list[str]
    approved_months: int


def verify(place: Place) -> Verified:
    """Seals, numbers, sums, the guarantee and the archived files of every approved month."""
    return Verified(place.ledger.name, problems_of(place.ledger, place.archive), approved_months(place.ledger))
