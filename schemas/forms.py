"""The return form that goes out to a municipality: for whom and when, and what is known before it is filled in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.months import Month, first_day, last_day, later
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.returns import ReturnKind

Row = dict[str, Any]  # column name → value in the frame's type; None or no key: an empty cell

MONTHS_AHEAD = 3  # so far before a month its forms may go out
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)  # every date of a form lies between them
# Dates that lie inside the reported month, not after it, or not before it; all others are free.
_FROM_MONTH = {
    ("benefits", "entitled_from"),
    ("benefits", "entitled_to"),
    ("placements", "end"),
    ("opportunities", "from_date"),
    ("opportunities", "to_date"),
}
_UNTIL_MONTH = {
    ("benefits", "entitled_from"),
    ("benefits", "entitled_to"),
    ("placements", "begin"),
    ("opportunities", "from_date"),
    ("opportunities", "to_date"),
}


@dataclass(frozen=True)
class Form:
    """One municipality's form for a month; `rows` maps tables to their prefilled rows."""

    programme: Programme
    municipality: Municipality
    month: Month
    return_kind: ReturnKind
    rows: dict[str, list[Row]]


def check_not_too_early(month: Month, current_month: Month) -> None:
    """Refusal of forms for a month that lies further ahead than what is known today can tell."""
    if month > (latest := later(current_month, MONTHS_AHEAD)):
        raise Refusal("form-ahead", month=month, latest=latest)


def days_allowed(table: str, column: str, month: Month) -> tuple[date, date]:
    """First and last day that a date cell of the form takes.

    >>> days_allowed("placements", "begin", "2016-02")
    (datetime.date(1990, 1, 1), datetime.date(2016, 2, 29))
    """
    earliest = first_day(month) if (table, column) in _FROM_MONTH else FIRST_DAY
    latest = last_day(month) if (table, column) in _UNTIL_MONTH else LAST_DAY
    return earliest, latest
