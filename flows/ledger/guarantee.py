"""The guarantee as the books hold it: what was posted, and what was saved (RULES sections 5.2 and 8.4)."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache

import polars as pl
import sqlalchemy as sa

from flows.ledger import closings
from flows.ledger.provenance import of_months
from flows.ledger.store.case_months import read_case_months
from flows.ledger.store.frames import read_frame
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import (
    APPROVED,
    CASE_TYPES,
    ERASED_SAVINGS_COLUMNS,
    OPENING,
    erased_savings,
    lines,
    runs,
    submissions,
)
from schemas.documents import ReturnState
from schemas.guarantee import BALANCES, GUARANTEED, Neutrality, held, of_municipalities
from schemas.identifiers import Ags
from schemas.months import NO_MONTH, Month
from schemas.problems import Problem, problem
from schemas.results import LINE_KEY, LineKind, empty, frame_schema
from schemas.standing import ERASED_SAVINGS

REMEMBERED = 32  # programme files, as text
_CASE = ["ags", "case_id"]
_KINDS = {
    "premium_cents": LineKind.PREMIUM,
    "neutrality_cents": LineKind.NEUTRALITY,
    "start_up_cents": LineKind.START_UP,
}


def broken_guarantees(connection: sa.Connection) -> Iterator[Problem]:
    """Every open month in which more was charged than saved, by the newest approved calculation."""
    month = connection.scalar(
        sa.select(sa.func.max(runs.c.month)).where(runs.c.state == APPROVED, runs.c.kind.is_(None))
    )
    if month is None:
        return
    broken = neutrality(connection, month).guaranteed.filter(~held())
    for ags, case_id, service_month in broken.select(*_CASE, "service_month").iter_rows():
        if case_id:
            yield problem("guarantee/case", ags=ags, case_id=case_id, service_month=service_month)
        else:
            yield problem("guarantee/municipality", ags=ags, service_month=service_month)


def neutrality(connection: sa.Connection, month: Month) -> Neutrality:
    """What was saved and posted up to a run, draft or approved, and the guarantee in its open months."""
    until = max((closing.until for closing in closings.closed_in(connection, month)), default=NO_MONTH)
    posted, saved = _posted(connection, month), _saved(connection, month)
    balances = _balances(posted, saved)
    guaranteed = _to_date(posted, saved, until) if _of_cases(connection, month) else of_municipalities(balances, until)
    return Neutrality(balances, guaranteed, until)


def balances_of(connection: sa.Connection, month: Month, ags: Ags) -> pl.DataFrame:
    """One municipality's saving and postings up to a run, draft or approved (schemas.guarantee.BALANCES)."""
    return _balances(_posted(connection, month, ags), _saved(connection, month, ags))


def _of_cases(connection: sa.Connection, month: Month) -> bool:
    """Whether the run's programme agrees on the guarantee of the case alone."""
    written = of_months(connection, {month}).get(month)
    return written is not None and _agrees_on_cases(written.programme)


@lru_cache(REMEMBERED)
def _agrees_on_cases(programme: str) -> bool:
    try:
        return bool(tomllib.loads(programme).get("savings", {}).get("guarantee") == "case")
    except tomllib.TOMLDecodeError:
        return False


def _balances(posted: pl.DataFrame, saved: pl.DataFrame) -> pl.DataFrame:
    """Saving and postings by municipality and service month (schemas.guarantee.BALANCES)."""
    posted = posted.filter(~pl.col("stands") | (pl.col("kind") == str(LineKind.START_UP)))
    of_kinds = posted.select(
        "ags",
        "service_month",
        saved_cents=pl.lit(0, pl.Int64),
        **{name: pl.when(pl.col("kind") == str(kind)).then("cents").otherwise(0) for name, kind in _KINDS.items()},
    )
    saved = saved.filter("eligible").select("ags", "service_month", "saved_cents")
    parts = pl.concat([of_kinds, saved.with_columns(pl.lit(0, pl.Int64).alias(name) for name in _KINDS)])
    sums = parts.group_by("ags", "service_month").agg(pl.col("saved_cents", *_KINDS).sum())
    return BALANCES.validate(sums.sort("ags", "service_month").select(frame_schema(BALANCES).keys()))


def _saved(connection: sa.Connection, month: Month, ags: Ags | None = None) -> pl.DataFrame:
    """The case months of a run, and those that an erasure took from it: `eligible`, saved_cents and saved_to_date_cents."""
    newest = read_case_months(connection, month, ags).select(ERASED_SAVINGS_COLUMNS)
    which = sa.and_(erased_savings.c.service_month <= month, _own(erased_savings.c.ags, ags))
    return pl.concat([newest, _erased(connection, which).select(newest.columns)])


