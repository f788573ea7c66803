"""Writing postings."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import write_frame
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import LINE_TYPES, lines, runs
from tests.bench.timing import in_turns

POSTINGS = 500_000


def measure() -> None:
    """Half a million postings into a ledger, and by plain sqlite3 into a bare table; both from the same frame."""
    postings = _postings()
    plain_rows = postings.with_columns(
        pl.col(pl.Decimal).cast(pl.String), pl.lit("[]").alias("reason"), pl.lit(1).alias("run_id")
    )
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(1_000))

        def ours() -> None:
            ledger = SqliteLedger(Path(folder) / f"{next(numbers)}.db")
            with ledger.transaction() as connection:
                connection.execute(sa.insert(runs).values(run_id=1, month="2025-01", state="draft", drafted_by="Eva"))
                write_frame(connection, lines, postings, run_id=1)
            ledger.path.unlink()

        def plain() -> None:
            path = Path(folder) / f"{next(numbers)}.db"
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"CREATE TABLE lines ({', '.join(plain_rows.columns)})")
                places = ", ".join("?" * plain_rows.width)
                connection.executemany(f"INSERT INTO lines VALUES ({places})", plain_rows.rows())
                connection.commit()
            path.unlink()

        floor, took = in_turns(plain, ours, runs=3)
    print(
        f"{POSTINGS} postings written                     {took:6.2f} s   {took / floor:5.1f} × plain sqlite3   (at most 1.5)"
    )


def _postings() -> pl.DataFrame:
    number = pl.int_range(POSTINGS)
    values = {
        "service_month": pl.lit("2025-01"), "ags": pl.format("14522{}", (number % 900 + 100)),
        "case_id": pl.format("X-{}", number // 10), "kind": pl.lit("allowance"),
        "reference": pl.format("AGH-{} 2025-01-01", number), "provider_kind": pl.lit("Kommune"),
        "quantity": number % 100, "unit": pl.lit("hour"), "rate_cents": pl.lit(80), "cost_cents": number,
        "computed_cents": number, "posted_before_cents": pl.lit(0), "delta_cents": number,
        "reason": pl.lit([], dtype=pl.List(pl.String)), "legal_basis": pl.lit("§ 5 Abs. 2 AsylbLG"),
        "file_sha256": pl.lit("5a" * 32), "sheet": pl.lit("Arbeitsgelegenheiten"), "row": number,
    }  # fmt: skip
    rows = pl.select(number.alias("number"))
    return rows.select(values[name].cast(dtype).alias(name) for name, dtype in LINE_TYPES.items())
