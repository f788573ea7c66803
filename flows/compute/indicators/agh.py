"""Work opportunities: who took part, what became of them, what it cost, and which places are filled."""

from datetime import date

import polars as pl

from flows.compute.indicators.events import AMOUNTS, Events, Family, Group, Purse, amounts, events
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.report import ReportBooks
from schemas.results import LINE_KEY, LineKind
from schemas.returns import NO, YES

EMPLOYED, NOT_EMPLOYED = "employed", "not_employed"
BY_KIND, BY_WILL = "kind", "voluntary"  # of participants
CERTIFICATES, ENDED = Family(Group.CERTIFICATES, "all"), Family(Group.OUTCOMES, "outcome")
LEFT = Family(Group.AGH_AFTER, "employed")
_EMPLOYMENT = "Beschäftigung"  # of the list Verbleib
_FOLLOWED = "6mo"


def agh_events(books: ReportBooks, programme: Programme) -> Events:
    """Events of participants, certificates, outcomes and the way into employment.

    A participant is counted on the first AGH day of each programme year, by provider kind and will of that day's row.
    """
    rows = _filled(books)
    if rows.is_empty():
        return {}
    years = {day: programme_year(programme, day).first for day in rows["from_date"].unique()}
    year = pl.col("from_date").replace_strict(years, return_dtype=pl.Date)
    in_year = _first_rows(rows.with_columns(year=year), "year")
    certified = rows.unique(["ags", "case_id", "position_id", "certified_on"])
    ended = rows.filter(pl.col("outcome").is_not_null()).unique(["ags", "case_id", "position_id", "to_date"])
    left = _left(rows, books)
    return _divided(in_year, "from_date") | {
        CERTIFICATES: events(certified, "certified_on"),
        ENDED: events(ended, "to_date", pl.col("outcome")),
        LEFT: events(left, "observed_on", pl.col("leaf")),
    }


def agh_period_events(books: ReportBooks, first: date, last: date) -> Events:
    """Participants of a period, each once on its last day, by provider kind and will of their first row in it."""
    rows = _filled(books).filter(pl.col("from_date") <= last, pl.col("to_date") >= first)
    found = _first_rows(rows.with_columns(day=pl.lit(last))).with_columns(pl.col("day").cast(pl.Date))
    return _divided(found, "day", (first, last))


def participants(mark: str, period: tuple[date, date] | None = None) -> Family:
    """Participants by provider kind or will: of a period, or of the programme year on their first day in it."""
    return Family(Group.AGH, mark, period=period)


def _divided(rows: pl.DataFrame, day: str, period: tuple[date, date] | None = None) -> Events:
    will = pl.when("voluntary").then(pl.lit(YES)).otherwise(pl.lit(NO))
    return {
        participants(BY_KIND, period): events(rows, day, pl.col("provider_kind")),
        participants(BY_WILL, period): events(rows, day, will),
    }


def _filled(books: ReportBooks) -> pl.DataFrame:
    return books.rows["opportunities"].filter(pl.col("case_id").is_not_null())


def _first_rows(rows: pl.DataFrame, *within: str) -> pl.DataFrame:
    """Each person's first row (within each value of a column)."""
    order = ["from_date", "position_id", "to_date"]
    return rows.sort(order).unique(["ags", "case_id", *within], keep="first", maintain_order=True)


def _left(rows: pl.DataFrame, books: ReportBooks) -> pl.DataFrame:
    """Each person's last AGH day, six months later, and whether insured employment followed in between."""
    last = rows.sort("to_date", "from_date").group_by("ags", "case_id", maintain_order=True).last()
    last = last.with_columns(observed_on=pl.col("to_date").dt.offset_by(_FOLLOWED))
    employments = (
        books.rows["placements"]
        .filter("insured")
        .group_by("ags", "case_id", "begin")
        .agg(end=pl.col("end").sort_by("month").last())
    )
    followed = (
        last.join(employments, on=["ags", "case_id"])
        .filter(pl.col("begin") <= pl.col("observed_on"), (pl.col("end") > pl.col("to_date")).fill_null(True))
        .select("ags", "case_id")
        .unique()
        .with_columns(placed=True)
    )
    employed = pl.col("placed").fill_null(False) | (pl.col("outcome") == _EMPLOYMENT).fill_null(False)
    return last.join(followed, on=["ags", "case_id"], how="left").with_columns(
        leaf=pl.when(employed).then(pl.lit(EMPLOYED)).otherwise(pl.lit(NOT_EMPLOYED))
    )


def agh_amounts(books: ReportBooks) -> pl.DataFrame:
    """Amounts (AMOUNTS) of hours and cost by provider kind, from the newest posting of each line."""
    latest = books.lines.unique(list(LINE_KEY), keep="last", maintain_order=True)
    lines = latest.filter(pl.col("kind").is_in([str(LineKind.ALLOWANCE), str(LineKind.EXPENSE)]))
    if lines.is_empty():
        return pl.DataFrame(schema=AMOUNTS)
    hours = lines.filter(pl.col("kind") == str(LineKind.ALLOWANCE)).with_columns(
        hundredths=(pl.col("quantity") * 100).cast(pl.Int64)
    )
    kind = pl.col("provider_kind")
    return pl.concat(
        [
            amounts(Purse.AGH_HOURS, hours.filter(pl.col("hundredths") != 0), "hundredths", kind),
            amounts(Purse.AGH_COST, lines.filter(pl.col("cost_cents") != 0), "cost_cents", kind),
        ]
    )


def positions_on(books: ReportBooks, day: date) -> pl.DataFrame:
    """Positions filled on a day: `ags`, `position_id`, `provider_kind`."""
    rows = _filled(books).filter(pl.lit(day).is_between("from_date", "to_date"))
    return rows.sort("ags", "position_id").unique(["ags", "position_id"], keep="first", maintain_order=True)


def needs_in(books: ReportBooks, month: Month) -> pl.DataFrame:
    """Reported and filled places as they stood in a month: each municipality's newest rows up to it."""
    rows = books.rows["needs"].filter(pl.col("month") <= month)
    return rows.filter(pl.col("month") == pl.col("month").max().over("ags"))
