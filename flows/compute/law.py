"""Law by date: strict loading of `inputs/law/` and looking up what is in force (RULES section 1)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from schemas.law import AGH_ALLOWANCE, AGH_SCHEME, LAW_TABLES, OWN, OWN_ROW, LawInForce, LawTable
from schemas.money import cents
from schemas.refusal import Refusal

OPEN_END = date(9999, 12, 31)  # stands for an empty valid_to: still in force


@dataclass(frozen=True)
class Law:
    """The five dated tables, each a frame: valid_from, valid_to (never null), key, amounts in cents, texts, source."""

    frames: dict[str, pl.DataFrame]

    def in_force(self, table: LawTable, rows: pl.DataFrame, *, day: str, key: str | None = None) -> pl.DataFrame:
        """`rows` with the columns of the law row in force on the date column `day` (for its `key` column, if any).

        The law's valid_from and valid_to are left out; its `source` becomes `<table>_source`. The order of
        rows is kept. Refusal if a date is not covered, naming table, date and key.
        """
        law = self.frames[table.name].rename({"source": f"{table.name}_source"})
        if key and table.key_name:
            law = law.rename({table.key_name: key})
        numbered = rows.with_row_index("_order").sort(day)
        found = numbered.join_asof(
            law.sort("valid_from"), left_on=day, right_on="valid_from", by=key, check_sortedness=False
        )
        uncovered = found.filter(pl.col("valid_from").is_null() | (pl.col(day) > pl.col("valid_to")))
        if uncovered.height:
            first = uncovered.row(0, named=True)
            raise _uncovered(table, first[day], first[key] if key else None)
        return found.sort("_order").drop("_order", "valid_from", "valid_to")

    def rate_days(self, table: LawTable, periods: pl.DataFrame, *, key: str, first: str, last: str) -> pl.DataFrame:
        """Every different (`key`, `first`, `last`) of `periods`, with `rate_days`: Σ of rate_cents over its days.

        Every day counts with the whole rate in force on it (cents × days): who wants a month's amount divides
        once by the month's days. Refusal if a day of a period is not covered, naming table, date and key.
        """
        sums = (
            self.rate_pieces(table, periods, key=key, first=first, last=last)
            .group_by(key, first, last)
            .agg(pl.col("rate_days").sum(), covered=pl.col("days").sum())
        )
        gaps = sums.filter(pl.col("covered") < _days(pl.col(first), pl.col(last))).sort(first, key)
        if gaps.height:  # the look-up by date finds the first uncovered day, and refuses
            days_of_gap = pl.date_ranges(first, last).alias("day")
            self.in_force(table, gaps.head(1).select(key, days_of_gap).explode("day"), day="day", key=key)
        return sums.drop("covered")

    def rate_pieces(self, table: LawTable, periods: pl.DataFrame, *, key: str, first: str, last: str) -> pl.DataFrame:
        """Every different (`key`, `first`, `last`) of `periods` with each law row of its key.

        Result: the three columns, the row's valid_from, valid_to, rate_cents and source, `days`: how many days of the
        period the row covers (0 if none), and `rate_days`: rate_cents × days.
        """
        law = self.frames[table.name].select(
            pl.col(table.key_name).alias(key), "valid_from", "valid_to", "rate_cents", "source"
        )
        days = _days(pl.max_horizontal(first, "valid_from"), pl.min_horizontal(last, "valid_to")).clip(lower_bound=0)
        pieces = periods.select(key, first, last).unique().join(law, on=key, how="left").with_columns(days=days)
        return pieces.with_columns(rate_days=pl.col("rate_cents") * pl.col("days"))

    def row_on(self, table: LawTable, day: date, key: object = None) -> dict[str, Any]:
        """The law row in force on a day (for a key, if the table has one). Refusal as in `in_force`."""
        rows = self.frames[table.name].filter(pl.lit(day).is_between("valid_from", "valid_to"))
        if table.key_name:
            rows = rows.filter(pl.col(table.key_name) == key)
        if rows.is_empty():
            raise _uncovered(table, day, key)
        return rows.row(0, named=True)

    def on(self, day: date) -> list[LawInForce]:
        """What is in force on a day, table by table, and how far each table reaches; nothing is refused."""
        return [self._on(table, day) for table in LAW_TABLES]

    def _on(self, table: LawTable, day: date) -> LawInForce:
        frame = self.agh_rates() if table is AGH_ALLOWANCE else self.frames[table.name]
        known_until: dict[object, date | None] = {}
        rows = []
        for row in frame.sort(table.key_name or "valid_from", "valid_from").iter_rows(named=True):
            last = None if row["valid_to"] == OPEN_END else row["valid_to"]
            known_until[row[table.key_name] if table.key_name else None] = last
            if row["valid_from"] <= day <= row["valid_to"]:
                rows.append(row | {"valid_to": last})
        return LawInForce(table, tuple(rows), known_until)

    def agh_rates(self) -> pl.DataFrame:
        """The rows of § 5 Abs. 2 AsylbLG with their spans, in order."""
        return self.frames[AGH_ALLOWANCE.name].filter(pl.col("scheme") == AGH_SCHEME).sort("valid_from")


def _days(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    return (last - first).dt.total_days() + 1


def _uncovered(table: LawTable, day: date, key: object) -> Refusal:
    if key is None:
        return Refusal("no-law", day=day, table=table.name, title=table.title)
    return Refusal("no-law-for-key", day=day, table=table.name, title=table.title, key=key)


def law_files(folder: Path, base: Path | None = None) -> dict[str, Path]:
    """Name → file of every table that the law of a folder is read from; `base` has the tables that it lacks.

    A county's own rows stand apart, as `eigene/<table>`. Refusal where a file there belongs to no table.
    """
    files = {table.name: folder / f"{table.name}.csv" for table in LAW_TABLES}
    if base is not None:
        files |= {name: base / path.name for name, path in files.items() if not path.exists()}
    own = {path.stem: path for path in sorted((folder / OWN).glob("*")) if not path.name.startswith((".", "~$"))}
    for name, path in own.items():
        if name not in files or path.suffix != ".csv":
            raise Refusal("law-own-unknown", path=path, expected=[f"{table.name}.csv" for table in LAW_TABLES])
    return files | {f"{OWN}/{name}": path for name, path in own.items()}


def load_law(folder: Path, base: Path | None = None) -> Law:
    """The law tables of `law_files`, each with the county's own rows laid over it; Refusal names file and line for every defect.

    An own row holds from its valid_from to its valid_to, whatever the table says for its key on these days; on all others
    the table holds. Refused are missing files, unknown or missing columns, bad dates and amounts, doubles, overlaps and gaps.
    """
    files = law_files(folder, base)
    return Law(
        {
            table.name: _frame(table, _load_rows(files[table.name], table), files.get(f"{OWN}/{table.name}"))
            for table in LAW_TABLES
        }
    )


def _frame(table: LawTable, rows: list[dict[str, Any]], own_file: Path | None) -> pl.DataFrame:
    _check_order(table, rows)
    _check_gaps(table, rows)
    if own_file is not None:
        own = [row | {"source": row["source"] + OWN_ROW} for row in _load_rows(own_file, table)]
        _check_order(table, own)
        rows = sorted([*_beside(rows, own, table), *own], key=partial(_place_in, table))
        _check_gaps(table, rows)
    schema: dict[str, type[pl.DataType]] = {"valid_from": pl.Date, "valid_to": pl.Date}
    if table.key:
        schema[table.key_name] = pl.Int64 if table.key_name == "need_stage" else pl.String
    schema |= dict.fromkeys([*table.amounts.values(), *table.numbers.values()], pl.Int64)
    schema |= dict.fromkeys([*table.texts, "source"], pl.String)
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema)


def _beside(rows: list[dict[str, Any]], own: list[dict[str, Any]], table: LawTable) -> Iterator[dict[str, Any]]:
    """The table's rows for the days that no own row of their key covers; one that an own row divides stands twice."""
    for row in rows:
        first, last = row["valid_from"], row["valid_to"]
        for over in own:
            if (
                over.get(table.key_name) != row.get(table.key_name)
                or over["valid_to"] < first
                or over["valid_from"] > last
            ):
                continue
            if over["valid_from"] > first:
                yield row | {"valid_from": first, "valid_to": over["valid_from"] - timedelta(days=1)}
            if over["valid_to"] >= last:
                break
            first = over["valid_to"] + timedelta(days=1)
        else:
            yield row | {"valid_from": first, "valid_to": last}


