"""Months: written `YYYY-MM`, spoken in German, and their first and last days."""

import calendar
import re
from datetime import date

MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Whether the text is a month in the form `YYYY-MM`."""
    return _PATTERN.fullmatch(text) is not None


def month_of(day: date) -> str:
    """The month that contains the day.

    >>> month_of(date(2016, 3, 17))
    '2016-03'
    """
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """First day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Last day of a month.

    >>> last_day("2016-02")
    datetime.date(2016, 2, 29)
    """
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def later(month: str, months: int) -> str:
    """The month that lies so many months later (negative: earlier).

    >>> later("2016-11", 3), later("2016-01", -1)
    ('2017-02', '2015-12')
    """
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def german_month(month: str) -> str:
    """The month in words.

    >>> german_month("2016-03")
    'März 2016'
    """
    return f"{MONTH_NAMES[int(month[5:]) - 1]} {month[:4]}"


def german_date(day: date) -> str:
    """A date as German offices write it.

    >>> german_date(date(2016, 3, 1))
    '01.03.2016'
    """
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"
