"""The case months that a run calculated, kept where they are not those of the run before it.

Every run calculates all months of all cases anew, and nearly all of them come out as they did: a ledger that kept them
all each time would grow with the square of its months. Of a case month that no longer comes about the key alone is
kept. Runs of older versions kept all; reading begins with the last of these.
"""

import polars as pl
import sqlalchemy as sa

from flows.ledger.store.frames import read_frame, write_frame
from flows.ledger.store.tables import CASE_TYPES, CHANGED, cases, columns, runs
from schemas.identifiers import Ags
from schemas.months import Month, later

KEY = ("ags", "case_id", "service_month")


def as_calculated(month: Month, ags: Ags | None = None) -> sa.Subquery:
    """The case months of a settled month's run, or one municipality's of them, with the columns of results.CASES."""
    kept_all = sa.select(sa.func.max(runs.c.month)).where(
        runs.c.month <= month, runs.c.kind.is_(None), runs.c.case_months.is_(None)
    )
    first = sa.func.coalesce(kept_all.scalar_subquery(), "")
    age = sa.func.row_number().over(partition_by=[cases.c[name] for name in KEY], order_by=runs.c.month.desc())
    told = (
        sa.select(*columns(cases, CASE_TYPES), age.label("age"))
        .join(runs, runs.c.run_id == cases.c.run_id)
        .where(runs.c.month.between(first, month), *([] if ags is None else [cases.c.ags == ags]))
        .subquery()
    )
    newest = sa.select(*(told.c[name] for name in CASE_TYPES))
    return newest.where(told.c.age == 1, told.c.eligible.is_not(None)).subquery("case_months")


def read_case_months(connection: sa.Connection, month: Month, ags: Ags | None = None) -> pl.DataFrame:
    """The same as a frame, in the order of their keys."""
    found = as_calculated(month, ags)
    return read_frame(connection, sa.select(found).order_by(*(found.c[name] for name in KEY)), CASE_TYPES)


def write_case_months(connection: sa.Connection, run_id: int, month: Month, found: pl.DataFrame) -> None:
    """Keep what a run calculated (results.CASES) where the run before it did not calculate just that."""
    before = read_case_months(connection, later(month, -1))
    told, known = (frame.with_columns(pl.col("reasons").list.join("\n")) for frame in (found, before))
    same = told.join(known, on=list(CASE_TYPES), how="semi", nulls_equal=True)
    write_frame(connection, cases, found.join(same, on=KEY, how="anti"), run_id=run_id)
    gone = before.join(found, on=KEY, how="anti")
    nothing = [pl.lit(None, dtype).alias(name) for name, dtype in CASE_TYPES.items() if name not in (*KEY, "reasons")]
    empty = gone.with_columns(*nothing, pl.col("reasons").list.head(0))
    write_frame(connection, cases, empty, run_id=run_id)
    connection.execute(sa.update(runs).where(runs.c.run_id == run_id).values(case_months=CHANGED))
