"""What tells lines of one case, month and kind apart: an AGH line by AGH-Nummer and first day (RULES section 7.1)."""

from datetime import date

import polars as pl

from schemas.results import LineKind

_FORM = "%Y-%m-%d"
_DAY = len("2016-03-01")


def agh_reference(position_id: str, begin: date) -> str:
    """The reference of an AGH line.

    >>> agh_reference("BK 001", date(2016, 3, 1))
    'BK 001 2016-03-01'
    """
    return f"{position_id} {begin:{_FORM}}"


def agh_references(position_id: str, begin: str) -> pl.Expr:
    """The same of two columns."""
    return pl.format("{} {}", pl.col(position_id), pl.col(begin).dt.to_string(_FORM))


def agh_positions(reference: str) -> tuple[pl.Expr, pl.Expr]:
    """AGH-Nummer and first day of a column of references of AGH lines."""
    column = pl.col(reference).str
    return column.head(-_DAY - 1), column.tail(_DAY).str.to_date(_FORM)


def agh_position(kind: str, reference: str) -> tuple[str, date] | None:
    """AGH-Nummer and first day; none of another kind, and none where a ledger has another reference.

    >>> agh_position("expense", "BK 001 2016-03-01"), agh_position("adjustment", "K 17 2016-03-01")
    (('BK 001', datetime.date(2016, 3, 1)), None)
    """
    position_id, _, day = reference.rpartition(" ")
    if kind not in (LineKind.ALLOWANCE, LineKind.EXPENSE) or not position_id:
        return None
    try:
        return position_id, date.fromisoformat(day)
    except ValueError:
        return None
