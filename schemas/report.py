"""A board report as data: everything that workbook and PDF print."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.identifiers import Ags
from schemas.indicators import INDICATORS, LEGEND, Area
from schemas.months import (
    NO_MONTH,
    Month,
    first_day,
    german_date,
    german_month,
    last_day,
    later,
    month_in,
    month_of,
    months_from,
    typed_day,
    year_of,
)
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.refusal import Refusal
from schemas.spelling import folded

BOARD, COUNTY = "beirat", "kreis"
_QUARTERS = (
    re.compile(r"(?P<year>[1-9][0-9]{3})-q(?P<number>[1-4])"),
    re.compile(r"q(?P<number>[1-4])[/ ](?P<year>[1-9][0-9]{3})"),
    re.compile(r"(?P<number>[1-4])\. quartal (?P<year>[1-9][0-9]{3})"),
)


@dataclass(frozen=True)
class Period:
    """What a report is about: a quarter, or a key date. `name` is its folder."""

    name: str
    first: date  # of a key date: the day itself
    last: date

    @property
    def key_date(self) -> bool:
        """Whether it is a key date."""
        return self.first == self.last

    @property
    def title(self) -> str:
        """The period in words.

        >>> quarter("2016-Q1").title, key_date(date(2025, 4, 14)).title
        ('1. Quartal 2016', 'Stichtag 14.04.2025')
        """
        if self.key_date:
            return f"Stichtag {german_date(self.last)}"
        return f"{self.name[-1]}. Quartal {self.name[:4]}"

    @property
    def months(self) -> tuple[Month, ...]:
        """The months of a quarter, or the month of a key date."""
        return tuple(months_from(month_of(self.first), month_of(self.last)))

    def ahead_of(self, approved: Container[Month]) -> bool:
        """Whether it is a key date in a month that is not approved: its report knows the draft."""
        return self.key_date and month_of(self.last) not in approved


def quarter(text: str) -> Period:
    """The quarter that is written like `2016-Q1`, `Q1/2016` or `1. Quartal 2016`; Refusal where it is none."""
    found = next((match for pattern in _QUARTERS if (match := pattern.fullmatch(folded(text)))), None)
    if found is None:
        raise Refusal("no-quarter", text=text)
    year, number = int(found["year"]), int(found["number"])
    return Period(f"{year:04d}-Q{number}", date(year, number * 3 - 2, 1), last_day(month_in(year, number * 3)))


def key_date(day: date) -> Period:
    """A key date."""
    return Period(day.isoformat(), day, day)


def named_period(name: str) -> Period:
    """The period of a name: `2016-Q1` or `2025-04-14`; Refusal where it is none.

    >>> named_period("2016-Q1").title, named_period("2025-04-14").title
    ('1. Quartal 2016', 'Stichtag 14.04.2025')
    """
    day = typed_day(name)
    return quarter(name) if day is None else key_date(day)


def last_quarter(today: date) -> Period:
    """The quarter that ended last.

    >>> last_quarter(date(2016, 3, 31)).name, last_quarter(date(2016, 4, 1)).name
    ('2015-Q4', '2016-Q1')
    """
    month = later(month_of(today), -1 - (today.month - 1) % 3)
    return quarter(f"{year_of(month):04d}-Q{first_day(month).month // 3}")


def reader_of(programme: Programme, audience: str) -> str:
    """Whom a report is for, by name."""
    if audience == BOARD:
        return "Projektbeirat"
    return programme.programme.county if audience == COUNTY else programme.name_of(Ags(audience))


def suffixed(preliminary: bool, audience: str) -> str:
    """What the names of a report's files have behind the period.

    >>> suffixed(False, BOARD), suffixed(True, "05358008")
    ('', '-vorlaeufig-05358008')
    """
    return f"{'-vorlaeufig' if preliminary else ''}{'' if audience == BOARD else f'-{audience}'}"


@dataclass(frozen=True)
class Report:
    """A board report. All figures stand in `indicators`; charts are made of the same rows.

    `year_from` … `year_to` is the programme year that contains the period's last day. Rows of `placements_year_to_date`,
    `placements_target`, `savings` and `premiums` exist for every quarter end of that year up to the period's last day.
    """

    programme: Programme
    period: Period
    year_from: date
    year_to: date
    year_number: int
    data_state: str  # German: which settlements the figures know
    edited_on: date
    preliminary: bool
    audience: str  # BOARD, COUNTY, or the AGS of the municipality that reads it
    indicators: pl.DataFrame  # indicators.FIGURES
    sealed_month: Month | None = None  # the newest approved month that the figures know
    seal: str | None = None  # its digest

    @property
    def title(self) -> str:
        """The report's heading."""
        return f"Bericht an den Projektbeirat, {self.period.title}"

    @property
    def stem(self) -> str:
        """File name without ending; a preliminary report and other readers than the board have files of their own."""
        return f"Projektbeirat-{self.period.name}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return suffixed(self.preliminary, self.audience)

    @property
    def indicators_file(self) -> str:
        """Name of the file that holds the figures."""
        return f"indicators{self._suffix}.parquet"

    @property
    def areas(self) -> tuple[Area, ...]:
        """The parts of the report that the programme has something to say on."""
        programme = self.programme
        told = {
            Area.PLACEMENTS: bool(programme.premium),
            Area.NEUTRALITY: bool(programme.premium),
            Area.OPPORTUNITIES: programme.allowance is not None,
            Area.SUPPORT: any(member.agh_target is not None for member in programme.municipality)
            or bool(programme.funding),
            Area.COUNSELLING: self.rows("counselling_contacts").filter(pl.col("numerator").fill_null(1) > 0).height > 0,
            Area.QUALITY: True,
        }
        return tuple(area for area, has in told.items() if has)

    @property
    def legend(self) -> tuple[str, ...]:
        """What the marks in place of a value mean."""
        return tuple(line.format(minimum_count=self.programme.disclosure.minimum_count) for line in LEGEND)

    def rows(self, indicator: str, dimension: str = "") -> pl.DataFrame:
        """The rows of an indicator by a dimension (default: the totals), in order of their periods."""
        assert indicator in INDICATORS
        found = self.indicators.filter(pl.col("indicator") == indicator, pl.col("dimension") == dimension)
        return found.sort("period_to", "period_from", maintain_order=True)


