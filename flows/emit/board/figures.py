"""The figures of a board report: looked up among the indicators, written as a German reader reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from flows.emit.wording.words import seal_in_groups
from schemas.identifiers import Ags
from schemas.indicators import GERMAN_CATEGORY, GERMAN_DIMENSION, INDICATORS, Dimension, Measure
from schemas.money import euros, rounded
from schemas.months import german_date, german_month, last_day, newest_ended
from schemas.report import Report

SUPPRESSED, NO_VALUE = "•", "–"
PRELIMINARY = "VORLÄUFIG"


def written(value: Fraction | None, unit: str, suppressed: bool) -> str:
    """A value in German, rounded once, with its unit where it is none of a count.

    >>> written(Fraction(72449, 100000), "share", False), written(Fraction("16.6"), "employments", False)
    ('72,4 %', '16,6')
    >>> written(Fraction("1234.5"), "EUR", False), written(Fraction("7635.75"), "hours", False)
    ('1.234,50 €', '7.635,75')
    >>> written(None, "persons", True), written(None, "share", False)
    ('•', '–')
    """
    if value is None:
        return SUPPRESSED if suppressed else NO_VALUE
    if unit in (Measure.EUR, Measure.EUR_PER_HOUR):
        return euros(in_units(value, 100))
    if unit == Measure.SHARE:
        return _number(value * 100, 1) + " %"
    return _number(value, 0) if value.denominator == 1 else _number(value, 2).rstrip("0").rstrip(",")


def in_units(value: Fraction, units: int) -> int:
    """A value in whole parts, so many of which make one, rounded once."""
    return rounded(units * value.numerator, value.denominator)


def _number(value: Fraction, places: int) -> str:
    units = Decimal(in_units(value, 10**places)).scaleb(-places)
    return f"{units:,.{places}f}".translate(str.maketrans(",.", ".,"))


def exact(row: dict[str, Any]) -> Fraction | None:
    """The value of a row (indicators.FIGURES)."""
    return None if row["numerator"] is None else Fraction(row["numerator"], row["denominator"])


def category_name(report: Report, dimension: str, category: str) -> str:
    """A category as it is printed; municipalities by their name."""
    if dimension == Dimension.MUNICIPALITY:
        return report.programme.name_of(Ags(category))
    return GERMAN_CATEGORY.get(Dimension(dimension), {}).get(category, category)


def dimension_name(dimension: str) -> str:
    """What a figure is broken down by."""
    return GERMAN_DIMENSION[Dimension(dimension)]


@dataclass(frozen=True)
class Figure:
    """One row of the indicators."""

    indicator: str
    label: str
    category: str  # German
    value: Fraction | None
    text: str
    unit: str
    suppressed: bool
    period_from: date
    period_to: date

    @property
    def until(self) -> date:
        """The last day that the figure knows."""
        return INDICATORS[self.indicator].until(self.period_from, self.period_to)

    @property
    def period(self) -> str:
        """The period or the key date."""
        if self.period_from == self.period_to:
            return f"am {german_date(self.period_to)}"
        return f"{german_date(self.period_from)} bis {german_date(self.until)}"


def figures(report: Report, indicator: str, dimension: str = "") -> list[Figure]:
    """All figures of an indicator by a dimension, in the order of the frame, periods ascending."""
    rows = report.rows(indicator, dimension)
    return [
        Figure(
            indicator,
            INDICATORS[indicator].label,
            category_name(report, dimension, row["category"]),
            exact(row),
            written(exact(row), row["unit"], row["suppressed"]),
            row["unit"],
            row["suppressed"],
            row["period_from"],
            row["period_to"],
        )
        for row in rows.iter_rows(named=True)
    ]


def newest(report: Report, indicator: str, dimension: str = "") -> list[Figure]:
    """The figures of the programme year to date, of the key date, or else of the latest period there is."""
    found = figures(report, indicator, dimension)
    if not found:
        return []
    reached = [entry.period_to for entry in found if entry.period_to >= report.period.last]
    ends = min(reached) if reached else max(entry.period_to for entry in found)
    begins = {entry.period_from for entry in found if entry.period_to == ends}
    begin = report.year_from if report.year_from in begins else min(begins)
    return [entry for entry in found if (entry.period_from, entry.period_to) == (begin, ends)]


def total(report: Report, indicator: str) -> Figure | None:
    """The total to date; none where the report has none."""
    found = newest(report, indicator)
    return found[0] if found else None


def of_category(report: Report, *, indicator: str, dimension: str, category: str) -> Figure | None:
    """The figure to date of one category (its name in the frame)."""
    named = category_name(report, dimension, category)
    return next((entry for entry in newest(report, indicator, dimension) if entry.category == named), None)


def by_quarter(report: Report, indicator: str) -> list[Figure]:
    """The totals of every quarter of the programme year, each by itself: of equal ends the one that begins last.

    A quarter in which no month has ended yet is left out.
    """
    latest = {entry.period_to: entry for entry in sorted(figures(report, indicator), key=lambda one: one.period_from)}
    begun = [latest[end] for end in sorted(latest) if end <= report.period.last]
    return [entry for entry in begun if last_day(newest_ended(entry.period_to)) >= entry.period_from]


def told(report: Report) -> pl.DataFrame:
    """The rows of the areas that the programme has."""
    names = [name for name, entry in INDICATORS.items() if entry.area in report.areas]
    return report.indicators.filter(pl.col("indicator").is_in(names))


def sealed(report: Report) -> Iterator[tuple[str, str]]:
    """The seal that a report rests on, as a heading and its text; nothing where no month is approved."""
    if report.sealed_month is not None and report.seal is not None:
        yield "Prüfsiegel", f"{german_month(report.sealed_month)}: {seal_in_groups(report.seal)}"


def sentence(pattern: str, *found: Figure | None) -> str:
    """A sentence with its figures; empty where one of them is not there, suppressed or without a value.

    `{0}` is the figure; `{0:ist 1 Platz|sind # Plätze|ist kein Platz}` says it with the words for one, for several (#)
    and for none.
    """
    if any(entry is None or entry.value is None for entry in found):
        return ""
    return pattern.format(*(_Said(entry) for entry in found if entry is not None))


class _Said:
    """A figure in a sentence."""

    def __init__(self, figure: Figure) -> None:
        self._figure = figure

    def __format__(self, words: str) -> str:
        if not words:
            return self._figure.text
        one, several, none = words.split("|")
        said = none if self._figure.value == 0 else one if self._figure.value == 1 else several
        return said.replace("#", self._figure.text)
