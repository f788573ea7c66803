"""Numbers of a cell: whole ones, cents, hundredths of hours, with German and foreign habits (RETURN section 11)."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isnan

from flows.ingest.form.values import FIRST_DAY, Parsed, expected, in_digits
from flows.ingest.spreadsheet.anomalies import EPOCH, Oddity
from flows.ingest.spreadsheet.workbook import Value
from schemas.returns import NUMBER_LIMIT, Column, Kind
from schemas.spelling import EDGES

NOISE = Decimal("1e-9")  # a numeric cell this close to a cent means the cent
LONGEST_NUMBER = 1_000

# Digits are those of ASCII: \d would let other scripts' digits pass.
_UNITS: dict[Kind, re.Pattern[str]] = {
    "money": re.compile(r"(?:€|eur)$|^(?:€|eur)", re.IGNORECASE),
    "hours": re.compile(r"(?:std\.|stunden|h)$", re.IGNORECASE),
}
_PLAIN = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_GROUPED = {
    ".": re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
    ",": re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    " ": re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:[.,][0-9]+)?"),
    "'": re.compile(r"[1-9][0-9]{0,2}(?:'[0-9]{3})+(?:[.,][0-9]+)?"),
}
_AMBIGUOUS = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
_DURATION = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?")


def _number(value: Value, column: Column) -> Decimal | Parsed:
    """The exact number of a cell, or the problem with it."""
    if isinstance(value, Oddity):
        return Parsed(problem="C02/format", words={"format": "Prozentwert", "expected": expected(column)})
    if isinstance(value, bool):
        return Parsed(problem="C02", words={"expected": expected(column)})
    if column.kind == "hours" and (duration := _duration(value)) is not None:
        return Parsed(problem="C02/time", words={"hours": _hours(duration)})
    if isinstance(value, (datetime, date)):
        return Parsed(problem="C02/format", words={"format": "Datum", "expected": expected(column)})
    if isinstance(value, (time, timedelta)):
        return Parsed(problem="C02/format", words={"format": "Uhrzeit", "expected": expected(column)})
    if isinstance(value, float):
        return Decimal(repr(value)) if not isnan(value) else Parsed(problem="C02", words={"expected": expected(column)})
    return _number_in_text(str(value), column)


def _duration(value: Value) -> timedelta | None:
    """The time that a cell of hours was typed as: 80:30 is text, a duration, a time of day or one of day 3."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, time):
        return datetime.combine(EPOCH, value) - datetime.combine(EPOCH, time())
    if isinstance(value, datetime) and value.date() < FIRST_DAY:
        return value - datetime.combine(EPOCH, time())
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip(EDGES))):
        return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3] or 0))
    return None


def _hours(duration: timedelta) -> str:
    """A duration as a number of hours with two decimals at most."""
    return in_digits(round(Decimal(duration // timedelta(seconds=1)) / 3600, 2))


def _number_in_text(text: str, column: Column) -> Decimal | Parsed:
    written = text.strip(EDGES).replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").replace("’", "'")
    if len(written) > LONGEST_NUMBER:
        return Parsed(problem="C02", words={"expected": expected(column)})
    bare = _UNITS[column.kind].sub("", written, count=1).strip(" ") if column.kind in _UNITS else written
    sign, digits = ("-", bare[1:].strip(" ")) if bare.startswith("-") else ("", bare)
    if match := _AMBIGUOUS.fullmatch(digits):
        words = {"first": f"{sign}{match[1]}{match[2]}", "second": f"{sign}{match[1]},{match[2]}"}
        return Parsed(problem="C02/ambiguous", words=words)
    if _PLAIN.fullmatch(digits):
        return Decimal(sign + digits)
    if match := _DECIMAL.fullmatch(digits):
        return Decimal(f"{sign}{match[1]}.{match[2]}")
    for separator, pattern in _GROUPED.items():
        if pattern.fullmatch(digits):
            point = {".": ",", ",": "."}.get(separator)
            plain = digits.replace(separator, "")
            return Decimal(sign + (plain.replace(point, ".") if point else plain.replace(",", ".")))
    return Parsed(problem="C02", words={"expected": expected(column)})


def hundredths_of(value: Value, column: Column, too_fine: str) -> Parsed:
    """Hundredths (cents, hundredths of hours) of a cell; `too_fine`: the finding where it has more digits than that."""
    if type(value) is float and abs(value) < NUMBER_LIMIT and (whole := round(value * 100)) / 100 == value:
        return _in_range(whole, column)  # the very number that this many hundredths are; no need to go by its digits
    number = _number(value, column)
    if isinstance(number, Parsed):
        return number
    if abs(number) >= NUMBER_LIMIT:
        return _in_range(0, column, outside=True)
    hundredths = round(number * 100)
    noise = abs(number - Decimal(hundredths) / 100)
    if noise and not (isinstance(value, float) and noise <= NOISE):
        return Parsed(problem=too_fine)
    return _in_range(hundredths, column)


def _in_range(number: int, column: Column, outside: bool = False) -> Parsed:
    scale = 1 if column.kind == "integer" else 100
    high = column.high if column.high is not None else NUMBER_LIMIT * scale - 1
    too_low = number <= column.low if column.above_low else number < column.low
    if not (outside or too_low or number > high):
        return Parsed(number)
    low = in_digits(Decimal(column.low) / scale)
    least = f"größer als {low}" if column.above_low else f"mindestens {low}"
    most = (
        f"höchstens {in_digits(Decimal(high) / scale)}"
        if column.high is not None
        else f"unter {NUMBER_LIMIT // 10**6} Millionen"
    )
    both = outside or column.high is not None
    return Parsed(problem="C05/range", words={"expected": f"{least}, {most}" if both else least if too_low else most})


def whole_number(value: Value, column: Column) -> Parsed:
    """A whole number within the column's limits."""
    if type(value) is float and abs(value) < NUMBER_LIMIT and value.is_integer():
        return _in_range(int(value), column)
    number = _number(value, column)
    if isinstance(number, Parsed):
        return number
    if abs(number) >= NUMBER_LIMIT:
        return _in_range(0, column, outside=True)
    return _in_range(int(number), column) if number == int(number) else Parsed(problem="C02/whole")
