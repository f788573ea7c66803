"""The periods of a report."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from schemas.months import first_day, last_day, month_in
from schemas.programme.programme import Programme
from schemas.programme.years import ProgrammeYear, programme_year
from schemas.report import Period, ReportBooks

Span = tuple[date, date]


class Of(Enum):
    """Which periods a figure is of."""

    TO_DATE = auto()  # the programme year up to the period's last day
    PERIODS = auto()  # the same, and the quarter
    PIECES = auto()  # the year to date, quarter by quarter
    ENDS = auto()  # the year up to the end of each of its quarters
    SINCE_START = auto()  # of the programme
    STOCK = auto()  # the month of the newest Bestand; without one, when nobody is counted, the year to date


@dataclass(frozen=True)
class Spans:
    """The periods of a report."""

    year: ProgrammeYear
    to_date: Span  # the programme year up to the period's last day
    since_start: Span
    periods: tuple[Span, ...]  # the year to date, and the quarter unless it is the same
    pieces: tuple[Span, ...]  # the year to date, quarter by quarter
    stock: Span | None  # the month of the newest Bestand

    def periods_of(self, which: Of) -> tuple[Span, ...]:
        """The periods of that kind, in order."""
        return {
            Of.TO_DATE: (self.to_date,),
            Of.PERIODS: self.periods,
            Of.PIECES: self.pieces,
            Of.ENDS: tuple((self.year.first, last) for _, last in self.pieces),
            Of.SINCE_START: (self.since_start,),
            Of.STOCK: (self.stock or self.to_date,),
        }[which]

    @property
    def last(self) -> date:
        """The period's last day."""
        return self.to_date[1]


def spans(period: Period, books: ReportBooks, programme: Programme) -> Spans:
    """The periods of a report on a quarter or a key date."""
    year = programme_year(programme, period.last)
    to_date = (year.first, period.last)
    own = () if period.key_date else ((max(period.first, programme.programme.start), period.last),)
    periods = tuple(dict.fromkeys((to_date, *own)))
    return Spans(
        year, to_date, (programme.programme.start, period.last), periods, _pieces(*to_date), _stock(books, period.last)
    )


def _pieces(first: date, last: date) -> tuple[Span, ...]:
    found = []
    while first <= last:
        quarter_end = last_day(month_in(first.year, (first.month + 2) // 3 * 3))
        found.append((first, min(quarter_end, last)))
        first = quarter_end + timedelta(days=1)
    return tuple(found)


def _stock(books: ReportBooks, day: date) -> Span | None:
    months = [month for month in books.rows["stock"]["month"].unique().sort() if last_day(month) <= day]
    return (first_day(months[-1]), last_day(months[-1])) if months else None
