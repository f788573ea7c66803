"""Tables of a workbook: their columns have names, and whoever writes or refers to a cell names its column."""

from functools import cache
from typing import NamedTuple

FIRST_TABLE_ROW = 3  # title, subtitle, headings, then the table


class Column(NamedTuple):
    """One column of a table: its name, its heading, its width in characters, and whether figures stand in it."""

    name: str
    heading: str
    width: float
    figures: bool = False


class Table:
    """The one table of a sheet, which begins at FIRST_TABLE_ROW; rows count from 0."""

    def __init__(self, sheet: str, *columns: Column) -> None:
        """`sheet` is the name of its sheet; no two columns have the same name."""
        self.sheet = sheet
        self.columns = columns
        self._places = {column.name: place for place, column in enumerate(columns)}
        assert len(self._places) == len(columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(self._places)

    def place(self, column: str) -> int:
        """The column's place, counted from 0."""
        return self._places[column]

    def cell(self, row: int, column: str) -> str:
        """A cell's address in formulas of its own sheet."""
        return cell(row, self.place(column))

    def span(self, first_row: int, last_row: int, column: str) -> str:
        """The address of a piece of a column in formulas of its own sheet."""
        return span(first_row, last_row, self.place(column))

    def elsewhere(self, first_row: int, last_row: int, column: str) -> str:
        """The address of a piece of a column in formulas of other sheets, and in charts."""
        return span(first_row, last_row, self.place(column), self.sheet)

    def cell_elsewhere(self, row: int, column: str) -> str:
        """A cell's address in formulas of other sheets."""
        return f"'{self.sheet}'!{self.cell(row, column)}"

    def rows(self, number: int, column: str) -> str:
        """A whole column in formulas of other sheets; an empty table lends its first, empty row."""
        return self.elsewhere(FIRST_TABLE_ROW, FIRST_TABLE_ROW + max(number, 1) - 1, column)


@cache
def letters(column: int) -> str:
    """A column's letters.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    name, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def cell(row: int, column: int) -> str:
    """A cell's address in formulas; row and column count from 0.

    >>> cell(11, 3)
    'D12'
    """
    return f"{letters(column)}{row + 1}"


def span(first_row: int, last_row: int, column: int, sheet: str = "") -> str:
    """The address of a piece of one column, fixed by dollar signs; on another sheet if that is named.

    >>> span(4, 8, 1), span(4, 8, 1, "Neutralität")
    ('$B$5:$B$9', "'Neutralität'!$B$5:$B$9")
    """
    name = letters(column)
    return (f"'{sheet}'!" if sheet else "") + f"${name}${first_row + 1}:${name}${last_row + 1}"
