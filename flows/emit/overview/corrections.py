"""Sheets `Korrekturen` and `Abgeschlossen`: differences of earlier months with their cause; the latter are not settled."""

import polars as pl

from flows.emit.overview.layout import CLOSED, CORRECTIONS, subtitle
from flows.emit.wording.differences import COLUMNS, EARLIER, Change, changes, write_change
from flows.emit.wording.differences import DIFFERENCE as DIFFERENCE_OF_CHANGE
from flows.emit.wording.lines import Line
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell
from schemas.documents import NONE, Overview
from schemas.results import Cause

_COLUMNS = (Column("AGS", 10), Column("Kommune", 25), *COLUMNS, Column("Begründung des Kreises", 34))
_FIRST = 2  # of COLUMNS
DIFFERENCE = _FIRST + DIFFERENCE_OF_CHANGE


def settled_changes(overview: Overview, lines: list[Line]) -> list[Change]:
    """Every cause of every difference of an earlier month that the run settles, by municipality."""
    return changes(overview.corrections, sorted(lines, key=lambda line: line.ags), overview.month)


def write_corrections(book: Book, overview: Overview, rows: list[Change]) -> None:
    """The differences that the run settles for earlier months; no sheet without any."""
    if rows:
        explained = "Diese Differenzen sind in den Dokumenten dieses Laufs enthalten."
        _write(book, CORRECTIONS, EARLIER, overview, rows, explained)


def write_closed(book: Book, overview: Overview) -> None:
    """Differences of closed months: listed, not settled; no sheet without any."""
    if overview.closed_differences.is_empty():
        return
    explained = (
        "Diese Leistungsmonate sind abgeschlossen: Die Differenzen sind nicht abgerechnet und in keiner anderen Summe enthalten. "
        "Abgerechnet werden sie erst, wenn das Jahr wieder geöffnet wird (Befehl close --reopen)."
    )
    title = "Differenzen abgeschlossener Monate, nicht abgerechnet"
    _write(book, CLOSED, title, overview, _closed(overview.closed_differences), explained)


def _closed(differences: pl.DataFrame) -> list[Change]:
    return [
        Change(
            row["ags"], row["service_month"], row["kind"], row["case_id"], row["reference"],
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
    total = sum(change.difference_cents for change in rows)
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
    write_change(sheet, row, _FIRST, change)
    sheet.text(row, len(_COLUMNS) - 1, change.county_reason or NONE)
