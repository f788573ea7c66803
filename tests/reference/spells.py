"""Spells of eligible employment (RULES section 4.4)."""

from dataclasses import dataclass
from datetime import date

from tests.reference.calendar import last_day


@dataclass(frozen=True)
class Span:
    """A placement from its first to its last eligible employment day, whatever lies between; `begin` is its Beginn."""

    first: date
    last: date
    employer: str
    begin: date


@dataclass
class Spell:
    """One spell; `placement_begin` is the Beginn of its first placement, `last_employer` that of the span taken in last."""

    begin: date
    end: date
    last_employer: str
    placement_begin: date

    def length_at_end_of(self, month: str) -> int:
        """Calendar days from its first day to the earlier of its end and the last day of the month."""
        until = min(self.end, last_day(month))
        return max(0, (until - self.begin).days + 1)


def spells_of(spans: list[Span], bridge_days: int, employer_change: str) -> list[Spell]:
    """RULES section 4.4: in order of first day, then last day, then employer."""
    spells: list[Spell] = []
    for span in sorted(spans, key=lambda span: (span.first, span.last, span.employer)):
        if spells:
            current = spells[-1]
            same_employer = span.employer == current.last_employer
            if days_between(current.end, span.first) <= bridge_days and (
                employer_change == "continues" or same_employer
            ):
                current.end = max(current.end, span.last)
                current.last_employer = span.employer
                continue
        spells.append(Spell(span.first, span.last, span.employer, span.begin))
    return spells


def go_on_from(spells: list[Spell], employed_since: date, taken_until: date, bridge_days: int) -> None:
    """RULES section 5.3: the first spell goes on from the employment taken over, unless the gap between them is too long.

    `taken_until`: the last day of the months taken over. Nothing begins later than the returns say.
    """
    if spells and days_between(taken_until, spells[0].placement_begin) <= bridge_days:
        spells[0].begin = min(spells[0].begin, employed_since)


def days_between(last: date, first: date) -> int:
    """The days that lie between the last day of one thing and the first day of the next; below 0 where they overlap."""
    return (first - last).days - 1
