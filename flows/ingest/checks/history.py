"""Checks against other returns: what the previous month said, what a correction replaces, what a neighbour reports."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from flows.ingest.checks.context import Context, Problem, rows, spoken
from flows.ingest.read import ReadReturn
from schemas.employers import compared_employers
from schemas.findings import Finding, finding
from schemas.identifiers import Ags, CaseId
from schemas.months import Month, german_date, german_month, last_day, later
from schemas.returns import COVER, TABLES
from schemas.spelling import enumerated

_EMPLOYER = pl.col("employer").map_batches(compared_employers, return_dtype=pl.String).alias("_employer")
WITH_CASES = [name for name, table in TABLES.items() if any(column.name == "case_id" for column in table.columns)]
_PLACEMENT = ["ags", "case_id", "_employer"]


def foreign_corrections(context: Context) -> Iterator[Problem]:
    """R11: a Korrektur has no case in common with the return that it replaces, though both have cases.

    One without any case takes back what was reported; W09 names it row by row. In the order of acceptance: what is
    held back here replaces nothing.
    """
    held_back = set(context.held_back)
    for sha, entry in context.returns.items():
        if not entry.is_correction or any("case_id" in read.unreadable for read in entry.tables.values()):
            continue
        predecessor = context.predecessor(sha, held_back)
        replaced, own = _replaced_cases(context, entry, predecessor), _cases(context, sha)
        if replaced and own and not replaced & own:
            ags, month = entry.identity
            holding = context.known.holding(ags, month) if ags is not None and month is not None else None
            file = predecessor.file if predecessor else str((holding or {}).get("file", ""))
            yield Problem(sha, _at_cover("R11", entry, "ags", replaced=file))
            held_back.add(sha)


def _cases(context: Context, sha: str) -> set[str]:
    frames = (context.rows_of(name, sha) for name in WITH_CASES)
    return {case for frame in frames for case in frame["case_id"].drop_nulls()}


def _replaced_cases(context: Context, entry: ReadReturn, predecessor: ReadReturn | None) -> set[str]:
    """The cases of the return that a Korrektur replaces: of this intake, else the approved one."""
    if predecessor is not None:
        return _cases(context, predecessor.sha256)
    ags, month = entry.identity
    known = (context.approved_rows(name, ags, month) for name in WITH_CASES)
    return {case for frame in known for case in frame["case_id"].drop_nulls()}


def rival_corrections(context: Context) -> Iterator[Problem]:
    """W13: Korrekturen of one month with the same Datum der Meldung; which one holds is said in each of them."""
    groups: dict[tuple[Ags, Month, object], list[ReadReturn]] = defaultdict(list)
    for sha, entry in context.returns.items():
        ags, month = entry.identity
        if entry.is_correction and ags is not None and month is not None and sha not in context.held_back:
            groups[ags, month, entry.cover.values.get("reported_on")].append(entry)
    for (_, month, _), entries in groups.items():
        for entry in entries if len(entries) > 1 else ():
            words = {"files": enumerated([one.file for one in entries]), "last": entries[-1].file}
            yield Problem(entry.sha256, _at_cover("W13", entry, "reported_on", month=german_month(month), **words))


def _at_cover(variant: str, entry: ReadReturn, label: str, **words: str) -> Finding:
    """A finding at the cover's cell of a label; without a cell where the cover does not have the label."""
    column, cover = next(column for column in COVER if column.name == label), entry.cover
    value, cell = spoken(cover.values.get(label), column.kind), cover.cells.get(label, "")
    return finding(variant, file=entry.file, sheet=cover.sheet, cell=cell, column=column.heading, value=value, **words)


