"""Programme years: they count from the programme's start, not from January."""

from dataclasses import dataclass
from datetime import date, timedelta

from schemas.programme.programme import Programme


@dataclass(frozen=True)
class ProgrammeYear:
    """A programme year; `number` is 1 for the first."""

    number: int
    first: date
    last: date

    def target(self, programme: Programme) -> int | None:
        """Planned placements of the year; the last target repeats; None where there are none."""
        targets = programme.targets.placements_per_year
        return targets[min(self.number, len(targets)) - 1] if targets else None


def programme_year(programme: Programme, day: date) -> ProgrammeYear:
    """The programme year that contains the day (the first one for days before the start)."""
    start = programme.programme.start
    number = max(1, day.year - start.year + 1)
    if number > 1 and day < _anniversary(start, number - 1):
        number -= 1
    return year_numbered(programme, number)


def year_numbered(programme: Programme, number: int) -> ProgrammeYear:
    """The programme year of that number."""
    start = programme.programme.start
    last = _anniversary(start, number) - timedelta(days=1)
    return ProgrammeYear(number, _anniversary(start, number - 1), last)


def _anniversary(start: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March in a year without one."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
