"""Spells of eligible employment (RULES section 4.4)."""

from dataclasses import dataclass
from datetime import date

from tests.reference.calendar import last_day


@dataclass
class Spell:
    """One spell; `last_employer` is the employer of the span that was taken into it last."""

    begin: date
    end: date
    last_employer: str

    def length_at_end_of(self, month: str) -> int:
        """Calendar days from its first day to the earlier of its end and the last day of the month."""
        until = min(self.end, last_day(month))
        return max(0, (until - self.begin).days + 1)


def spells_of(spans: list[tuple[date, date, str]], bridge_days: int, employer_change: str) -> list[Spell]:
    """RULES section 4.4: spans (first eligible day, last eligible day, employer) taken in order."""
    spells: list[Spell] = []
    for first, last, employer in sorted(spans):
        if spells:
            current = spells[-1]
            gap = (first - current.end).days - 1
            same_employer = employer == current.last_employer
            if gap <= bridge_days and (employer_change == "continues" or same_employer):
                current.end = max(current.end, last)
                current.last_employer = employer
                continue
        spells.append(Spell(first, last, employer))
    return spells
