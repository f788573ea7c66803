"""One cell → a value or a problem: dates, lists and keys with German habits; numbers by `numbers` (RETURN section 11)."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from flows.ingest.form.numbers import hundredths_of, whole_number
from flows.ingest.form.values import FIRST_DAY, LAST_DAY, Parsed, expected, shown
from flows.ingest.spreadsheet.anomalies import EPOCH, Oddity
from flows.ingest.spreadsheet.workbook import Value
from schemas.months import month_of, written_day, written_month
from schemas.returns import CASE_PATTERN, NO, YES, Column, Kind
from schemas.spelling import folded, visible

LONGEST_KEY = 40
SHORTEST_SPELLING = 3  # what is shorter has no likeness to anything
REMEMBERED = 10_000  # so many cells of a column at most

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")  # what programs make of a hyphen that was typed
_WORD = re.compile(r"[^\W\d_]{3,}")  # may be a name


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
    "integer": whole_number,
    "money": lambda value, column: hundredths_of(value, column, "C06"),
    "hours": lambda value, column: hundredths_of(value, column, "C05/hours"),
    "date": _date,
    "month": _month,
    "list": _list,
    "yes_no": _yes_no,
    "ags": _ags,
}
