"""Sheets `Korrekturen` and `Abgeschlossen`: differences of earlier months with their cause; the latter are not settled."""

from typing import NamedTuple

import polars as pl

from flows.emit.lines import Line, position_of
from flows.emit.overview_places import CLOSED, CORRECTIONS, subtitle
from flows.emit.statement_corrections import changes
from flows.emit.words import GERMAN_CAUSE, GERMAN_LINE_KIND, NONE, NONE_EXPLAINED
from flows.emit.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, month_number
from schemas.documents import Overview
from schemas.results import Cause, LineKind

_COLUMNS = (
    Column("AGS", 10),
    Column("Kommune", 25),
    Column("Leistungs-\nmonat", 10),
    Column("Art", 25),
    Column("Fallnummer", 14),
    Column("AGH-Nummer\noder Beleg", 12),
    Column("Bisher", 12, True),
    Column("Neu", 12, True),
    Column("Differenz", 12, True),
    Column("Ursache", 23),
    Column("Begründung des Kreises", 34),
)
_OLD, _NEW, DIFFERENCE = 6, 7, 8


class Change(NamedTuple):
    """A row: what changed from which amount to which, and why."""

    ags: str
    service_month: str
    kind: str
    case_id: str
    name: str
    old_cents: int
    new_cents: int
    cause: Cause | None
    county_reason: str | None


def settled_changes(overview: Overview, lines: list[Line]) -> list[Change]:
    """Every cause of every difference of an earlier month that the run settles, by municipality."""
    ordered = sorted(lines, key=lambda line: line.ags)
    return [
        Change(
            change.line.ags, change.line.service_month, change.line.kind, change.line.case_id, change.line.position[0],
            change.old_cents, change.new_cents, change.cause, change.county_reason,
        )
        for change in changes(overview.corrections, ordered, overview.month)
    ]  # fmt: skip


def write_corrections(book: Book, overview: Overview, rows: list[Change]) -> None:
    """The differences that the run settles for earlier months; no sheet without any."""
    if rows:
        explained = "Diese Differenzen sind in den Dokumenten dieses Laufs enthalten."
        _write(book, CORRECTIONS, "Korrekturen früherer Monate", overview, rows, explained)


def write_closed(book: Book, overview: Overview) -> None:
    """Differences of closed months: listed, not settled; no sheet without any."""
    if overview.closed_differences.is_empty():
        return
    explained = (
        "Diese Leistungsmonate sind abgeschlossen: Die Differenzen sind nicht abgerechnet und in keiner anderen Summe enthalten. "
        "Abgerechnet werden sie erst, wenn das Jahr wieder geöffnet wird (placement-premium close --reopen)."
    )
    title = "Differenzen abgeschlossener Monate, nicht abgerechnet"
    _write(book, CLOSED, title, overview, _closed(overview.closed_differences), explained)


def _closed(differences: pl.DataFrame) -> list[Change]:
    return [
        Change(
            row["ags"], row["service_month"], row["kind"], row["case_id"], position_of(row["kind"], row["reference"])[0],
            row["old_cents"], row["new_cents"], Cause(row["cause"]), row["accepted_reason"],
        )
        for row in differences.sort("ags", "service_month", "case_id", maintain_order=True).iter_rows(named=True)
    ]  # fmt: skip


def _write(book: Book, name: str, title: str, overview: Overview, rows: list[Change], explained: str) -> None:
    sheet = book.table(name, title, subtitle(overview), _COLUMNS)
    first = FIRST_TABLE_ROW
    for row, change in enumerate(rows, first):
        _write_change(sheet, row, change, overview)
    end = first + len(rows)
    sheet.filter(first - 1, end - 1, len(_COLUMNS))
    sheet.blank(end, range(len(_COLUMNS)), "total")
    sheet.text(end, 0, "Summe", "total_left")
    total = sum(change.new_cents - change.old_cents for change in rows)
    sheet.live_money(
        end, DIFFERENCE, f"=SUM({cell(first, DIFFERENCE)}:{cell(end - 1, DIFFERENCE)})", total, "total_money"
    )
    sheet.prose(
        end + 2,
        f"{explained} Hat eine Position mehrere Ursachen, steht jede in einer eigenen Zeile. Ein Minus bedeutet: zugunsten der "
        f"Kommune. {NONE_EXPLAINED}",
        "small_prose",
    )


def _write_change(sheet: Sheet, row: int, change: Change, overview: Overview) -> None:
    members = overview.programme.members
    sheet.text(row, 0, change.ags)
    sheet.text(row, 1, members[change.ags].name if change.ags in members else NONE)
    sheet.number(row, 2, month_number(change.service_month), "body_month")
    sheet.text(row, 3, GERMAN_LINE_KIND[LineKind(change.kind)])
    sheet.text(row, 4, change.case_id or NONE)
    sheet.text(row, 5, change.name)
    sheet.money(row, _OLD, change.old_cents)
    sheet.money(row, _NEW, change.new_cents)
    difference = f"=ROUND({cell(row, _NEW)}-{cell(row, _OLD)},2)"
    sheet.live_money(row, DIFFERENCE, difference, change.new_cents - change.old_cents)
    sheet.text(row, 9, GERMAN_CAUSE[change.cause] if change.cause else NONE, "body_after")
    sheet.text(row, 10, change.county_reason or NONE)
