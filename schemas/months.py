"""Months: written `YYYY-MM`, spoken in German, and their first and last days."""

import calendar
import re
from datetime import date
from typing import NewType, TypeGuard

from schemas.spelling import EDGES, folded

Month = NewType("Month", str)  # `YYYY-MM`: a text is one once `written_month` or `typed_month` has read it
NO_MONTH = Month("")  # before every month, where there is none

MONTH_NAMES = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
# Digits are those of ASCII: \d would let other scripts' digits pass.
_ISO_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_SLASH_MONTH = re.compile(r"(0[1-9]|1[0-2])/([0-9]{4})")
_SPOKEN_MONTH = re.compile(r"(\w+) ([0-9]{4})")
_SPOKEN_DAY = re.compile(r"([0-9]{1,2})\. (\w+) ([0-9]{4})")
_GERMAN_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{2}|[0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LONE_DIGIT = re.compile(r"(?<![0-9])[1-9](?![0-9])")
_NUMBERS = {name.casefold(): number for number, name in enumerate(MONTH_NAMES, start=1)}


def is_month(text: str) -> TypeGuard[Month]:
    """Whether the text is a month in the form `YYYY-MM`."""
    return _ISO_MONTH.fullmatch(text) is not None


def written_month(text: str) -> Month | None:
    """The month that a text in a return means; None where it means none.

    >>> written_month("2016-03"), written_month("03/2016"), written_month("März 2016"), written_month("3/16")
    ('2016-03', '2016-03', '2016-03', None)
    """
    text = folded(text)
    if is_month(text):
        return text
    if match := _SLASH_MONTH.fullmatch(text):
        return month_in(int(match[2]), int(match[1]))
    if (match := _SPOKEN_MONTH.fullmatch(text)) and match[1] in _NUMBERS:
        return month_in(int(match[2]), _NUMBERS[match[1]])
    return None


def typed_month(text: str) -> Month | None:
    """The month that a text on the command line means: as in a return, also with one digit or after a dot.

    >>> typed_month("2025-3"), typed_month("3/2025"), typed_month("03.2025"), typed_month("märz 2025"), typed_month("3/25")
    ('2025-03', '2025-03', '2025-03', '2025-03', None)
    """
    return written_month(_LONE_DIGIT.sub(r"0\g<0>", text).replace(".", "/"))


def written_day(text: str) -> date | None:
    """The day that a text in a return means; None where it means none. Two digits of a year are those of 2000 to 2099.

    >>> written_day("01.03.2016") == written_day("1.3.16") == written_day("2016-03-01") == date(2016, 3, 1)
    True
    """
    text = text.strip(EDGES)
    if match := _GERMAN_DATE.fullmatch(text):
        return _calendar_day(int(match[3]) + (2000 if len(match[3]) == 2 else 0), int(match[2]), int(match[1]))
    if match := _ISO_DATE.fullmatch(text):
        return _calendar_day(int(match[1]), int(match[2]), int(match[3]))
    return None


def typed_day(text: str) -> date | None:
    """The day that a text on the command line means: as in a return, also with the month's name.

    >>> typed_day("14. April 2025")
    datetime.date(2025, 4, 14)
    """
    if (match := _SPOKEN_DAY.fullmatch(folded(text))) and match[2] in _NUMBERS:
        return _calendar_day(int(match[3]), _NUMBERS[match[2]], int(match[1]))
    return written_day(text)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(day: date) -> Month:
    """The month that contains the day.

    >>> month_of(date(2016, 3, 17))
    '2016-03'
    """
    return month_in(day.year, day.month)


def month_in(year: int, number: int) -> Month:
    """The month of a year by its number.

    >>> month_in(2016, 3)
    '2016-03'
    """
    return Month(f"{year:04d}-{number:02d}")


def year_of(month: Month) -> int:
    """The year that a month belongs to."""
    return int(month[:4])


def months_from(first: Month, last: Month) -> list[Month]:
    """All months from one to another, both included; none where the last lies before the first.

    >>> months_from(Month("2015-11"), Month("2016-01"))
    ['2015-11', '2015-12', '2016-01']
    """
    return [later(first, number) for number in range(months_since(first, last) + 1)]


def months_since(first: Month, month: Month) -> int:
    """How many months one lies after another.

    >>> months_since(Month("2015-11"), Month("2016-01"))
    2
    """
    return _index(month) - _index(first)


def _index(month: Month) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def first_day(month: Month) -> date:
    """First day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: Month) -> date:
    """Last day of a month.

    >>> last_day("2016-02")
    datetime.date(2016, 2, 29)
    """
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def newest_ended(day: date) -> Month:
    """The newest month that has ended on the day.

    >>> newest_ended(date(2025, 4, 14)), newest_ended(date(2025, 4, 30))
    ('2025-03', '2025-04')
    """
    month = month_of(day)
    return month if last_day(month) == day else later(month, -1)


def later(month: Month, months: int) -> Month:
    """The month that lies so many months later (negative: earlier).

    >>> later("2016-11", 3), later("2016-01", -1)
    ('2017-02', '2015-12')
    """
    year, number = divmod(_index(month) + months, 12)
    return month_in(year, number + 1)


def german_month(month: Month) -> str:
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