@dataclass(frozen=True)
class ReportBooks:
    """What the ledger knows for a report: rows that hold, postings, the newest case months, returns and findings."""

    rows: dict[str, pl.DataFrame]  # table → accepted rows, one return per municipality and month
    lines: pl.DataFrame  # results.LINES of all runs but opening balances that stand, in the order of posting
    opening: pl.DataFrame  # results.LINES of opening balances that stand
    cases: pl.DataFrame  # results.CASES of the newest run
    received: pl.DataFrame  # BOOKS_RECEIVED
    findings: pl.DataFrame  # settled_in, code
    approved: tuple[Month, ...]  # months
    draft: Month | None  # the drafted month, if the draft is part of it
    approved_on: date | None  # of the newest approved month
    erased_before: int | None = None  # cases that ended before this year were erased
    seal: str | None = None  # of the newest approved month

    @property
    def months(self) -> tuple[Month, ...]:
        """All settled months that the figures know, in order."""
        return (*self.approved, self.draft) if self.draft else self.approved

    @property
    def known_until(self) -> date:
        """The last day of the newest settled month."""
        return last_day(self.months[-1])

    def edition_day(self, period: Period) -> date:
        """The day that a report bears unless another is given: the newest approval, not before the period ends."""
        return max(period.last, self.approved_on or period.last)


BOOKS_RECEIVED = {
    "settled_in": pl.String,
    "ags": pl.String,
    "month": pl.String,
    "return_kind": pl.String,
    "state": pl.String,
    "reported_on": pl.Date,
}
BOOKS_FINDINGS = {"settled_in": pl.String, "code": pl.String}


def check_begun(period: Period, today: date) -> None:
    """Refusal of a key date that is still to come, and of a quarter that has not begun."""
    if period.first > today:
        raise Refusal("key-date-ahead" if period.key_date else "quarter-ahead", period=period.title, today=today)


def check_audience(programme: Programme, audience: str) -> None:
    """Refusal where the report is for nobody known."""
    if audience not in (BOARD, COUNTY, *programme.members):
        raise Refusal("no-audience", text=audience, board=BOARD, county=COUNTY)


def first_month_told(programme: Programme, period: Period) -> Month:
    """The first month of which a report of the period tells: it goes back to the begin of the programme year."""
    first = min(period.first, programme_year(programme, period.last).first)
    return month_of(max(first, programme.programme.start))


def check_reportable(programme: Programme, period: Period, books: ReportBooks, preliminary: bool) -> bool:
    """Whether the report is preliminary; Refusal where the period is not settled far enough.

    A quarter needs all its months approved, or `preliminary`; of a key date the month must be settled at least as a
    draft, and is preliminary until it is approved. A run settles all months up to its own, those before the first too.
    """
    start, end = programme.programme.start, programme.programme.end
    if period.last < start or (end is not None and period.first > end):
        raise Refusal("period-outside-programme", period=period.title, start=start, end=end)
    months = [month for month in period.months if last_day(month) >= start]
    approved_until = books.approved[-1] if books.approved else NO_MONTH
    missing = [month for month in months if month > approved_until]
    if period.key_date:
        if month_of(period.last) > books.months[-1]:
            raise Refusal("key-date-not-settled", month=months[-1])
        return bool(missing) or preliminary
    if missing and not preliminary:
        raise Refusal("quarter-not-approved", months=missing)
    if months[0] > books.months[-1]:
        raise Refusal("quarter-not-settled", period=period.title)
    return bool(missing) or preliminary


def data_state(books: ReportBooks) -> str:
    """Which settlements the figures know, in German."""
    parts = []
    if books.approved and books.approved_on:
        parts.append(f"freigegeben bis {german_month(books.approved[-1])} (am {german_date(books.approved_on)})")
    if books.draft:
        parts.append(f"Entwurf für {german_month(books.draft)}")
    if books.erased_before:
        parts.append(f"Falldaten vor {books.erased_before} gelöscht")
    return ", ".join(parts)
