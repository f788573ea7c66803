"""Frames as files."""

from pathlib import Path

import polars as pl

from flows.durable import replacing
from schemas.findings import FINDINGS_COLUMNS


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """A frame as it is, in Parquet; the same frame gives the same bytes."""
    with replacing(path) as part:
        frame.write_parquet(part)


def write_findings(path: Path, findings: pl.DataFrame) -> None:
    """findings.csv (OUTPUTS section 6): UTF-8, comma, a row per finding in the order of the frame (findings.FINDINGS_MODEL)."""
    with replacing(path) as part:
        findings.select(no_formula(pl.col(FINDINGS_COLUMNS))).write_csv(part)


def no_formula(columns: pl.Expr) -> pl.Expr:
    """Text columns, with an apostrophe before what a spreadsheet would take for a formula; empty text is null.

    Some take it for one behind blanks, tabs and line breaks too.
    """
    formula = columns.str.contains(r"^\s*[=+\-@]")
    return pl.when(formula).then("'" + columns).when(columns != "").then(columns).name.keep()
