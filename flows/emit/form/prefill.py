"""What a form is prefilled with: open cases, positions and running placements of the last accepted return."""

from datetime import date, timedelta

import polars as pl

from schemas.forms import Form, Row
from schemas.identifiers import Ags
from schemas.intake import Known
from schemas.months import Month, first_day, last_day
from schemas.programme.programme import Programme
from schemas.returns import TABLES, ReturnKind, Table

# What does not change from month to month; everything else of a row is left for the sender.
_FIXED_BENEFIT = (
    "case_id",
    "birth_year",
    "sex",
    "status",
    "benefit_kind",
    "need_stage",
    "accommodation_cents",
    "state_grant",
)
_FIXED_PLACEMENT = (
    "case_id",
    "employer",
    "consent_on",
    "work_permit_on",
    "begin",
    "end",
    "insured",
    "weekly_hours_hundredths",
    "gross_cents",
)
_POSITION = ("position_id", "provider_kind", "workplace")
_FIXED_PARTICIPANT = ("case_id", "voluntary", "assigned_on")

Period = tuple[date, date]


def forms(known: Known, programme: Programme, month: Month, agh_law: pl.DataFrame) -> list[Form]:
    """One form per municipality that is a member in the month, in the order of the AGS.

    Prefilled from the municipality's newest accepted return before the month. Where one for the month itself is
    accepted already, the form is a Korrektur with all that was reported. `agh_law` is the AGH allowance table.
    """
    periods = _periods_of_one_rate(month, agh_law)
    made = []
    for ags, member in programme.present(month).items():
        months: list[Month] = known.returns.filter(pl.col("ags") == ags, pl.col("month") <= month)["month"].to_list()
        source = max(months, default=None)
        kind = ReturnKind.CORRECTION if source == month else ReturnKind.FIRST
        rows = {} if source is None else _rows(known, programme, ags=ags, source=source, month=month, periods=periods)
        made.append(Form(programme, member, month, kind, rows))
    return made


def _periods_of_one_rate(month: Month, agh_law: pl.DataFrame) -> list[Period]:
    """The month's days, parted where the hourly rate changes: a row of hours must not span the change (R04)."""
    law = agh_law.sort("valid_from")
    changes = law.filter(pl.col("rate_cents") != pl.col("rate_cents").shift())["valid_from"].to_list()
    first, last = first_day(month), last_day(month)
    begins = [first, *(day for day in changes if first < day <= last)]
    return list(zip(begins, [*(day - timedelta(days=1) for day in begins[1:]), last], strict=True))


def _rows(
    known: Known, programme: Programme, *, ags: Ags, source: Month, month: Month, periods: list[Period]
) -> dict[str, list[Row]]:
    used = programme.used_tables if source == month else programme.required_tables
    reported = {
        name: known.rows[name].filter(pl.col("ags") == ags, pl.col("month") == source).to_dicts() for name in used
    }
    if source == month:
        return {name: [_picked(row, TABLES[name]) for row in rows] for name, rows in reported.items()}
    placements = [row for row in reported.get("placements", ()) if row["end"] is None or row["end"] >= first_day(month)]
    placed = {row["case_id"] for row in placements}
    benefits = [row for row in reported.get("benefits", ()) if row["case_id"] in placed or _is_open(row, source)]
    prefilled = {
        "benefits": [_picked(row, TABLES["benefits"], _FIXED_BENEFIT) for row in benefits],
        "opportunities": _positions(reported.get("opportunities", []), periods),
        "placements": [_picked(row, TABLES["placements"], _FIXED_PLACEMENT) for row in placements],
    }
    return {name: rows for name, rows in prefilled.items() if name in used}


def _picked(row: Row, table: Table, names: tuple[str, ...] = ()) -> Row:
    """The named values of a row (or all); one that an empty cell means as well is left empty."""
    columns = [column for column in table.columns if not names or column.name in names]
    return {
        column.name: None if column.empty is not None and row[column.name] == column.empty else row[column.name]
        for column in columns
    }


def _is_open(row: Row, source: Month) -> bool:
    """Whether a case goes on after the month: its need did not end within it."""
    return row["entitled_to"] is None or row["entitled_to"] >= last_day(source)


def _positions(reported: list[Row], periods: list[Period]) -> list[Row]:
    """Every position with those who held it last; without a person where the participation ended or it was vacant."""
    last_days: dict[str, date] = {}
    for row in reported:
        last_days[row["position_id"]] = max(row["to_date"], last_days.get(row["position_id"], date.min))
    made: dict[tuple[str, str | None], list[Row]] = {}
    for row in reported:
        if row["to_date"] < last_days[row["position_id"]]:
            continue
        goes_on = row["case_id"] is not None and row["outcome"] is None
        names = _POSITION + _FIXED_PARTICIPANT if goes_on else _POSITION
        whole_month = [(periods[0][0], periods[-1][1])]
        made[row["position_id"], row["case_id"] if goes_on else None] = [
            {name: row[name] for name in names} | {"from_date": begin, "to_date": end}
            for begin, end in (periods if goes_on else whole_month)
        ]
    held = {position for position, case in made if case is not None}
    return [row for (position, case), rows in made.items() if case is not None or position not in held for row in rows]