def _own(column: sa.Column[str], ags: Ags | None) -> sa.ColumnElement[bool]:
    """One municipality's records, or all."""
    return sa.true() if ags is None else column == ags


def savings_of_erased_months(connection: sa.Connection) -> pl.DataFrame:
    """What erased case months saved, by municipality (standing.ERASED_SAVINGS)."""
    erased = _erased(connection, sa.true()).filter("eligible")
    sums = erased.group_by("ags", "service_month").agg(pl.col("saved_cents").sum())
    return ERASED_SAVINGS.validate(sums.sort("ags", "service_month").select(frame_schema(ERASED_SAVINGS).keys()))


def _erased(connection: sa.Connection, which: sa.ColumnElement[bool]) -> pl.DataFrame:
    """Erased case months; of those erased before their saving was kept, counted months alone tell of it."""
    query = sa.select(*(erased_savings.c[name] for name in ERASED_SAVINGS_COLUMNS)).where(which)
    found = read_frame(connection, query, {name: CASE_TYPES[name] for name in ERASED_SAVINGS_COLUMNS})
    # A month without eligible days tells no saving to date: what grew, grew since the one before it.
    to_date = pl.when("eligible").then("saved_to_date_cents").forward_fill().over(_CASE).fill_null(0)
    in_order = found.sort(*_CASE, "service_month").with_columns(to_date=to_date)
    grown = pl.col("to_date") - pl.col("to_date").shift(1).over(_CASE).fill_null(0)
    return in_order.with_columns(saved_cents=pl.coalesce("saved_cents", grown)).drop("to_date")


def _posted(connection: sa.Connection, month: Month, ags: Ags | None = None) -> pl.DataFrame:
    """Postings up to a run, its own draft and reversals included: line key, `cents`, and whether an opening balance `stands`."""
    known = sa.and_(runs.c.month <= month, sa.or_(runs.c.state == APPROVED, runs.c.month == month))
    kinds = [str(kind) for kind in _KINDS.values()]
    posted = lines_of(connection, sa.and_(known, lines.c.kind.in_(kinds), _own(lines.c.ags, ags)))
    opened = connection.scalar(sa.select(runs.c.month).where(runs.c.kind == OPENING)) or ""
    accepted = (
        sa.select(submissions.c.ags, submissions.c.month.label("service_month"))
        .distinct()
        .join(runs, runs.c.run_id == submissions.c.run_id)
        .where(known, submissions.c.state == str(ReturnState.ACCEPTED))
    )
    returns = read_frame(connection, accepted, {"ags": pl.String, "service_month": pl.String})
    told = pl.col("told").is_not_null()
    return posted.join(returns.with_columns(told=pl.lit(value=True)), on=["ags", "service_month"], how="left").select(
        *LINE_KEY, cents="delta_cents", stands=(pl.col("settled_in") == opened) & ~told
    )


def _to_date(posted: pl.DataFrame, saved: pl.DataFrame, until: str) -> pl.DataFrame:
    """The guarantee of cases (GUARANTEED): premiums to date, what was taken over included, beside the saving to date.

    Up to its first open month with eligible days a case may be charged nothing but what is posted in closed months.
    """
    months = [*_CASE, "service_month"]
    premiums = posted.filter(pl.col("kind") == str(LineKind.PREMIUM))
    own, taken = pl.when(~pl.col("stands")).then("cents"), pl.when("stands").then("cents")
    charged = (
        premiums.with_columns(own=own, taken=taken)
        .with_columns(taken=pl.when(pl.col("taken").sum().over(_CASE) > 0).then("taken"))
        .group_by(months)
        .agg(pl.col("own", "taken").sum())
    )
    if charged.is_empty():
        return empty(GUARANTEED)
    is_open = pl.col("service_month") > until
    known = pl.when(is_open).then("saved_to_date_cents").forward_fill().over(_CASE)
    in_open = pl.when(is_open).then("own").otherwise(0).cum_sum().over(_CASE)
    to_date = (pl.col("own") + pl.col("taken")).cum_sum().over(_CASE)
    eligible = saved.filter("eligible").select(*months, "saved_to_date_cents")
    return GUARANTEED.validate(
        charged.join(eligible, on=months, how="full", coalesce=True)
        .with_columns(pl.col("own", "taken").fill_null(0))
        .sort(months)
        .with_columns(known=known, in_open=in_open, to_date=to_date)
        .filter(is_open)
        .select(
            *months,
            charged_cents=pl.when(pl.col("known").is_null()).then("in_open").otherwise("to_date"),
            saved_cents=pl.col("known").fill_null(0),
        )
    )