def _place_in(table: LawTable, row: dict[str, Any]) -> tuple[str, date]:
    return str(row.get(table.key_name)), row["valid_from"]


def _load_rows(path: Path, table: LawTable) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # Excel begins UTF-8 with a mark
            lines = list(csv.reader(file, strict=True))
    except FileNotFoundError as error:
        raise Refusal("law-missing", path=path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("law-no-csv", path=path, reason=str(error)) from error
    header = lines[0] if lines else []
    unknown = [name for name in header if name not in table.columns]
    missing = [name for name in table.columns if name not in header]
    if unknown or missing or len(set(header)) != len(header):
        raise Refusal("law-columns", path=path, unknown=unknown, missing=missing, expected=table.columns)
    rows = [_load_row(path, number, table, header, line) for number, line in enumerate(lines[1:], start=2) if line]
    return sorted(rows, key=partial(_place_in, table))


def _load_row(path: Path, number: int, table: LawTable, header: list[str], line: list[str]) -> dict[str, Any]:
    place = f"{path}, Zeile {number}"
    if len(line) != len(header):
        raise Refusal("law-fields", place=place, found=len(line), expected=len(header))
    cells = dict(zip(header, line, strict=True))
    row: dict[str, Any] = {name: cells[name] for name in (*table.texts, "source")} | {"path": path, "line": number}
    row["valid_from"] = _date(place, column="valid_from", text=cells["valid_from"])
    row["valid_to"] = _date(place, column="valid_to", text=cells["valid_to"]) if cells["valid_to"] else OPEN_END
    if row["valid_to"] < row["valid_from"]:
        raise Refusal("law-order", place=place, first=cells["valid_from"], last=cells["valid_to"])
    if not cells["source"].strip():
        raise Refusal("law-source", place=place)
    if table.key:
        row[table.key_name] = (
            _number(place, column=table.key, text=cells[table.key])
            if table.key_name == "need_stage"
            else cells[table.key]
        )
    for source, name in table.amounts.items():
        row[name] = (
            _amount(place, column=source, text=cells[source])
            if cells[source] or name != "volunteer_exempt_cents"
            else None
        )
    for source, name in table.numbers.items():
        row[name] = _number(place, column=source, text=cells[source])
    return row


def _date(place: str, *, column: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("law-date", place=place, column=column, text=text) from error
    if day.isoformat() != text:
        raise Refusal("law-date-form", place=place, column=column, text=text)
    return day


def _amount(place: str, *, column: str, text: str) -> int:
    try:
        amount = cents(text)
    except ValueError as error:
        raise Refusal("law-amount", place=place, column=column, text=text) from error
    if amount < 0:
        raise Refusal("law-negative", place=place, column=column, text=text)
    return amount


def _number(place: str, *, column: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Refusal("law-number", place=place, column=column, text=text)
    return int(text)


def _successive(table: LawTable, rows: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each two rows of a key that follow each other, and where the later one stands."""
    for earlier, later in pairwise(rows):
        if earlier.get(table.key_name) == later.get(table.key_name):
            key = f" ({table.key} {later[table.key_name]})" if table.key else ""
            yield f"{later['path']}, Zeile {later['line']}{key}", earlier, later


def _check_order(table: LawTable, rows: list[dict[str, Any]]) -> None:
    """Rows of one key in a file: no double, no overlap."""
    for place, earlier, later in _successive(table, rows):
        end, begin = earlier["valid_to"], later["valid_from"]
        if earlier["valid_from"] == begin:
            raise Refusal("law-double", place=place, line=earlier["line"])
        if end >= begin:
            raise Refusal("law-overlap", place=place, first=begin, last=end, line=earlier["line"])


def _check_gaps(table: LawTable, rows: list[dict[str, Any]]) -> None:
    """Rows of one key follow each other day by day."""
    for place, earlier, later in _successive(table, rows):
        end, begin = earlier["valid_to"], later["valid_from"]
        if end + timedelta(days=1) != begin:
            elsewhere = "" if earlier["path"] == later["path"] else f" in {earlier['path']}"
            raise Refusal("law-gap", place=place, first=begin, last=end, line=f"{earlier['line']}{elsewhere}")
