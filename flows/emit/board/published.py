"""The register of everything that board reports ever showed, so that later ones reveal nothing together with it."""

from pathlib import Path

import polars as pl

from flows.emit.files import write_parquet
from schemas.indicators import INDICATOR_ROWS
from schemas.results import frame_schema

_FILE = "published.parquet"  # beside the ledger; a report that was overwritten or deleted stays known


def published(folder: Path) -> pl.DataFrame:
    """All rows (indicators.INDICATOR_ROWS, some of them in several versions) that reports of the programme showed."""
    path = folder / _FILE
    if not path.exists():
        return pl.DataFrame(schema=frame_schema(INDICATOR_ROWS))
    return pl.read_parquet(path)


def with_published(folder: Path, earlier: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add a report's rows to the register, before anyone can read the report; the register, which only grows."""
    register = pl.concat([earlier, rows]).unique(maintain_order=True)
    write_parquet(folder / _FILE, register)
    return register


def readable(folder: Path) -> pl.DataFrame | None:
    """The register; None where it cannot be read."""
    try:
        return published(folder)
    except (pl.exceptions.PolarsError, OSError):
        return None
