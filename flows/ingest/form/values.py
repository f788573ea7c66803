"""What a cell is to the form: a value or a problem, and how its content is named in a sentence (RETURN section 11)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from flows.ingest.spreadsheet.anomalies import Oddity
from flows.ingest.spreadsheet.workbook import Value
from schemas.months import german_date
from schemas.returns import Column
from schemas.spelling import enumerated

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)  # of every date in a return
LONGEST_SHOWN = 200  # letters of a cell that a sentence repeats


class Parsed(NamedTuple):
    """A value, or the variant of a finding with the words of its sentence; `repaired`: read after mending a key."""

    value: object = None
    problem: str = ""
    words: Mapping[str, str] = MappingProxyType({})
    repaired: bool = False


EMPTY = Parsed()


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
        return in_digits(Decimal(repr(value)))
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


def in_digits(number: Decimal) -> str:
    """A number the German way, without digits that say nothing."""
    text = format(number.normalize(), "f")
    return text.replace(".", ",")
