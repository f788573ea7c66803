"""Bank days: the calendar as the ECB states it, and due dates by it."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter

from schemas.bank_days import easter_sunday, is_bank_day, next_bank_day
from tests.broken.programmes import COMPLETE, loaded

CLOSED_2026 = [  # besides Saturdays and Sundays: New Year, Good Friday, Easter Monday, 1 May, Christmas; 26 December is a Saturday
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25),
]  # fmt: skip


def test_a_year_has_the_closing_days_of_the_long_term_calendar() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [day for day in days if day.weekday() < 5 and not is_bank_day(day)] == CLOSED_2026
    assert not any(is_bank_day(day) for day in days if day.weekday() >= 5)


def test_easter_is_when_another_program_says_so() -> None:
    assert all(easter_sunday(year) == easter(year) for year in range(1990, 2200))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 24), date(2026, 12, 24)),  # Christmas Eve: banks settle
        (date(2026, 12, 25), date(2026, 12, 28)),  # Friday, then Saturday and Sunday
        (date(2021, 12, 31), date(2021, 12, 31)),
        (date(2022, 1, 1), date(2022, 1, 3)),  # New Year on a Saturday
        (date(2024, 3, 29), date(2024, 4, 2)),  # Good Friday to the Tuesday after Easter
        (date(2026, 10, 3), date(2026, 10, 5)),  # a Saturday; that it is a German holiday plays no part
        (date(2025, 10, 3), date(2025, 10, 3)),  # a German holiday, a Friday on which banks settle
    ],
)
def test_what_falls_on_no_bank_day_moves_to_the_next(day: date, expected: date) -> None:
    assert next_bank_day(day) == expected


def test_due_dates_move_only_where_the_programme_asks_for_it() -> None:
    """30 days after 24 March 2026 is 23 April, a Thursday; after 4 March it is 3 April, Good Friday: on to Tuesday, 7 April."""
    plain, moved = (
        loaded(COMPLETE.replace("[accounting]", f"[accounting]\nbank_days = {on}")).accounting
        for on in ("false", "true")
    )
    assert (plain.due_date(date(2026, 3, 24)), moved.due_date(date(2026, 3, 24))) == (date(2026, 4, 23),) * 2
    assert (plain.due_date(date(2026, 3, 4)), moved.due_date(date(2026, 3, 4))) == (date(2026, 4, 3), date(2026, 4, 7))
