"""All read returns together, as the checks see them: frames with origin, and the way back to the cell."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from flows.ingest.read import ReadReturn
from schemas.findings import Finding, finding
from schemas.identifiers import Ags
from schemas.intake import Known
from schemas.money import euros
from schemas.months import Month, german_date
from schemas.programme.programme import Programme
from schemas.results import parted
from schemas.returns import Table, frame_columns

Row = dict[str, Any]


class Problem(NamedTuple):
    """A finding of a check, and the return it belongs to."""

    file_sha256: str
    finding: Finding


@dataclass(frozen=True)
class Context:
    """Everything a check may look at.

    `returns`: by SHA-256, in the order of acceptance. `frames`: table → rows of all returns read (origin
    columns first; ags and month null where the cover does not tell them). `agh_law`: the rows of the AGH
    allowance table with their spans. `held_back`: returns that are known by now to have an error.
    """

    programme: Programme
    returns: dict[str, ReadReturn]
    frames: dict[str, pl.DataFrame]
    agh_law: pl.DataFrame
    known: Known
    held_back: frozenset[str] = frozenset()

    def row_finding(self, variant: str, table: str, row: Row, column: str, **words: Any) -> Problem:
        """A finding at the cell of a row's column."""
        sha = row["file_sha256"]
        origin, described = self.returns[sha], self.programme.tables[table].column(column)
        found = finding(
            variant,
            file=origin.file,
            sheet=row["sheet"],
            cell=origin.tables[table].cell(column, row["row"]),
            column=described.title,
            value=spoken(row[column], described.kind),
            **words,
        )
        return Problem(sha, found)

    def readable(self, table: str, *columns: str) -> pl.DataFrame:
        """The rows of a table in which none of these cells is unreadable; an empty cell is readable."""
        broken = [
            (sha, row)
            for sha, entry in self.returns.items()
            for column in columns
            for row in (entry.tables[table].unreadable.get(column, ()) if table in entry.tables else ())
        ]
        schema = {"file_sha256": pl.String, "row": pl.Int64}
        return self.frames[table].join(pl.DataFrame(broken, schema=schema, orient="row"), on=list(schema), how="anti")

    def predecessor(self, sha: str, held_back: Collection[str]) -> ReadReturn | None:
        """The accepted return of this intake that a return replaces: the last one before it of its month."""
        found = None
        for other in self._of_one_month[self.returns[sha].identity]:
            if other == sha:
                return found
            if other not in held_back:
                found = self.returns[other]
        return found

    def rows_of(self, table: str, sha: str) -> pl.DataFrame:
        """The rows of a Korrektur, or of another return of its month."""
        return self._of_corrected[table](sha)

    def approved_rows(self, table: str, ags: Ags | None, month: Month | None) -> pl.DataFrame:
        """The rows of the approved return that a Korrektur of this intake may replace."""
        return self._approved[table](ags, month)

    @cached_property
    def _of_corrected(self) -> dict[str, Callable[..., pl.DataFrame]]:
        files = [sha for identity in self._corrected for sha in self._of_one_month[identity]]
        return {
            name: parted(frame.filter(pl.col("file_sha256").is_in(files)), "file_sha256")
            for name, frame in self.frames.items()
        }

    @cached_property
    def _approved(self) -> dict[str, Callable[..., pl.DataFrame]]:
        corrected = pl.DataFrame(list(self._corrected), schema={"ags": pl.String, "month": pl.String}, orient="row")
        return {
            name: parted(frame.join(corrected, on=["ags", "month"], how="semi", maintain_order="left"), "ags", "month")
            for name, frame in self.known.rows.items()
        }

    @cached_property
    def _corrected(self) -> dict[tuple[Ags | None, Month | None], None]:
        """Municipalities and months of which this intake has a Korrektur."""
        return dict.fromkeys(entry.identity for entry in self.returns.values() if entry.is_correction)

    @cached_property
    def _of_one_month(self) -> dict[tuple[Ags | None, Month | None], list[str]]:
        """Municipality and month → their returns, in the order of acceptance."""
        found: defaultdict[tuple[Ags | None, Month | None], list[str]] = defaultdict(list)
        for sha, entry in self.returns.items():
            found[entry.identity].append(sha)
        return found

    def holding(self, table: str) -> pl.DataFrame:
        """The rows that hold when this intake is accepted: for each municipality and month the last return's."""
        last = {entry.identity: sha for sha, entry in self.returns.items() if sha not in self.held_back}
        replaced = pl.DataFrame(list(last), schema={"ags": pl.String, "month": pl.String}, orient="row")
        return pl.concat(
            [
                self.known.rows[table].join(replaced, on=["ags", "month"], how="anti"),
                self.frames[table].filter(pl.col("file_sha256").is_in(list(last.values()))),
            ],
            how="diagonal",
        )


def rows(frame: pl.DataFrame) -> Iterator[Row]:
    """The rows of a frame that a check picked out (few, so one by one)."""
    return frame.iter_rows(named=True)


def spoken(value: Any, kind: str) -> str:
    """A parsed value as its sender would write it."""
    if value is None:
        return ""
    if kind == "money":
        return euros(value)
    if kind == "hours":
        return hours(value)
    if kind == "date":
        return german_date(value)
    return str(value)


def hours(hundredths: int) -> str:
    """Hours as a German reader writes them.

    >>> hours(1225), hours(8000)
    ('12,25', '80')
    """
    return format((Decimal(hundredths) / 100).normalize(), "f").replace(".", ",")


def frames_of(returns: Iterable[ReadReturn], tables: dict[str, Table]) -> dict[str, pl.DataFrame]:
    """One frame per table with the rows of all returns; ags and month are null where unknown."""
    collected: dict[str, dict[str, list[object]]] = {
        name: {column: [] for column in frame_columns(table)} for name, table in tables.items()
    }
    for entry in returns:
        ags, month = entry.identity
        for name, read in entry.tables.items():
            target, count = collected[name], len(read.rows)
            target["ags"] += [ags] * count
            target["month"] += [month] * count
            target["file_sha256"] += [entry.sha256] * count
            target["sheet"] += [read.sheet] * count
            target["row"] += read.rows
            for column, values in read.values.items():
                target[column] += values
    return {name: pl.DataFrame(values, schema=frame_columns(tables[name])) for name, values in collected.items()}
