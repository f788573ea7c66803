"""How the municipalities report: returns on time, late, missing, held back, corrected, and what was found in them."""

from datetime import date

import polars as pl

from flows.compute.indicators.events import Events, Family, Group, together
from schemas.documents import ReturnState
from schemas.month_columns import last_days
from schemas.months import last_day
from schemas.programme.programme import Programme
from schemas.report import ReportBooks
from schemas.returns import ReturnKind

WOMEN = "w"


def contacts_by(mark: str) -> Family:
    """Counselling contacts by one of their marks."""
    return Family(Group.CONTACTS, mark)


def counselling_events(books: ReportBooks) -> Events:
    """Events of counselling contacts on the last day of their month, by each of their marks."""
    rows = books.rows["counselling"]
    marks = [(mark, pl.col(mark), pl.col("contacts")) for mark in ("service", "target_group", "partner")]
    women = pl.col("contacts_women")
    marks += [("sex", pl.lit(WOMEN), women), ("sex", pl.lit("other"), pl.col("contacts") - women)]
    found: dict[Family, list[pl.DataFrame]] = {contacts_by(mark): [] for mark, *_ in marks}
    for mark, leaf, count in marks:
        found[contacts_by(mark)].append(rows.select(leaf=leaf, day=last_days("month"), count=count))
    return {family: together(frames).filter(pl.col("count") > 0) for family, frames in found.items()}


def return_counts(books: ReportBooks, programme: Programme, first: date, last: date) -> dict[str, int]:
    """Indicator → number of returns, for the settled months that end in the period.

    A return is on time if the Datum der Meldung of the first one accepted lies on or before the due day of the
    following month; without that date, if it was settled with its own month.
    """
    months = [month for month in books.months if first <= last_day(month) <= last]
    received = books.received.filter(pl.col("month").is_in(months), pl.col("ags").is_in(list(programme.members)))
    accepted = received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    earliest = accepted.unique(["ags", "month"], keep="first", maintain_order=True)
    due = {month: programme.returns.due_date(month) for month in months}
    dated = earliest.with_columns(due=pl.col("month").replace_strict(due, return_dtype=pl.Date, default=None))
    with_its_month = pl.col("settled_in") == pl.col("month")
    on_time = dated.filter((pl.col("reported_on") <= pl.col("due")).fill_null(with_its_month)).height
    expected = sum(len(programme.present(month)) for month in months)
    held_back = books.received.filter(
        pl.col("state") == str(ReturnState.HELD_BACK), pl.coalesce("month", "settled_in").is_in(months)
    )
    corrected = accepted.filter(pl.col("return_kind") == str(ReturnKind.CORRECTION)).unique(["ags", "month"])
    return {
        "returns_expected": expected,
        "returns_on_time": on_time,
        "returns_late": earliest.height - on_time,
        "returns_missing": expected - earliest.height,
        "returns_held_back": held_back.height,
        "returns_corrected": corrected.height,
    }


def finding_counts(books: ReportBooks, first: date, last: date) -> dict[str, int]:
    """Code → number of findings, of the settlements of the months that end in the period."""
    months = [month for month in books.months if first <= last_day(month) <= last]
    found = books.findings.filter(pl.col("settled_in").is_in(months))
    return dict(found.group_by("code").len().sort("code").iter_rows())