def missing_placements(context: Context) -> Iterator[Problem]:
    """R07: a placement that the previous month's accepted return left running is missing.

    Months are judged in order, so that a return which is held back says nothing about the month after it.
    """
    held_back = set(context.held_back)
    handed_in: dict[tuple[Ags | None, Month | None], list[str]] = defaultdict(list)
    for sha, entry in context.returns.items():
        handed_in[entry.identity].append(sha)
    of_return = _placements(context.frames["placements"], "file_sha256")
    befores = {later(month, -1) for _, month in handed_in if month is not None}
    approved = _placements(context.known.rows["placements"].filter(pl.col("month").is_in(befores)), "ags", "month")
    for sha, entry in sorted(context.returns.items(), key=lambda item: item[1].identity[1] or ""):
        ags, month = entry.identity
        if ags is None or month is None or "placements" not in entry.tables:
            continue
        before = later(month, -1)
        accepted = [other for other in handed_in[ags, before] if other not in held_back]
        earlier = of_return.get((accepted[-1],), ()) if accepted else approved.get((ags, before), ())
        running = [each for each in earlier if each.end is None or each.end > last_day(before)]
        for gone in _gone(running, of_return.get((sha,), ())):
            words = {"case": gone.case_id, "begin": german_date(gone.begin), "month": german_month(before)}
            sheet = entry.tables["placements"].sheet
            yield Problem(sha, finding("R07", file=entry.file, sheet=sheet, value=gone.case_id, **words))
            held_back.add(sha)


class _Placement(NamedTuple):
    """What tells a placement from others, and when it ended; none where a cell is empty or unreadable."""

    case_id: CaseId
    begin: date
    end: date | None


def _placements(frame: pl.DataFrame, *key: str) -> dict[tuple[str, ...], list[_Placement]]:
    """The placements of a frame by what stands in the columns of a key, looked through once."""
    found = defaultdict(list)
    for entry in frame.select(*key, *_Placement._fields).iter_rows():
        found[entry[: len(key)]].append(_Placement(*entry[len(key) :]))
    return found


def _gone(running: Sequence[_Placement], current: Sequence[_Placement]) -> Iterator[_Placement]:
    """Placements that are not in the return any more; one whose case or begin is unreadable there may be any."""
    there = {(each.case_id, each.begin) for each in current}
    for each in running:
        if not there & {(each.case_id, each.begin), (each.case_id, None), (None, each.begin)}:
            yield each


def contradicting_persons(context: Context) -> Iterator[Problem]:
    """W04: birth year or sex of a case contradicts an earlier return; or the same placement has another begin."""
    history = context.holding("benefits")
    for column in ("birth_year", "sex"):
        earlier = (
            history.filter(pl.col(column).is_not_null())
            .sort("month")
            .select("ags", "case_id", pl.col(column).alias("earlier"), pl.col("month").alias("earlier_month"))
        )
        joined = (
            context.frames["benefits"]
            .join(earlier, on=["ags", "case_id"], maintain_order="left_right")
            .filter(pl.col("earlier") != pl.col(column), pl.col("earlier_month") < pl.col("month"))
        )
        for row in rows(joined.unique(["file_sha256", "row"], keep="last", maintain_order=True)):
            words = {"month": german_month(row["earlier_month"]), "earlier": row["earlier"]}
            yield context.row_finding("W04", "benefits", row, column, **words)
    yield from _moved_placements(context)


def _moved_placements(context: Context) -> Iterator[Problem]:
    """A begin that no earlier return knows, where an earlier one of the same employer is gone and had not ended."""
    current = context.frames["placements"].with_columns(_EMPLOYER).filter(pl.col("begin").is_not_null())
    earlier = (
        context.holding("placements")
        .with_columns(_EMPLOYER)
        .sort("month")
        .select(
            *_PLACEMENT,
            pl.col("begin").alias("earlier"),
            pl.col("end").alias("earlier_end"),
            pl.col("month").alias("earlier_month"),
        )
        .unique([*_PLACEMENT, "earlier", "earlier_month"], keep="last", maintain_order=True)
    )
    joined = current.join(earlier, on=_PLACEMENT, maintain_order="left_right").filter(
        pl.col("earlier_month") < pl.col("month")
    )
    latest = joined.unique(["file_sha256", "row", "earlier"], keep="last", maintain_order=True)
    known = latest.filter(pl.col("earlier") == pl.col("begin"))
    moved = (
        latest.join(known, on=["file_sha256", "row"], how="anti")
        .join(
            current.select("file_sha256", "case_id", "_employer", pl.col("begin").alias("earlier")),
            on=["file_sha256", "case_id", "_employer", "earlier"],
            how="anti",
        )
        .filter(pl.col("earlier_end").is_null() | (pl.col("earlier_end") >= pl.col("begin")))
    )
    for row in rows(moved.unique(["file_sha256", "row"], keep="last", maintain_order=True)):
        words = {"month": german_month(row["earlier_month"]), "earlier": spoken(row["earlier"], "date")}
        yield context.row_finding("W04", "placements", row, "begin", **words)


