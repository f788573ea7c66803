"""Sheets `Korrekturen` and `Abgeschlossen`: differences of earlier months with their cause; the latter are not settled."""

import polars as pl

from flows.emit.overview.layout import CLOSED, CORRECTIONS, subtitle
from flows.emit.wording.differences import COLUMNS, EARLIER, Change, changes, reasons_of, write_change
from flows.emit.wording.lines import Line
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import NONE, Overview
from schemas.money import in_euros
from schemas.results import Cause

TABLE, _CLOSED = (
    Table(
        sheet,
        Column("ags", "AGS", 10),
        Column("municipality", "Kommune", 25),
        *COLUMNS,
        Column("county_reason", "Begründung des Kreises", 26),
        Column("what", "Was sich geändert hat", 60),
    )
    for sheet in (CORRECTIONS, CLOSED)
)


def settled_changes(overview: Overview, lines: list[Line]) -> list[Change]:
    """Every cause of every difference of an earlier month that the run settles, by municipality."""
    return changes(overview.corrections, sorted(lines, key=lambda line: line.ags), overview.month)


def write_corrections(book: Book, overview: Overview, rows: list[Change]) -> None:
    """The differences that the run settles for earlier months; no sheet without any."""
    if rows:
        explained = "Diese Differenzen sind in den Dokumenten dieses Laufs enthalten."
        _write(book, TABLE, EARLIER, overview, rows, explained)


def write_closed(book: Book, overview: Overview) -> None:
    """Differences of closed months: listed, settled by an open month or not at all; no sheet without any."""
    if overview.closed_differences.is_empty():
        return
    explained = (
        "Diese Leistungsmonate sind abgeschlossen: Es bleibt, was gebucht ist. Prämien eines Falls, der in offenen Monaten beschäftigt ist, "
        "gleicht dessen erster offener Monat aus, den Ausgleich zur Kostenneutralität der Monat nach dem abgeschlossenen Jahr; "
        "die übrigen Differenzen werden erst abgerechnet, wenn das Jahr wieder geöffnet wird (Befehl close --reopen)."
    )
    title = "Differenzen abgeschlossener Monate"
    _write(book, _CLOSED, title, overview, _closed(overview.closed_differences), explained)


def _closed(differences: pl.DataFrame) -> list[Change]:
    return [
        Change(
            row["ags"],
            row["service_month"],
            row["kind"],
            row["case_id"],
            row["reference"],
            row["old_cents"],
            row["new_cents"],
            Cause(row["cause"]),
            row["accepted_reason"],
        )
        for row in differences.sort("ags", "service_month", "case_id", maintain_order=True).iter_rows(named=True)
    ]


def _write(book: Book, table: Table, title: str, overview: Overview, rows: list[Change], explained: str) -> None:
    sheet = book.table(table, title, subtitle(overview))
    first = FIRST_TABLE_ROW
    for row, change in enumerate(rows, first):
        _write_change(sheet, row, change, overview)
    end = first + len(rows)
    sheet.filter(end - 1)
    sheet.result(end, "Summe")
    sheet.total(end, "difference", first, in_euros(sum(change.difference_cents for change in rows)))
    sheet.prose(
        end + 2,
        f"{explained} Hat eine Position mehrere Ursachen, steht jede in einer eigenen Zeile. Ein Minus bedeutet: zugunsten der "
        f"Kommune. {NONE_EXPLAINED}",
        "small_prose",
    )


def _write_change(sheet: Sheet, row: int, change: Change, overview: Overview) -> None:
    members = overview.programme.members
    sheet.text(row, "ags", change.ags)
    sheet.text(row, "municipality", members[change.ags].name if change.ags in members else NONE)
    write_change(sheet, row, change)
    sheet.text(row, "what", reasons_of(change, overview.changed) or NONE)
    sheet.text(row, "county_reason", change.county_reason or NONE)
