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
    """Indicator → number of returns, for the settled months that end in the period."""
    months = [month for month in books.months if first <= last_day(month) <= last]
    received = books.received.filter(pl.col("month").is_in(months), pl.col("ags").is_in(list(programme.members)))
    accepted = received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    earliest = first_accepted(received, programme)
    on_time = int(earliest["on_time"].sum())
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


def first_accepted(received: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """The first accepted return of every municipality and month, with whether it came `on_time`.

    `received`: report.BOOKS_RECEIVED. On time is a return whose Datum der Meldung lies on or before the due day of the
    following month; one without that date, if it was settled with its own month.
    """
    accepted = received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    earliest = accepted.unique(["ags", "month"], keep="first", maintain_order=True)
    due = pl.Series("due", [programme.returns.due_date(month) for month in earliest["month"]], pl.Date)
    with_its_month = pl.col("settled_in") == pl.col("month")
    return earliest.with_columns(on_time=(pl.col("reported_on") <= due).fill_null(with_its_month))


def finding_counts(books: ReportBooks, first: date, last: date) -> dict[str, int]:
    """Code → number of findings, of the settlements of the months that end in the period."""
    months = [month for month in books.months if first <= last_day(month) <= last]
    found = books.findings.filter(pl.col("settled_in").is_in(months))
    return dict(found.group_by("code").len().sort("code").iter_rows())
