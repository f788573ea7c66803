"""Files that appear whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from schemas.findings import FINDINGS_COLUMNS


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside the file to write to; it takes the file's place only when the block ends well.

    Folders are made where they are missing. After an error the earlier file stands untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """A frame as it is, in Parquet; the same frame gives the same bytes."""
    with replacing(path) as part:
        frame.write_parquet(part)


def write_findings(path: Path, findings: pl.DataFrame) -> None:
    """findings.csv (OUTPUTS section 6): UTF-8, comma, a row per finding in the order of the frame (findings.FINDINGS_MODEL)."""
    with replacing(path) as part:
        findings.select(no_formula(pl.col(FINDINGS_COLUMNS))).write_csv(part)


def no_formula(columns: pl.Expr) -> pl.Expr:
    """Text columns, with an apostrophe before what a spreadsheet would take for a formula; empty text is null."""
    formula = columns.str.contains(r"^[=+\-@]")
    return pl.when(formula).then("'" + columns).when(columns != "").then(columns).name.keep()
