"""Credits that no run will pay out any more, in German: for every door the same."""

from collections.abc import Iterable

from schemas.money import euros
from schemas.months import german_month
from schemas.offsets import WaitingCredit
from schemas.programme.programme import Programme


def stranded_in_words(credits_left: Iterable[WaitingCredit], programme: Programme) -> str:
    """What is left of which credit note, why, and what is to be done."""
    assert programme.last_month is not None
    each = "; ".join(
        f"{credit.number} an {programme.named(credit.ags)}, {euros(credit.open_cents)}" for credit in credits_left
    )
    return (
        f"Guthaben, die auf eine Rechnung warten, die nicht mehr kommt: {each}. Das Programm endet mit "
        f"{german_month(programme.last_month)}, und dieser Monat ist schon freigegeben. Bitte von Hand auszahlen."
    )
