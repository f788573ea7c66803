"""What the writers of .ods, .xlsb and .xls share: sheets of values, and how a value looks when it is stored.

They write just enough of each format for a reader, byte by byte.
"""

import io
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from openpyxl import load_workbook

from tests.broken.forms import Form

ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
GENERAL, DATE_FORMAT, PERCENT_FORMAT, OWN_FORMAT = 0, 14, 9, 164
STYLES = (GENERAL, DATE_FORMAT, PERCENT_FORMAT, OWN_FORMAT)
OWN_PERCENT = '0.0" von"%'  # what OWN_FORMAT shows


class Percent(NamedTuple):
    """A number under a percent format, Excel's or one of the workbook's own."""

    number: float
    own: bool = False


class Error(NamedTuple):
    """A cell that holds an error, as the result of a formula or typed."""

    text: str = "#REF!"
    is_formula: bool = True


class Formula(NamedTuple):
    """A formula with the value that it stores."""

    stored: float | str


Cells = dict[tuple[int, int], object]  # (row, column) counted from 1


@dataclass
class Grid:
    """One sheet."""

    cells: Cells
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    is_hidden: bool = False

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=1)

    @property
    def right(self) -> int:
        return max((column for _, column in self.cells), default=1)


Book = dict[str, Grid]


def grids(form: Form) -> Book:
    """The sheets of an .xlsx form."""
    book = load_workbook(io.BytesIO(form.content))
    return {
        sheet.title: Grid(
            {(cell.row, cell.column): cell.value for row in sheet for cell in row if cell.value is not None}
        )
        for sheet in book
    }


def serial(day: date) -> float:
    """A day as a bare number."""
    return float((day - date(1899, 12, 30)).days)


def plain(value: object) -> object:
    """A date without its time of day."""
    return value.date() if isinstance(value, datetime) else value


def look(value: object) -> int:
    """The cell format of a value."""
    if isinstance(value, Percent):
        return OWN_FORMAT if value.own else PERCENT_FORMAT
    return DATE_FORMAT if isinstance(value, date) else GENERAL


def stored_number(value: object) -> float:
    """The number that is stored for a value."""
    if isinstance(value, Percent):
        return value.number
    if isinstance(value, Formula):
        return float(value.stored)
    return serial(value) if isinstance(value, date) else float(value)  # type: ignore[arg-type]
