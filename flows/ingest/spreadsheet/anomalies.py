"""What no value reader tells about a sheet: errors, formulas without a value, percentages, hidden parts, its extent."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any spreadsheet program
MOST_CELLS = 16_000_000  # a used range larger than this is refused before it fills the memory
MOST_TEXT = 2**28  # bytes of text in all cells together; a text that many cells share is read anew for each of them
DAMAGED = "sie ist beschädigt oder in einem anderen Format"  # reason of F01
SHOWN_HIDDEN = 1_000  # so many hidden rows or columns are noted at most

_PERCENT = re.compile(r'"[^"]*"|\\.|_.|\*.')


class Damaged(Exception):
    """The file contradicts itself or its format; it cannot be read."""


class Unreadable(Exception):
    """The file is refused as a whole; carries the finding's variant and the words of its sentence."""

    def __init__(self, variant: str, **words: str) -> None:
        super().__init__(variant)
        self.variant = variant
        self.words = words


class Oddity(NamedTuple):
    """A cell that holds no plain value."""

    kind: Literal["error", "no_value", "percent"]
    value: object = None  # the error's text, or the number under the percent format


Place = tuple[int, int]  # row and column of a cell, both counted from 1


@dataclass
class Marks:
    """Everything odd on one sheet."""

    oddities: dict[Place, Oddity] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merges: list[tuple[Place, Place]] | None = None  # top left and bottom right; None: the value reader knows them
    text: int = 0  # bytes of the texts that a record, repeated or shared, stands for
    extent: "Extent" = field(default_factory=lambda: Extent())

    def hide_rows(self, first: int, last: int) -> None:
        """Note hidden rows, first and last included."""
        self.hidden_rows.extend(range(first, min(last, first + SHOWN_HIDDEN) + 1))

    def hide_columns(self, first: int, last: int) -> None:
        """Note hidden columns, first and last included."""
        self.hidden_columns.extend(range(first, min(last, first + SHOWN_HIDDEN) + 1))


@dataclass
class BookMarks:
    """The marks of all sheets in the order of the workbook, and what holds for the workbook as a whole."""

    sheets: list[Marks] = field(default_factory=list)
    epoch: date = EPOCH
    has_macros: bool = False


def check_text(total: int) -> None:
    """F03 where the cells hold more text than fits into memory."""
    if total > MOST_TEXT:
        raise Unreadable(
            "F03", found=f"Texte von zusammen {-(-total // 2**20)} MiB", allowed=f"{MOST_TEXT // 2**20} MiB"
        )


class Extent:
    """The used range of a sheet as it grows; refuses what no memory could hold."""

    def __init__(self) -> None:
        self.top, self.left, self.bottom, self.right = LAST_ROW + 1, LAST_COLUMN + 1, 0, 0

    def include(self, row: int, column: int) -> None:
        """A cell with a value; Damaged where no spreadsheet has such a cell, F03 where the range grows too large."""
        if self.top <= row <= self.bottom and self.left <= column <= self.right:
            return
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise Damaged("cell outside of any sheet")
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > MOST_CELLS:
            far = f"{column_letters(self.right)}{self.bottom}"
            raise Unreadable(
                "F03", found=f"ein benutzter Bereich bis {far}", allowed=f"{MOST_CELLS // 10**6} Millionen Zellen"
            )


@lru_cache(maxsize=1_000)
def column_letters(column: int) -> str:
    """Letters of a column counted from 1.

    >>> column_letters(1), column_letters(26), column_letters(27), column_letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage.

    >>> is_percent("0.00%"), is_percent('0.00" %"')
    (True, False)
    """
    return "%" in _PERCENT.sub("", code)
