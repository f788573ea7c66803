"""How a ledger grows: the file of 400 municipalities after one year of case months and after two, which is twice as much."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.case_months import write_case_months
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import CASE_TYPES, runs
from schemas.months import Month, later

CASES = 400 * 4
YEAR = 12


def measure() -> None:
    """Two years, month by month; every run calculates all months so far."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, months, sizes = SqliteLedger(Path(folder) / "ledger.db"), [Month("2016-01")], []
        while len(months) <= 2 * YEAR:
            with ledger.transaction() as connection:
                values = {"run_id": len(months), "month": months[-1], "state": "draft", "drafted_by": "Eva"}
                connection.execute(sa.insert(runs).values(**values))
                write_case_months(connection, len(months), months[-1], _calculated(months))
            if len(months) % YEAR == 0:
                sizes.append(ledger.path.stat().st_size)
            months.append(later(months[-1], 1))
    first, second = sizes
    print(
        f"{2 * YEAR} months of {CASES} cases                        {second / 2**20:6.1f} MiB {second / first:4.1f} × one year     (at most 2.2)"
    )


def _calculated(months: list[Month]) -> pl.DataFrame:
    numbers = pl.select(number=pl.int_range(CASES)).join(pl.DataFrame({"service_month": months}), how="cross")
    values = {
        "ags": pl.format("05{}", pl.col("number") % 400 + 100_000),
        "case_id": pl.format("A-{}", "number"),
        "service_month": pl.col("service_month"),
        "eligible": pl.lit(value=True),
        "reasons": pl.lit([], dtype=pl.List(pl.String)),
        "spell_begin": pl.lit(date(2016, 1, 1)),
    }
    return numbers.select(
        values.get(name, pl.col("number") * 7).cast(dtype).alias(name) for name, dtype in CASE_TYPES.items()
    )
