"""Number formats: which numbers are days, times, durations or percentages."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

FormatKind = Literal["number", "percent", "date", "duration"]

_BUILT_IN: dict[int, FormatKind] = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((*range(14, 23), 45, 47), "date"),
    46: "duration",
}  # fmt: skip
_LITERAL = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[\$[^\[\]]*\]|\[(?:[A-Za-z]{3,}[0-9]*|[<>=][^\[\]]*)\]'
)  # text, colours, conditions
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_GENERAL = re.compile(r"general|standard", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def kind_of_code(code: str) -> FormatKind:
    """What a number format shows, by its first section.

    >>> kind_of_code("dd.mm.yyyy"), kind_of_code("[h]:mm"), kind_of_code('0.00" %"'), kind_of_code("0.0%")
    ('date', 'duration', 'number', 'percent')
    >>> kind_of_code('#,##0.00 "Tage"'), kind_of_code("General"), kind_of_code("[Red]0.00;[$-407]d. mmm")
    ('number', 'number', 'number')
    """
    shown = _GENERAL.sub("", _LITERAL.sub("", code).partition(";")[0])
    if "%" in shown:
        return "percent"
    if _ELAPSED.search(shown):
        return "duration"
    return "date" if _DATE_LETTERS.search(shown) else "number"


def kind_of_format(number: int, own: dict[int, str]) -> FormatKind:
    """What a number format shows by its number: as the workbook defines it (number → code), else as Excel does."""
    return kind_of_code(own[number]) if number in own else _BUILT_IN.get(number, "number")


def dated(number: float, kind: FormatKind, epoch: date) -> float | date | datetime | time | timedelta:
    """The day, time or duration that a number in a cell of that kind of format is; a number where no calendar has it."""
    if kind not in ("date", "duration"):
        return number
    try:
        if kind == "duration":
            return timedelta(days=number)
        moment = datetime.combine(epoch, time()) + timedelta(days=number)
    except (OverflowError, ValueError):
        return number
    if 0 <= number < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment
