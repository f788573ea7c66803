"""One cell → a value or a problem: numbers, dates and lists with German habits (RETURN section 11)."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isnan
from types import MappingProxyType
from typing import NamedTuple

from flows.ingest.spreadsheet.anomalies import EPOCH, Oddity
from flows.ingest.spreadsheet.workbook import Value
from schemas.months import german_date, month_of, written_day, written_month
from schemas.returns import CASE_PATTERN, NO, NUMBER_LIMIT, YES, Column, Kind
from schemas.spelling import EDGES, enumerated, folded, visible

NOISE = Decimal("1e-9")  # a numeric cell this close to a cent means the cent
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)  # of every date in a return
LONGEST_KEY, LONGEST_NUMBER = 40, 1_000
LONGEST_SHOWN = 200  # letters of a cell that a sentence repeats
SHORTEST_SPELLING = 3  # what is shorter has no likeness to anything
REMEMBERED = 10_000  # so many cells of a column at most

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
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")  # what programs make of a hyphen that was typed
_WORD = re.compile(r"[^\W\d_]{3,}")  # may be a name


class Parsed(NamedTuple):
    """A value, or the variant of a finding with the words of its sentence; `repaired`: read after mending a key."""

    value: object = None
    problem: str = ""
    words: Mapping[str, str] = MappingProxyType({})
    repaired: bool = False


EMPTY = Parsed()


@lru_cache(maxsize=50_000, typed=True)  # the same words, dates and amounts stand in many rows and returns
def parse(value: Value, column: Column, epoch: date = EPOCH) -> Parsed:
    """The cell's value in the frame's type (cents, hundredths of hours, dates …), or what is wrong with it.

    `epoch` is the day 0 of the workbook's date system, for dates that are written as bare numbers.
    """
    if isinstance(value, str):
        value = value if visible(value) else None
    if type(value) is int:  # as some formats store whole numbers
        value = float(value)
    if isinstance(value, float) and column.kind == "date":
        value = _from_serial(value, epoch)
    if value is None:
        return Parsed(column.empty)
    if isinstance(value, Oddity) and value.kind != "percent":
        return Parsed(
            problem="C07/error" if value.kind == "error" else "C07/formula", words={"expected": expected(column)}
        )
    return _PARSERS[column.kind](value, column)


class _Clean(dict[Value, object]):
    """The values of cells of a column of which nothing is to be said, each understood once; Unclear for any other."""

    def __init__(self, column: Column, epoch: date) -> None:
        super().__init__()
        self.column, self.epoch = column, epoch

    def __missing__(self, cell: Value) -> object:
        parsed = parse(cell, self.column, self.epoch)
        if parsed.problem or parsed.repaired:
            raise _Unclear
        if len(self) >= REMEMBERED:
            self.clear()
        if cell not in (0, 1):  # WAHR equals 1, so that neither can be told by what is remembered of the other
            self[cell] = parsed.value
        return parsed.value


class _Unclear(Exception):
    """Something is to be said of a cell."""


clean_cells = lru_cache(maxsize=1_000)(_Clean)


def clean_values(cells: Iterable[Value], column: Column, epoch: date) -> list[object] | None:
    """The values of a column's cells; None where something is to be said of any of them."""
    try:
        return [*map(clean_cells(column, epoch).__getitem__, cells)]
    except _Unclear:
        return None


def expected(column: Column) -> str:
    """What the column's cells hold, in words."""
    if column.kind in ("list", "yes_no"):
        return enumerated(column.values, "oder")
    return {
        "case": "eine Fallnummer",
        "key": "eine Nummer",
        "text": "eine Angabe in Worten",
        "integer": "eine ganze Zahl",
        "money": "ein Betrag in Euro, zum Beispiel 354,00",
        "hours": "eine Stundenzahl, zum Beispiel 12,5",
        "date": "ein Datum, zum Beispiel 01.03.2016",
        "month": "ein Monat, zum Beispiel 2016-03 oder März 2016",
        "ags": "ein Gemeindeschlüssel aus 8 Ziffern",
    }[column.kind]


def shown(value: Value) -> str:
    """A cell's content as its sender sees it."""
    if isinstance(value, Oddity):
        return shown(value.value) if value.kind == "percent" else str(value.value or "")
    if isinstance(value, bool):
        return "WAHR" if value else "FALSCH"
    if isinstance(value, float):
        return _plain(Decimal(repr(value)))
    if isinstance(value, datetime):
        return german_date(value.date()) if value.time() == time() else f"{german_date(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return german_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def excerpt(text: str) -> str:
    """As much of a cell's content as a sentence repeats.

    >>> excerpt("kurz"), len(excerpt("lang" * 100))
    ('kurz', 201)
    """
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return text.replace(".", ",")


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
    return _plain(round(Decimal(duration // timedelta(seconds=1)) / 3600, 2))


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


def _scaled(value: Value, column: Column, too_fine: str) -> Parsed:
    """Hundredths (cents, hundredths of hours) of a cell."""
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
    low = _plain(Decimal(column.low) / scale)
    least = f"größer als {low}" if column.above_low else f"mindestens {low}"
    most = (
        f"höchstens {_plain(Decimal(high) / scale)}"
        if column.high is not None
        else f"unter {NUMBER_LIMIT // 10**6} Millionen"
    )
    both = outside or column.high is not None
    return Parsed(problem="C05/range", words={"expected": f"{least}, {most}" if both else least if too_low else most})


def _integer(value: Value, column: Column) -> Parsed:
    if type(value) is float and abs(value) < NUMBER_LIMIT and value.is_integer():
        return _in_range(int(value), column)
    number = _number(value, column)
    if isinstance(number, Parsed):
        return number
    if abs(number) >= NUMBER_LIMIT:
        return _in_range(0, column, outside=True)
    return _in_range(int(number), column) if number == int(number) else Parsed(problem="C02/whole")


def _from_serial(number: float, epoch: date) -> Value:
    """The day that a bare number means in the workbook's date system; numbers of other centuries stay numbers."""
    first, last = ((day - epoch).days for day in (FIRST_DAY, LAST_DAY))
    return epoch + timedelta(days=int(number)) if first <= number < last + 1 else number


def _date(value: Value, column: Column) -> Parsed:
    day = value.date() if isinstance(value, datetime) else value
    day = written_day(day) if isinstance(day, str) else day
    if not isinstance(day, date):
        return Parsed(problem="C03")
    return Parsed(day) if FIRST_DAY <= day <= LAST_DAY else Parsed(problem="C03/range")


def _month(value: Value, column: Column) -> Parsed:
    if isinstance(value, (date, datetime)):
        month = month_of(value) if FIRST_DAY.year <= value.year <= LAST_DAY.year else None
    else:
        month = written_month(value) if isinstance(value, str) else None
    return Parsed(problem="F06/value") if month is None else Parsed(month)


@lru_cache(maxsize=100)
def _known(values: tuple[str, ...], synonyms: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Every way to write a value of the list → the value."""
    return {folded(entry): entry for entry in values} | {folded(synonym): entry for synonym, entry in synonyms}


def _list(value: Value, column: Column) -> Parsed:
    given = folded(shown(value))
    known = _known(column.values, tuple(column.synonyms.items()))
    if isinstance(value, str) and given in known:
        return Parsed(known[given])
    begun = [name for name in known if given and name.startswith(given)]
    spelled = difflib.get_close_matches(given, known, n=1, cutoff=0.5) if len(given) >= SHORTEST_SPELLING else []
    nearest = begun if len(begun) == 1 else spelled
    words = {"allowed": ", ".join(column.values)}
    if not nearest:
        return Parsed(problem="C04/far", words=words)
    return Parsed(problem="C04", words=words | {"nearest": known[nearest[0]]})


def _yes_no(value: Value, column: Column) -> Parsed:
    parsed = _list(value, column)
    return parsed if parsed.problem else Parsed({YES: True, NO: False}[str(parsed.value)])


def _text(value: Value, column: Column) -> Parsed:
    text = shown(value)
    return Parsed(visible(text), repaired=visible(text) != unicodedata.normalize("NFC", text))


def _key(value: Value, column: Column) -> Parsed:
    """A key of the municipality's own, upper-cased so that it is compared without case."""
    text = _whole_or_text(value)
    if text is None or len(text[0]) > LONGEST_KEY:
        return Parsed(problem="C05/key")
    # A letter such as ß, whose capital is two others, stays: upper-casing must not make two keys one.
    upper = "".join(char.upper() if len(char.upper()) == 1 else char for char in text[0])
    return Parsed(upper, repaired=text[1])


def _case(value: Value, column: Column) -> Parsed:
    text, repaired = _whole_or_text(value) or ("", False)
    if text.isascii() and re.fullmatch(CASE_PATTERN, text.upper()):
        return Parsed(text.upper(), repaired=repaired)
    meant = _DASHES.sub("-", text)
    if meant.isascii() and re.fullmatch(CASE_PATTERN, meant.upper()):
        return Parsed(problem="C05/dash", words={"meant": meant.upper()})
    return Parsed(problem="C05/name" if _WORD.search(text) else "C05/case")


def _whole_or_text(value: Value) -> tuple[str, bool] | None:
    """The text of a key, and whether it was mended; a whole number is its digits, anything else is none."""
    if isinstance(value, float):
        return (str(int(value)), False) if value.is_integer() and 0 <= value < 1e15 else None
    if isinstance(value, str):
        return visible(value), visible(value) != unicodedata.normalize("NFC", value)
    return None


def _ags(value: Value, column: Column) -> Parsed:
    """Eight digits; a lost leading zero and blanks inside are repaired."""
    text, repaired = _whole_or_text(value) or ("", False)
    digits = "".join(text.split())
    if not re.fullmatch(r"[0-9]{7,8}", digits):
        return Parsed(problem="F06/value")
    return Parsed(digits.zfill(8), repaired=repaired or digits.zfill(8) != text)


_PARSERS: dict[Kind, Callable[[Value, Column], Parsed]] = {
    "case": _case,
    "key": _key,
    "text": _text,
    "integer": _integer,
    "money": lambda value, column: _scaled(value, column, "C06"),
    "hours": lambda value, column: _scaled(value, column, "C05/hours"),
    "date": _date,
    "month": _month,
    "list": _list,
    "yes_no": _yes_no,
    "ags": _ags,
}
