"""The ledger's books beside the sample overview of March 2025: the same amounts, and a February before them."""

import polars as pl

from schemas.finance import POSTINGS, REVERSALS, TAKEN_IN, FinanceBooks
from schemas.results import frame_schema

FREIBERG, DOEBELN, FLOEHA = "14522180", "14522080", "14522140"


def postings(*rows: tuple[str, str, str, str, int, int]) -> pl.DataFrame:
    """Run, AGS, kind, service month, cents, lines."""
    return POSTINGS.validate(pl.DataFrame(rows, schema=frame_schema(POSTINGS), orient="row"))


def taken_in(*rows: tuple[str, str, bool]) -> pl.DataFrame:
    """AGS, service month, whether a return was accepted."""
    return TAKEN_IN.validate(pl.DataFrame(rows, schema=frame_schema(TAKEN_IN), orient="row"))


def reversals(*rows: tuple[str | None, str, str, str, str, str, int]) -> pl.DataFrame:
    """Number, reversed number, reason, AGS, kind, service month, cents."""
    return REVERSALS.validate(pl.DataFrame(rows, schema=frame_schema(REVERSALS), orient="row"))


def books(months: tuple[str, ...], posted: pl.DataFrame, taken: pl.DataFrame, **others: pl.DataFrame) -> FinanceBooks:
    """Books without opening balances and reversals unless they are given."""
    return FinanceBooks(months, posted, **({"opening": postings(), "reversals": reversals()} | others), taken_in=taken)


# February: Freiberg 400.00, Flöha 30.00. March: Freiberg 427.20 + 25.30, and both Freiberg and Döbeln 4.00 more for
# February and 24.00 back for January.
BOOKS = books(
    ("2025-02", "2025-03"),
    postings(
        ("2025-02", FLOEHA, "allowance", "2025-02", 30_00, 1),
        ("2025-02", FREIBERG, "allowance", "2025-02", 400_00, 14),
        ("2025-03", DOEBELN, "allowance", "2025-01", -24_00, 1),
        ("2025-03", DOEBELN, "allowance", "2025-02", 4_00, 1),
        ("2025-03", FREIBERG, "allowance", "2025-01", -24_00, 1),
        ("2025-03", FREIBERG, "allowance", "2025-02", 4_00, 1),
        ("2025-03", FREIBERG, "allowance", "2025-03", 427_20, 20),
        ("2025-03", FREIBERG, "expense", "2025-03", 25_30, 2),
    ),
    taken_in(
        (DOEBELN, "2025-02", True),
        (DOEBELN, "2025-03", False),
        (FLOEHA, "2025-02", True),
        (FREIBERG, "2025-02", True),
        (FREIBERG, "2025-03", True),
    ),
)
