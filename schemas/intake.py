"""What intake gets from the ledger and gives back: known returns in, submissions, rows and findings out."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from schemas.documents import ReturnState
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.returns import TABLES, empty_frame


@dataclass(frozen=True)
class Submission:
    """One received file and what became of it.

    `layout` maps table → (sheet name, column name → letters), so that every figure finds its cell again.
    """

    file: str
    path: str
    sha256: str
    state: ReturnState
    ags: Ags | None = None
    month: Month | None = None
    return_kind: str | None = None
    reported_on: date | None = None
    confirmed_by: str | None = None
    layout: dict[str, tuple[str, dict[str, str]]] | None = None


@dataclass(frozen=True)
class Known:
    """What approved runs accepted before: the `returns` that hold (ags, month, file_sha256, file), and their rows.

    `files` are all that were ever accepted, those that a Korrektur replaced since too: SHA-256 → name.
    `seal` is the digest of the run sealed last: as long as there is no newer one, this is all there is to know.
    """

    last_approved: Month | None
    returns: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    files: dict[str, str]
    seal: str = ""

    def holding(self, ags: Ags, month: Month) -> dict[str, object] | None:
        """The approved return that holds for a municipality and month, if there is one."""
        return self._by_return.get((ags, month))

    @cached_property
    def _by_return(self) -> dict[tuple[Ags, Month], dict[str, object]]:
        """Sorted once: to look through all for each return of an intake would take long."""
        return {(row["ags"], row["month"]): row for row in reversed(self.returns.rows(named=True))}


@dataclass(frozen=True)
class Intake:
    """The outcome of taking in a month's folder: accepted rows of all municipalities together, and all findings."""

    submissions: list[Submission]
    rows: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    held_back: tuple[str, ...] = ()  # files held back


KNOWN_RETURNS = {"ags": pl.String, "month": pl.String, "file_sha256": pl.String, "file": pl.String}
NOTHING_KNOWN = Known(
    None, pl.DataFrame(schema=KNOWN_RETURNS), {name: empty_frame(table) for name, table in TABLES.items()}, {}
)
