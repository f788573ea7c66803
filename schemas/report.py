"""A board report as data: everything that workbook and PDF print."""

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from schemas.indicators import INDICATORS, LEGEND
from schemas.months import german_date, last_day
from schemas.programme import Programme
from schemas.refusal import Refusal

BOARD, COUNTY = "beirat", "kreis"
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


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
    def months(self) -> tuple[str, ...]:
        """The months of a quarter, or the month of a key date."""
        return tuple(
            f"{self.last.year:04d}-{number:02d}" for number in range(self.first.month, self.last.month + 1)
        )  # fmt: skip


def quarter(text: str) -> Period:
    """The quarter that is written like `2016-Q1`; Refusal where it is none."""
    found = _QUARTER.fullmatch(text)
    if found is None:
        raise Refusal(f"„{text}“ ist kein Quartal. Bitte Jahr und Quartal wie 2016-Q1 angeben.")
    year, number = int(found[1]), int(found[2])
    return Period(text, date(year, number * 3 - 2, 1), last_day(f"{year:04d}-{number * 3:02d}"))


def key_date(day: date) -> Period:
    """A key date."""
    return Period(day.isoformat(), day, day)


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
    indicators: pl.DataFrame  # indicators.INDICATOR_ROWS

    @property
    def title(self) -> str:
        """The report's heading."""
        return f"Bericht an den Projektbeirat, {self.period.title}"

    @property
    def stem(self) -> str:
        """File name without ending; other readers than the board get files of their own."""
        suffix = "" if self.audience == BOARD else f"-{self.audience}"
        return f"Projektbeirat-{self.period.name}{suffix}"

    @property
    def legend(self) -> tuple[str, ...]:
        """What the marks in place of a value mean."""
        return tuple(line.format(minimum_count=self.programme.disclosure.minimum_count) for line in LEGEND)

    def rows(self, indicator: str, dimension: str = "") -> pl.DataFrame:
        """The rows of an indicator by a dimension (default: the totals), in order of their periods."""
        assert indicator in INDICATORS
        found = self.indicators.filter(pl.col("indicator") == indicator, pl.col("dimension") == dimension)
        return found.sort("period_to", "period_from", maintain_order=True)
