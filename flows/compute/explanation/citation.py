"""Where a figure comes from: cells of the received returns, and rows of the law tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.compute.law import OPEN_END, Law
from schemas.derivation import CaseHistory, Cell, LawRow
from schemas.law import LawTable
from schemas.months import german_date

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Citation:
    """Cites for one case."""

    history: CaseHistory
    law: Law

    def cells(self, table: str, row: Row, *columns: str) -> tuple[Cell, ...]:
        """The cells of a row in which these columns stand; a column that the file does not have has none."""
        letters = self.history.files[row["file_sha256"]].letters[table]
        addresses = [f"{letters[column]}{row['row']}" for column in columns if column in letters]
        return tuple(Cell(row["file_sha256"], row["sheet"], address) for address in addresses)

    def filled_cells(self, table: str, row: Row, *columns: str) -> tuple[Cell, ...]:
        """The cells among them that say something."""
        return self.cells(table, row, *(column for column in columns if row[column] is not None))

    def law_row(self, table: LawTable, day: date, key: object = None, key_in_words: str = "") -> LawRow:
        """The law row in force on a day."""
        found = self.law.row_on(table, day, key)
        valid_to = None if found["valid_to"] == OPEN_END else found["valid_to"]
        return LawRow(table.name, table.title, key_in_words, found["valid_from"], valid_to, found["source"])


def spoken_period(first: date, last: date) -> str:
    """A period in words.

    >>> spoken_period(date(2016, 4, 1), date(2016, 4, 30)), spoken_period(date(2016, 4, 1), date(2016, 4, 1))
    ('01.04.2016 bis 30.04.2016', '01.04.2016')
    """
    return german_date(first) if first == last else f"{german_date(first)} bis {german_date(last)}"


def spoken_number(hundredths: int) -> str:
    """A number given in hundredths as a German reader writes it.

    >>> spoken_number(12_50), spoken_number(1_000_00)
    ('12,50', '1.000,00')
    """
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}".replace(",", ".") + f",{rest:02d}"
