"""Months and their days: `days(m)` is the number of calendar days (RULES section 0)."""

from datetime import date, timedelta


def days_of(month: str) -> list[date]:
    """Every day of the month `YYYY-MM`.

    >>> len(days_of("2016-02")), days_of("2016-12")[-1]
    (29, datetime.date(2016, 12, 31))
    """
    day = date(int(month[:4]), int(month[5:]), 1)
    days = []
    while day.isoformat()[:7] == month:
        days.append(day)
        day += timedelta(days=1)
    return days


def first_day(month: str) -> date:
    """The first day of a month."""
    return days_of(month)[0]


def last_day(month: str) -> date:
    """The last day of a month."""
    return days_of(month)[-1]


def next_month(month: str) -> str:
    """The month after.

    >>> next_month("2016-12")
    '2017-01'
    """
    return (last_day(month) + timedelta(days=1)).isoformat()[:7]
