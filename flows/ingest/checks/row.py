"""Checks that need no more than one row (and the law and the programme)."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from flows.ingest.checks.context import Context, Problem, Row, hours, rows
from schemas.law import NO_EXPENSES
from schemas.money import euros
from schemas.months import german_date, german_month, month_of

# Dates that must not be out of order, per table: the first must not lie after the second.
ORDERED_DATES = (
    ("benefits", "entitled_from", "entitled_to"),
    ("opportunities", "from_date", "to_date"),
    ("placements", "begin", "end"),
    ("participations", "proposed_on", "decided_on"),
    ("participations", "proposed_on", "left_on"),
    ("participations", "profiled_on", "left_on"),
    ("participations", "planned_on", "left_on"),
    ("participations", "decided_on", "left_on"),
)
# Dates that must lie inside the reported month.
DATES_IN_MONTH = (
    ("benefits", "entitled_from"),
    ("benefits", "entitled_to"),
    ("opportunities", "from_date"),
    ("opportunities", "to_date"),
)
# A part must not be larger than its whole.
PARTS = (("needs", "places_filled", "places_reported"), ("counselling", "contacts_women", "contacts"))

MONTH_FIRST = pl.col("month").str.to_date("%Y-%m", strict=False)
MONTH_LAST = MONTH_FIRST.dt.month_end()


def dates_in_order(context: Context) -> Iterator[Problem]:
    """R05: dates contradict each other."""
    for table, first, second in ORDERED_DATES:
        columns = context.programme.tables[table]
        for row in rows(context.frames[table].filter(pl.col(first) > pl.col(second))):
            yield context.row_finding(
                "R05/order",
                table,
                row,
                first,
                first=columns.column(first).heading,
                first_value=german_date(row[first]),
                second=columns.column(second).heading,
                second_value=german_date(row[second]),
            )


def dates_in_month(context: Context) -> Iterator[Problem]:
    """R05: a date lies outside the reported month, or an employment does not touch it."""
    for table, column in DATES_IN_MONTH:
        for row in rows(context.frames[table].filter(~pl.col(column).is_between(MONTH_FIRST, MONTH_LAST))):
            yield context.row_finding("R05/month", table, row, column, month=german_month(row["month"]))
    in_order = pl.col("end").is_null() | (pl.col("begin") <= pl.col("end"))
    outside = (pl.col("begin") > MONTH_LAST) | (pl.col("end") < MONTH_FIRST)
    for row in rows(context.frames["placements"].filter(in_order, outside)):
        begin, end = german_date(row["begin"]), row["end"]
        column = "begin" if month_of(row["begin"]) > row["month"] else "end"
        yield context.row_finding(
            "R05/overlap",
            "placements",
            row,
            column,
            month=german_month(row["month"]),
            employment=f"vom {begin} bis {german_date(end)}" if end else f"ab dem {begin}",
        )


def parts_of_wholes(context: Context) -> Iterator[Problem]:
    """R08: a sum is smaller than its part."""
    for table, part, whole in PARTS:
        columns = context.programme.tables[table]
        for row in rows(context.frames[table].filter(pl.col(part) > pl.col(whole))):
            yield context.row_finding(
                "R08",
                table,
                row,
                part,
                part=columns.column(part).heading,
                part_value=row[part],
                whole=columns.column(whole).heading,
                whole_value=row[whole],
            )


def birth_year_in_range(context: Context) -> Iterator[Problem]:
    """C05: a birth year after the reported year."""
    for row in rows(context.frames["benefits"].filter(pl.col("birth_year") > MONTH_FIRST.dt.year())):
        lowest = context.programme.tables["benefits"].column("birth_year").low
        yield context.row_finding(
            "C05/range", "benefits", row, "birth_year", expected=f"{lowest} bis {row['month'][:4]}"
        )


def vacant_positions(context: Context) -> Iterator[Problem]:
    """R09: a vacant position with hours or expenses."""
    vacant = context.readable("opportunities", "case_id").filter(pl.col("case_id").is_null())
    for column, what in (("hours_hundredths", "Stunden"), ("expense_cents", "Mehraufwand")):
        for row in rows(vacant.filter(pl.col(column) > 0)):
            yield context.row_finding("R09", "opportunities", row, column, position=row["position_id"], what=what)


def rate_changes(context: Context) -> Iterator[Problem]:
    """R04: Von–Bis spans a change of the hourly rate."""
    law = context.agh_law.sort("valid_from")
    changes = law.filter(pl.col("rate_cents") != pl.col("rate_cents").shift())["valid_from"].to_list()
    filled = context.frames["opportunities"].filter(pl.col("case_id").is_not_null())
    for change in changes:
        spans = filled.filter(pl.col("from_date") < change, pl.col("to_date") >= change)
        for row in rows(spans):
            yield context.row_finding(
                "R04", "opportunities", row, "from_date", period=period(row), change=german_date(change)
            )


def expenses_before_the_law(context: Context) -> Iterator[Problem]:
    """C05: proven expenses before the Act knew them (2016-08-06)."""
    since = _first_day(context, ~pl.col("higher_costs_rule").str.contains(NO_EXPENSES))
    early = pl.col("expense_cents") > 0, pl.col("from_date") < since, pl.col("case_id").is_not_null()
    for row in rows(context.frames["opportunities"].filter(*early)):
        yield context.row_finding("C05/expense", "opportunities", row, "expense_cents", since=german_date(since))


def analogous_before_the_law(context: Context) -> Iterator[Problem]:
    """W08: AGH of an Analogleistung case before § 5 AsylbLG bound it (2016-08-06)."""
    since = _first_day(context, pl.col("applies_to_analog_2") == "yes")
    analogous = context.frames["benefits"].filter(pl.col("benefit_kind") == "Analogleistung")
    early = context.frames["opportunities"].filter(pl.col("from_date") < since)
    for row in rows(early.join(analogous, on=["file_sha256", "case_id"], how="semi")):
        yield context.row_finding("W08", "opportunities", row, "case_id", case=row["case_id"], since=german_date(since))


def _first_day(context: Context, holds: pl.Expr) -> date:
    days: list[date] = context.agh_law.filter(holds)["valid_from"].to_list()
    return min(days, default=date.max)


def weekly_hours(context: Context) -> Iterator[Problem]:
    """W07: average weekly hours (hours ÷ days from Von to Bis × 7) over the programme's weekly cap."""
    if context.programme.allowance is None:
        return
    cap = context.programme.allowance.max_hours_per_week_hundredths
    days = (pl.col("to_date") - pl.col("from_date")).dt.total_days() + 1
    over = (
        context.frames["opportunities"]
        .with_columns(days=days)
        .filter(
            pl.col("case_id").is_not_null(), pl.col("days") > 0, pl.col("hours_hundredths") * 7 > cap * pl.col("days")
        )
    )
    for row in rows(over):
        average = -(-row["hours_hundredths"] * 7 // row["days"])  # rounded up: never shown as the cap itself
        words = {"case": row["case_id"], "period": period(row), "hours": hours(average)}
        yield context.row_finding("W07", "opportunities", row, "hours_hundredths", limit=hours(cap), **words)


def assignment_dates(context: Context) -> Iterator[Problem]:
    """W12: obligatory AGH without an assignment date."""
    obligatory = context.frames["opportunities"].filter(
        ~pl.col("voluntary"), pl.col("assigned_on").is_null(), pl.col("case_id").is_not_null()
    )
    for row in rows(obligatory):
        yield context.row_finding("W12", "opportunities", row, "assigned_on", case=row["case_id"])


def wages(context: Context) -> Iterator[Problem]:
    """R06: net wage above gross wage."""
    gross = pl.coalesce("gross_month_cents", "gross_cents")
    over = context.frames["placements"].with_columns(gross=gross).filter(pl.col("net_cents") > pl.col("gross"))
    for row in rows(over):
        words = {"net": euros(row["net_cents"]), "gross": euros(row["gross"])}
        which = "R06/contract" if row["gross_month_cents"] is None else "R06/month"
        yield context.row_finding(which, "placements", row, "net_cents", **words)


def consents(context: Context) -> Iterator[Problem]:
    """W05: consent dated after the placement's begin."""
    for row in rows(context.frames["placements"].filter(pl.col("consent_on") > pl.col("begin"))):
        words = {"consent": german_date(row["consent_on"]), "begin": german_date(row["begin"])}
        yield context.row_finding("W05", "placements", row, "consent_on", **words)


def period(row: Row) -> str:
    """Von and Bis of an AGH row in words."""
    return f"{german_date(row['from_date'])} bis {german_date(row['to_date'])}"


ROW_CHECKS = (
    dates_in_order,
    dates_in_month,
    parts_of_wholes,
    birth_year_in_range,
    vacant_positions,
    rate_changes,
    expenses_before_the_law,
    analogous_before_the_law,
    weekly_hours,
    assignment_dates,
    wages,
    consents,
)