def double_claims(context: Context) -> Iterator[Problem]:
    """W06: the same employer, begin and birth year in two municipalities; the warning stands in both returns."""
    key = ["_employer", "begin", "birth_year"]

    def with_birth_year(placements: pl.DataFrame, benefits: pl.DataFrame) -> pl.DataFrame:
        years = benefits.select("file_sha256", "case_id", "birth_year").unique(["file_sha256", "case_id"])
        return placements.with_columns(_EMPLOYER).join(years, on=["file_sha256", "case_id"], maintain_order="left")

    current = with_birth_year(context.frames["placements"], context.frames["benefits"])
    known = with_birth_year(context.holding("placements"), context.holding("benefits"))
    others = (
        pl.concat([current, known], how="diagonal")
        .select(*key, pl.col("ags").alias("other"))
        .unique(maintain_order=True)
    )
    pairs = current.join(others, on=key, maintain_order="left_right").filter(pl.col("ags") != pl.col("other"))
    names = {ags: member.name for ags, member in context.programme.members.items()}
    for row in rows(pairs.unique(["file_sha256", "row"], keep="first", maintain_order=True)):
        other = names.get(row["other"], row["other"])
        yield context.row_finding("W06", "placements", row, "employer", begin=german_date(row["begin"]), other=other)


def dropped_rows(context: Context) -> Iterator[Problem]:
    """W09: a Korrektur drops rows that the replaced return had; all are named, sheet by sheet."""
    for sha, entry in context.returns.items():
        for name in context.programme.used_tables if entry.is_correction else ():
            yield from _dropped_rows(context, sha, entry, name)


def _dropped_rows(context: Context, sha: str, entry: ReadReturn, name: str) -> Iterator[Problem]:
    table, read = context.programme.tables[name], entry.tables.get(name)
    if read is None and name in context.programme.required_tables:
        return  # the sheet is missing or unreadable, which is an error of its own
    if read is not None and any(column in read.unreadable for column in table.key):
        return
    ags, month = entry.identity
    predecessor = context.predecessor(sha, context.held_back)
    replaced = context.approved_rows(name, ags, month)
    if predecessor is not None:
        replaced = context.rows_of(name, predecessor.sha256)
    kinds = {column: table.column(column).kind for column in table.key}
    folded = [
        pl.col(column).str.to_lowercase().alias(f"_{column}")
        if table.column(column).dtype == pl.String
        else pl.col(column).alias(f"_{column}")
        for column in table.key
    ]
    current = context.rows_of(name, sha).with_columns(folded)
    gone = replaced.with_columns(folded).join(
        current, on=[f"_{column}" for column in table.key], how="anti", nulls_equal=True
    )
    if gone.height:
        named = [" ".join(filter(None, (spoken(row[column], kinds[column]) for column in kinds))) for row in rows(gone)]
        variant = "W09/one" if gone.height == 1 else "W09/many"
        sheet = read.sheet if read is not None else table.sheet
        found = finding(
            variant, file=entry.file, sheet=sheet, value=str(gone.height), count=gone.height, rows="; ".join(named)
        )
        yield Problem(sha, found)


HISTORY_CHECKS = (contradicting_persons, double_claims, dropped_rows, rival_corrections)
