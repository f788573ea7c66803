"""The guarantee as the books hold it: what was posted, and what was saved (RULES sections 5.2 and 8.4)."""

from collections.abc import Iterator

import polars as pl
import sqlalchemy as sa

from flows.ledger import closings
from flows.ledger.store.frames import read_frame
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import (
    APPROVED,
    CASE_TYPES,
    OPENING,
    cases,
    columns,
    erased_savings,
    erasures,
    runs,
    submissions,
)  # fmt: skip
from schemas.documents import ReturnState
from schemas.months import german_month
from schemas.results import LineKind

_CASE = ("ags", "case_id")
_SAVED = ("ags", "case_id", "service_month", "eligible", "saved_to_date_cents", "saved_cents")


def broken_guarantees(connection: sa.Connection) -> Iterator[str]:
    """Sentences on every open month in which a case was charged more than it saved, by the newest approved calculation.

    A case that has lost more than it saved (lost grant) is charged nothing: its saving counts as 0.
    """
    month = connection.scalar(
        sa.select(sa.func.max(runs.c.month)).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
    )
    if month is None:
        return
    until = max((closing.until for closing in closings.closed_in(connection, month)), default="")
    charged, saved = _charged(connection, month), _saved(connection, month).filter("eligible")
    held = _to_date(charged, saved, until).filter(pl.col("charged_cents") > pl.col("limit_cents"))
    for ags, case_id, service_month in held.select(*_CASE, "service_month").iter_rows():
        yield f"{ags}, Fall {case_id}, {german_month(service_month)}: Die Prämien übersteigen die Ersparnis."


def _to_date(charged: pl.DataFrame, saved: pl.DataFrame, until: str) -> pl.DataFrame:
    """Open month by open month of every case what it was charged by then, and how much it may have been charged.

    Up to its first open month with eligible days a case may be charged nothing but what is posted in closed months.
    """
    months = [*_CASE, "service_month"]
    is_open = pl.col("service_month") > until
    own = pl.col("own_cents").cum_sum().over(_CASE)
    known = pl.when(is_open).then("saved_to_date_cents").forward_fill().over(_CASE)
    return (
        charged.join(saved.select(*months, "saved_to_date_cents"), on=months, how="full", coalesce=True)
        .with_columns(pl.col("posted_cents", "taken_cents").fill_null(0))
        .sort(months)
        .with_columns(own_cents=pl.when(is_open).then("posted_cents").otherwise(0), known_cents=known)
        .with_columns(to_date=(pl.col("posted_cents") + pl.col("taken_cents")).cum_sum().over(_CASE))
        .filter(is_open)
        .with_columns(
            charged_cents=pl.when(pl.col("known_cents").is_null()).then(own).otherwise("to_date"),
            limit_cents=pl.col("known_cents").fill_null(0).clip(lower_bound=0),
        )
        .sort("ags", "case_id", "service_month")
    )


def _charged(connection: sa.Connection, month: str) -> pl.DataFrame:
    """Premiums posted up to a run, reversals included, of every case and service month.

    `taken_cents`: opening balances that stand, where a case's come to more than nothing; `posted_cents`: all others.
    """
    premiums = lines_of(connection, sa.and_(runs.c.state == APPROVED, runs.c.month <= month)).filter(
        pl.col("kind") == str(LineKind.PREMIUM)
    )
    opened = connection.scalar(sa.select(runs.c.month).where(runs.c.kind == OPENING)) or ""
    accepted = (
        sa.select(submissions.c.ags, submissions.c.month.label("service_month")).distinct()
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(runs.c.state == APPROVED, runs.c.month <= month, submissions.c.state == str(ReturnState.ACCEPTED))
    )  # fmt: skip
    returns = read_frame(connection, accepted, {"ags": pl.String, "service_month": pl.String})
    told = returns.with_columns(told=pl.lit(value=True))
    stands = (pl.col("settled_in") == opened) & pl.col("told").is_null()
    own, taken = pl.when(~stands).then("delta_cents"), pl.when(stands).then("delta_cents")
    return (
        premiums.join(told, on=["ags", "service_month"], how="left")
        .with_columns(own=own, taken=taken)
        .with_columns(taken=pl.when(pl.col("taken").sum().over(_CASE) > 0).then("taken"))
        .group_by(*_CASE, "service_month")
        .agg(posted_cents=pl.col("own").sum(), taken_cents=pl.col("taken").sum())
    )


def _saved(connection: sa.Connection, month: str) -> pl.DataFrame:
    """The case months of a run, and those erased before it: what was saved."""
    own = (
        sa.select(*columns(cases, CASE_TYPES)).join(runs, runs.c.run_id == cases.c.run_id).where(runs.c.month == month)
    )
    newest = read_frame(connection, own, CASE_TYPES).select(_SAVED)
    erased = (
        sa.select(*(erased_savings.c[name] for name in _SAVED))
        .join(erasures, erasures.c.erasure_id == erased_savings.c.erasure_id)
    )  # fmt: skip
    return pl.concat([newest, read_frame(connection, erased, newest.schema)])
