"""Sheets `Positionen`, `Befunde` and `Meldungen`: all lines, grouped findings, received files."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from flows.emit.overview.layout import FINDINGS, LINES, RECEIVED, subtitle
from flows.emit.wording.lines import COLUMNS, Line, LineWriter
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, day_number
from schemas.documents import GERMAN_RETURN_STATE, HASH_LENGTH, NONE, Overview, ReturnState
from schemas.findings import GERMAN_SEVERITY
from schemas.months import german_month

LINE_TABLE = Table(LINES, Column("ags", "AGS", 10), Column("municipality", "Kommune", 22), *COLUMNS)
_FINDING_TABLE = Table(
    FINDINGS,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 22),
    Column("file", "Datei", 30),
    Column("sheet", "Blatt", 18),
    Column("cell", "Zelle", 7),
    Column("column", "Spalte", 19),
    Column("severity", "Schwere", 9),
    Column("code", "Code", 6),
    Column("value", "Wert", 18),
    Column("message", "Was ist, was erwartet wird, was zu tun ist", 72),
)
RECEIVED_TABLE = Table(
    RECEIVED,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 28),
    Column("month", "Meldemonat", 17),
    Column("return_kind", "Meldungsart", 13),
    Column("state", "Stand", 15),
    Column("file", "Datei", 40),
    Column("checksum", "Prüfsumme (Anfang)", 15),
    Column("reported_on", "Datum der Meldung", 12),
    Column("confirmed_by", "Sachlich richtig", 26),
)
SHOWN_ALIKE = 5  # so many findings of the same kind are shown one by one
_SEVERITY_ORDER = list(GERMAN_SEVERITY)


def write_lines(book: Book, overview: Overview, lines: list[Line]) -> None:
    """All lines of the run, with the statement's formulas and a row of sums."""
    sheet = book.table(LINE_TABLE, "Alle Positionen", subtitle(overview))
    members = overview.programme.members
    writer = LineWriter(sheet, overview.programme.allowance)
    first = row = FIRST_TABLE_ROW
    for line in sorted(lines, key=lambda line: line.ags):
        sheet.text(row, "ags", line.ags)
        sheet.text(row, "municipality", members[line.ags].name if line.ags in members else NONE)
        writer.write(row, line)
        row += 1
    if not lines:
        # The checks refer to the empty row above.
        sheet.text(row + 1, 0, "In diesem Lauf gibt es keine Positionen.", "plain")
        return
    sheet.filter(row - 1)
    sheet.result(row, "Gesamtbetrag")
    writer.sums(row, lines, [(first, row - 1)])
    row += 2
    for sentence in (*writer.legend(), NONE_EXPLAINED):
        row = sheet.prose(row, sentence, "small_prose")


def write_findings_sheet(book: Book, overview: Overview) -> None:
    """Findings, the gravest first; of many alike (code, file, column) only the first few, and how many follow."""
    sheet = book.table(_FINDING_TABLE, "Befunde aus der Prüfung der Meldungen", subtitle(overview))
    members = overview.programme.members
    row = FIRST_TABLE_ROW
    for finding, more in _grouped(overview.findings):
        ags, severity = finding["ags"], finding["severity"]
        sheet.text(row, "ags", ags or NONE)
        sheet.text(row, "municipality", members[ags].name if ags in members else NONE)
        for name in ("file", "sheet", "column"):
            sheet.text(row, name, finding[name] or NONE)
        style = {"error": "body_error", "warning": "body_warning"}.get(severity, "body")
        sheet.text(row, "severity", GERMAN_SEVERITY[severity], style)
        sheet.text(row, "code", finding["code"])
        if more:
            sheet.text(row, "cell", "…")
            sheet.text(row, "value", NONE)
            sheet.text(
                row,
                "message",
                f"und {more} weitere gleicher Art; die vollständige Liste steht in findings.csv.",
                "body_bold",
            )
        else:
            sheet.text(row, "cell", finding["cell"] or NONE)
            sheet.text(row, "value", finding["value"] or NONE)
            sheet.text(row, "message", finding["message"])
        row += 1
    if row == FIRST_TABLE_ROW:
        sheet.text(row, 0, "Die Prüfung hat nichts zu beanstanden gefunden.", "plain")
        row += 1
    else:
        sheet.filter(row - 1)
    sheet.prose(
        row + 1,
        f"Fehler: Die ganze Meldung ist zurückgestellt, die Kommune erhält eine Korrekturmappe. Warnung: abgerechnet, bitte ansehen. Hinweis: nur zur Kenntnis. {NONE_EXPLAINED}",
        "small_prose",
    )


def _grouped(findings: pl.DataFrame) -> Iterator[tuple[dict[str, Any], int]]:
    """Finding and 0, or the sample of a crowd and how many of its kind are not shown."""
    alike = ["severity", "ags", "file", "code", "sheet", "column"]
    ranked = (
        findings.with_row_index("order")
        .with_columns(
            rank=pl.col("severity").replace_strict(_SEVERITY_ORDER, range(len(_SEVERITY_ORDER)), return_dtype=pl.Int64),
            place=pl.int_range(pl.len()).over(alike),
            size=pl.len().over(alike),
            group=pl.col("order").first().over(alike),
        )
        .filter((pl.col("place") <= SHOWN_ALIKE) | (pl.col("size") <= SHOWN_ALIKE + 1))
        .sort("rank", "ags", "file", "group", "order")
    )
    for finding in ranked.iter_rows(named=True):
        crowd = finding["size"] > SHOWN_ALIKE + 1
        yield finding, finding["size"] - SHOWN_ALIKE if crowd and finding["place"] == SHOWN_ALIKE else 0


def write_received(book: Book, overview: Overview) -> None:
    """Every received file with what became of it, and the municipalities without a return."""
    sheet = book.table(RECEIVED_TABLE, "Eingegangene und fehlende Meldungen", subtitle(overview))
    members = overview.programme.members
    row = FIRST_TABLE_ROW
    for entry in overview.received.sort("ags", "month", "file", nulls_last=True).iter_rows(named=True):
        ags, state = entry["ags"], ReturnState(entry["state"])
        digest = entry["file_sha256"]
        texts = {
            "ags": ags,
            "municipality": members[ags].name if ags in members else None,
            "month": german_month(entry["month"]) if entry["month"] else None,
            "return_kind": entry["return_kind"],
            "file": entry["file"],
            "checksum": digest[:HASH_LENGTH] if digest else None,
            "confirmed_by": entry["confirmed_by"],
        }
        for column, text in texts.items():
            sheet.text(row, column, text or NONE)
        sheet.text(row, "state", GERMAN_RETURN_STATE[state], "body" if state is ReturnState.ACCEPTED else "body_bold")
        if entry["reported_on"] is None:
            sheet.text(row, "reported_on", NONE, "body_centre")
        else:
            sheet.number(row, "reported_on", day_number(entry["reported_on"]), "body_date")
        row += 1
    if row == FIRST_TABLE_ROW:
        row += 1
        sheet.text(row, 0, "Zu diesem Lauf sind keine Meldungen eingegangen.", "plain")
        return
    sheet.filter(row - 1)
    sheet.prose(
        row + 1,
        f"Die Prüfsumme ist der Anfang der SHA-256-Summe; unter ihr liegt die Datei unverändert im Archiv. {NONE_EXPLAINED}",
        "small_prose",
    )
