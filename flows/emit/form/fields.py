"""What a cell of the form takes, drawn from the column map: its style, its check while typing, its words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flows.emit.xlsx.workbook import day_number
from schemas.forms import FIRST_DAY, LAST_DAY
from schemas.months import Month, german_date, year_of
from schemas.returns import NUMBER_LIMIT, Column, Kind

LIST_KINDS = ("list", "yes_no")
REQUIRED, OPTIONAL = "Pflicht", "freiwillig"
FIELD_STYLES: dict[Kind, str] = {
    "list": "field_list",
    "yes_no": "field_list",
    "integer": "field_integer",
    "money": "field_money",
    "hours": "field_hours",
    "date": "field_date",
}
_WIDTHS: dict[Kind, float] = {
    "case": 13,
    "key": 11,
    "text": 28,
    "integer": 9,
    "money": 12,
    "hours": 9,
    "date": 11,
    "list": 9,
    "yes_no": 9,
}
_TEXT_LENGTHS: dict[Kind, tuple[int, int]] = {"case": (3, 20), "key": (1, 40)}
_DROP_DOWN = 3  # width of the arrow beside a list's values
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255  # of a message that a spreadsheet shows


def field_style(column: Column) -> str:
    """The style of the column's cells."""
    return FIELD_STYLES.get(column.kind, "field_text")


def free_style(column: Column) -> str:
    """The style of the column's cells below those that are drawn as fields."""
    return field_style(column).replace("field", "free", 1)


def field_width(column: Column) -> float:
    """Wide enough for the heading's longest word and for the longest value of its list."""
    words = [len(word) * 1.15 + 1 for word in column.title.split()]
    values = [len(value) + _DROP_DOWN for value in column.values]
    return max(_WIDTHS[column.kind], *words, *values)


def dated(column: Column, month: Month) -> Column:
    """The column as it is in a month's form: a birth year lies not after the reported year."""
    return replace(column, high=year_of(month)) if column.name == "birth_year" else column


def requirement(column: Column, depends_on: str = "") -> str:
    """Whether the cell must be filled, in words; `depends_on` is the heading of the column that decides it."""
    if depends_on:
        return f"{REQUIRED} mit {depends_on}"
    return REQUIRED if column.required else OPTIONAL


def accepted(column: Column, days: tuple[date, date] = (FIRST_DAY, LAST_DAY)) -> str:
    """What the column's cells take, in words.

    >>> from schemas.returns import BENEFITS
    >>> accepted(BENEFITS.column("need_stage")), accepted(BENEFITS.column("paid_cents"))
    ('eine ganze Zahl von 1 bis 6', 'ein Betrag ab 0,00 mit höchstens zwei Nachkommastellen')
    """
    if column.kind in LIST_KINDS:
        return f"ein Wert der Liste: {', '.join(column.values)}"
    if column.kind == "date":
        return _accepted_days(*days)
    if column.kind == "case":
        return "3 bis 20 Zeichen: Buchstaben ohne Umlaute, Ziffern, Punkt, Schrägstrich, Bindestrich"
    if column.kind == "key":
        return "höchstens 40 Zeichen"
    if column.kind == "integer" and column.low == column.high:
        return f"die Zahl {column.low}"
    if column.kind == "integer":
        return (
            f"eine ganze Zahl ab {column.low}"
            if column.high is None
            else f"eine ganze Zahl von {column.low} bis {column.high}"
        )
    if column.kind in ("money", "hours"):
        what = "ein Betrag" if column.kind == "money" else "eine Stundenzahl"
        least = f"über {_german(column.low)}" if column.above_low else f"ab {_german(column.low)}"
        most = "" if column.high is None else f" bis {_german(column.high)}"
        return f"{what} {least}{most} mit höchstens zwei Nachkommastellen"
    return "Text"


def rule(column: Column, source: str, days: tuple[date, date] = (FIRST_DAY, LAST_DAY)) -> dict[str, Any]:
    """The check of a cell while it is typed; `source` is the name of the list of values, `days` what a date may be."""
    return _criteria(column, source, days) | {
        "input_title": column.heading[:_LONGEST_TITLE],
        "input_message": column.help[:_LONGEST_MESSAGE],
        "error_title": "Bitte berichtigen",
        "error_message": _refusal(column, days),
    }


def _refusal(column: Column, days: tuple[date, date]) -> str:
    words = f"„{column.heading}“: Erwartet wird {accepted(column, days)}."
    if len(words) > _LONGEST_MESSAGE:  # a long list; the drop-down shows it
        words = (
            f"„{column.heading}“: Erwartet wird ein Wert aus der Liste. Bitte über den Pfeil neben der Zelle wählen."
        )
    return words


def _criteria(column: Column, source: str, days: tuple[date, date]) -> dict[str, Any]:
    if column.kind in LIST_KINDS:
        return {"validate": "list", "source": f"={source}"}
    if column.kind == "date":
        first, last = map(day_number, days)
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if column.kind in _TEXT_LENGTHS:
        shortest, longest = _TEXT_LENGTHS[column.kind]
        return {"validate": "length", "criteria": "between", "minimum": shortest, "maximum": longest}
    if column.kind in ("integer", "money", "hours"):
        return _limits(column)
    return {"validate": "any"}


def _limits(column: Column) -> dict[str, Any]:
    scale = 1 if column.kind == "integer" else 100
    smallest = column.low + 1 if column.above_low else column.low
    largest = NUMBER_LIMIT * scale - 1 if column.high is None else column.high
    return {
        "validate": "integer" if column.kind == "integer" else "decimal",
        "criteria": "between",
        "minimum": str(Decimal(smallest) / scale),
        "maximum": str(Decimal(largest) / scale),
    }


def _accepted_days(first: date, last: date) -> str:
    if first > FIRST_DAY and last < LAST_DAY:
        return f"ein Datum vom {german_date(first)} bis {german_date(last)}"
    if first > FIRST_DAY:
        return f"ein Datum ab dem {german_date(first)}"
    return "ein Datum wie 01.03.2016" if last == LAST_DAY else f"ein Datum bis zum {german_date(last)}"


def _german(hundredths: int) -> str:
    return f"{Decimal(hundredths) / 100:.2f}".replace(".", ",")
