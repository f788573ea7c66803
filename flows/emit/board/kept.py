"""The figures of a report as they were published (`indicators.parquet`), and the report again from them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl

from flows.durable import replacing
from schemas.board import KeptReport
from schemas.indicators import FIGURES, indicator_rows
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year
from schemas.refusal import Refusal
from schemas.report import BOARD, Report, named_period
from schemas.results import frame_schema

_FILE = re.compile(r"indicators(?P<preliminary>-vorlaeufig)?(?:-(?P<audience>kreis|[0-9]{8}))?\.parquet")
_STATE, _EDITED, _SEALED, _SEAL = "data_state", "edited_on", "sealed_month", "seal"  # kept beside the rows


def write_indicators(path: Path, report: Report) -> None:
    """indicators.parquet, with what its readers need to know of the report; the same report gives the same bytes."""
    told = {
        _STATE: report.data_state,
        _EDITED: report.edited_on.isoformat(),
        _SEALED: report.sealed_month or "",
        _SEAL: report.seal or "",
    }
    with replacing(path) as part:
        indicator_rows(report.indicators).write_parquet(part, metadata=told)


def kept_reports(folder: Path) -> Iterator[KeptReport]:
    """Every report that lies in a programme's outputs whole: with figures, workbook and PDF."""
    for path in folder.glob("*/indicators*.parquet"):
        match = _FILE.fullmatch(path.name)
        try:
            period = named_period(path.parent.name)
        except Refusal:  # a folder of something else
            continue
        if match is not None and period.name == path.parent.name:
            yield KeptReport(period, match["preliminary"] is not None, match["audience"] or BOARD)


def read_report(folder: Path, kept: KeptReport, programme: Programme) -> Report:
    """A report from the figures that were published with it; `folder`: the programme's outputs.

    A value is the shortest decimal that its floating-point number is read from: amounts and hours come back exactly,
    and no share that is written with one decimal falls on the other side of a half.
    """
    year = programme_year(programme, kept.period.last)
    report = Report(
        programme=programme,
        period=kept.period,
        year_from=year.first,
        year_to=year.last,
        year_number=year.number,
        data_state="",
        edited_on=kept.period.last,
        preliminary=kept.preliminary,
        audience=kept.audience,
        indicators=pl.DataFrame(schema=frame_schema(FIGURES)),
    )
    path = folder / kept.period.name / report.indicators_file
    told = pl.read_parquet_metadata(path)
    return replace(
        report,
        data_state=told.get(_STATE, ""),
        edited_on=date.fromisoformat(told[_EDITED]) if _EDITED in told else kept.period.last,
        sealed_month=Month(told[_SEALED]) if told.get(_SEALED) else None,
        seal=told.get(_SEAL) or None,
        indicators=_figures(pl.read_parquet(path)),
    )


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    exact = [None if value is None else Fraction(Decimal(repr(value))) for value in rows["value"]]
    parts = {
        "numerator": [value if value is None else value.numerator for value in exact],
        "denominator": [value if value is None else value.denominator for value in exact],
    }
    columns = [pl.Series(name, values, dtype=pl.Int64) for name, values in parts.items()]
    return FIGURES.validate(rows.with_columns(columns).select(FIGURES.columns.keys()))
