"""Bank days: the days on which euro payments are settled between banks (TARGET)."""

from datetime import date, timedelta

_SATURDAY = 5
_FIXED = ((1, 1), (5, 1), (12, 25), (12, 26))  # closed by the ECB's long-term calendar, which holds since 2002


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Jones, Butcher).

    >>> easter_sunday(2016), easter_sunday(2026)
    (datetime.date(2016, 3, 27), datetime.date(2026, 4, 5))
    """
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * century_rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def is_bank_day(day: date) -> bool:
    """Whether TARGET is open: from Monday to Friday, but for New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _FIXED:
        return False
    return (day - easter_sunday(day.year)).days not in (-2, 1)


def next_bank_day(day: date) -> date:
    """The day itself, or the next one on which banks settle.

    >>> next_bank_day(date(2016, 3, 25))  # Good Friday: over Easter Monday to Tuesday
    datetime.date(2016, 3, 29)
    """
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day
