"""What may be wrong with a file or odd about a cell, and the limits of any spreadsheet."""

from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any spreadsheet program
MOST_CELLS = 16_000_000  # a used range larger than this is refused before it fills the memory
MOST_TEXT = 2**28  # bytes of text in all cells together; a text that many cells share is read anew for each of them
# What a return takes at most that somebody filled in. All that a file can make the reader do is in proportion to these,
# so that within them it takes seconds; what is over them is read where it can be stopped.
ORDINARY_BYTES = 8 * 2**20  # unpacked
ORDINARY_CELLS, ORDINARY_TEXT = 500_000, 2**25
DAMAGED = "sie ist beschädigt oder in einem anderen Format"  # reason of F01
BINARY_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip


class Damaged(Exception):
    """The file contradicts itself or its format; it cannot be read."""


class Extraordinary(Exception):
    """The file may be a return, but is to be read where reading it can be stopped."""


class Unreadable(Exception):
    """The file is refused as a whole; carries the finding's variant and the words of its sentence."""

    def __init__(self, variant: str, **words: str) -> None:
        super().__init__(variant)
        self.variant = variant
        self.words = words


class Oddity(NamedTuple):
    """A cell that holds no plain value."""

    kind: Literal["error", "no_value", "percent"]
    value: str | float | None = None  # the error's text, or the number under the percent format


Coordinates = tuple[int, int]  # row and column of a cell, both counted from 1


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
