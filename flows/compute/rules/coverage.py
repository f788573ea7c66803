"""The carrier's contracted cost, and how much of it premiums and start-up contributions cover (RULES section 9)."""

from collections.abc import Sequence
from fractions import Fraction

from schemas.money import rounded
from schemas.months import Month, first_day, later, month_of
from schemas.programme.programme import Programme
from schemas.programme.years import ProgrammeYear


def coverage(income_cents: int, cost_cents: int) -> Fraction | None:
    """Premiums and start-up contributions, divided by the carrier's contracted cost: exact; none where there is no cost.

    >>> coverage(157_500_00, 210_000_00)
    Fraction(3, 4)
    """
    return Fraction(income_cents, cost_cents) if cost_cents else None


def contracted_cost(programme: Programme, year: ProgrammeYear) -> int:
    """The carrier's cost of a programme year in cents: a twelfth of the yearly sum in force, for each of its months."""
    return cost_of_months(programme, [later(month_of(year.first), number) for number in range(12)])


def cost_of_months(programme: Programme, months: Sequence[Month]) -> int:
    """The carrier's cost of months in cents: a twelfth of the yearly sum in force for each, rounded once."""
    if programme.carrier is None:
        return 0
    twelfths = 0
    for month in months:
        day = max(first_day(month), programme.programme.start)
        in_force = [row.amount_cents for row in programme.carrier.cost if row.start <= day]
        twelfths += in_force[-1] if in_force else 0
    return rounded(twelfths, 12)
