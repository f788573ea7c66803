"""Checks across the rows and sheets of one return: double keys, sums, cases that belong together."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from flows.ingest.checks.context import Context, Problem, hours, rows, spoken
from flows.ingest.checks.row import period
from flows.ingest.read import ReadReturn
from schemas.findings import finding
from schemas.months import german_date
from schemas.returns import CONTROL_TOTALS, COVER
from schemas.spelling import enumerated

MOST_NAMED = 20  # rows of one key
_CASE = ["file_sha256", "case_id"]
_FOREVER = date.max


def double_keys(context: Context) -> Iterator[Problem]:
    """R01: the key stands twice in the sheet; every row after the first is named. Vacant positions have a key too."""
    for name, table in context.programme.tables.items():
        parts = [table.column(key) for key in table.key]
        group = ["file_sha256", *(f"_{column.name}" for column in parts)]
        filled = [pl.col(column.name).is_not_null() for column in parts if column.required]
        keyed = (
            context.readable(name, *table.key)
            .filter(*filled)
            .with_columns(
                pl.col(column.name).str.to_lowercase().alias(f"_{column.name}")
                if column.dtype == pl.String
                else pl.col(column.name).alias(f"_{column.name}")
                for column in parts
            )
        )
        keyed = keyed.with_columns(
            _rows=pl.col("row").head(MOST_NAMED).implode().over(group, mapping_strategy="join"),
            _nth=pl.int_range(pl.len()).over(group),
            _count=pl.len().over(group),
        )
        for row in rows(keyed.filter(pl.col("_nth") > 0)):
            said = [(column.heading, spoken(row[column.name], column.kind)) for column in parts]
            key = ", ".join(f"{heading} {value}" if value else f"ohne {heading}" for heading, value in said)
            more = [f"{row['_count'] - MOST_NAMED} weitere"] if row["_count"] > MOST_NAMED else []
            numbers = enumerated([*map(str, row["_rows"]), *more])
            yield context.row_finding("R01", name, row, table.key[0], key=key, rows=numbers)


def placements_have_benefits(context: Context) -> Iterator[Problem]:
    """R02: a placement's case has no row in Leistungen of the same return; not where a case there is unreadable."""
    with_sheet = [
        sha
        for sha, entry in context.returns.items()
        if "benefits" in entry.tables and "case_id" not in entry.tables["benefits"].unreadable
    ]
    placements = context.frames["placements"].filter(
        pl.col("case_id").is_not_null(), pl.col("file_sha256").is_in(with_sheet)
    )
    for row in rows(placements.join(context.frames["benefits"], on=["file_sha256", "case_id"], how="anti")):
        yield context.row_finding("R02", "placements", row, "case_id", case=row["case_id"])


def monthly_hours(context: Context) -> Iterator[Problem]:
    """R03: a case's hours in the month are over the programme's cap; the row that passes it is named."""
    allowance = context.programme.allowance
    if allowance is None:
        return
    cap, group = allowance.max_hours_per_month_hundredths, ["file_sha256", "case_id"]
    summed = (
        context.frames["opportunities"]
        .filter(pl.col("case_id").is_not_null())
        .with_columns(
            _sum=pl.col("hours_hundredths").sum().over(group),
            _so_far=pl.col("hours_hundredths").fill_null(0).cum_sum().over(group),
        )
    )
    over = summed.filter(pl.col("_sum") > cap, pl.col("_so_far") > cap).unique(group, keep="first", maintain_order=True)
    for row in rows(over):
        words = {"case": row["case_id"], "hours": hours(row["_sum"]), "limit": hours(cap)}
        sha, found = context.row_finding("R03", "opportunities", row, "hours_hundredths", **words)
        yield Problem(sha, found._replace(severity=allowance.hours_over_cap))


def hours_beside_employment(context: Context) -> Iterator[Problem]:
    """W01: AGH hours in a period of social-insurance-liable employment."""
    worked = context.frames["opportunities"].filter(pl.col("hours_hundredths") > 0, pl.col("to_date").is_not_null())
    beside = (
        worked.with_row_index("_nth")
        .sort("to_date")
        .join_asof(
            _latest_employment(context.frames["placements"].filter("insured")),
            left_on="to_date",
            right_on="begin",
            by=_CASE,
            coalesce=False,
            check_sortedness=False,
        )
        .filter(pl.col("_until") >= pl.col("from_date"))
        .sort("_nth")
    )
    for row in rows(beside.with_columns(begin="_begin")):
        words = {"case": row["case_id"], "period": period(row), "begin": german_date(row["begin"])}
        yield context.row_finding("W01", "opportunities", row, "hours_hundredths", **words)


def _latest_employment(placements: pl.DataFrame) -> pl.DataFrame:
    """For each begin of an employment the one that lasts longest among those of the case begun by then.

    One row a placement: rows beside each other, all with all of a case, would be too many to hold.
    """
    until = pl.col("end").fill_null(_FOREVER)
    return (
        placements.filter(pl.col("begin").is_not_null())
        .select(*_CASE, "begin", _end=until)
        .sort("begin")
        .with_columns(_until=pl.col("_end").cum_max().over(_CASE))
        .with_columns(_begin=pl.when(pl.col("_end") == pl.col("_until")).then("begin").forward_fill().over(_CASE))
    )


def control_totals(context: Context) -> Iterator[Problem]:
    """R10: a control total on the cover differs from its sheet; not where a cell of the column is unreadable."""
    for entry in context.returns.values():
        for label, (table, column) in CONTROL_TOTALS.items():
            read, stated = entry.tables.get(table), entry.cover.values.get(label)
            if read is None or stated is None or table not in context.programme.required_tables:
                continue
            if column is None:
                found = len(read.rows)
            elif column in read.unreadable or column not in read.letters:
                continue
            else:
                found = sum(int(str(value)) for value in read.values[column] if value is not None)
            if found != stated:
                yield _control_problem(entry, label, context.programme.tables[table].sheet, int(str(stated)), found)


def _control_problem(entry: ReadReturn, label: str, sheet: str, stated: int, found: int) -> Problem:
    column = next(column for column in COVER if column.name == label)
    figure = spoken(stated, column.kind)
    message = finding(
        "R10", file=entry.file, sheet=sheet, label=column.heading, stated=figure, found=spoken(found, column.kind)
    )  # the sentence names the totalled sheet, the finding stands on the cover
    cover = entry.cover
    found_at = message._replace(sheet=cover.sheet, cell=cover.cells[label], column=column.heading, value=figure)
    return Problem(entry.sha256, found_at)


SHEET_CHECKS = (double_keys, placements_have_benefits, monthly_hours, hours_beside_employment, control_totals)
