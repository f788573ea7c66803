"""Sheet `Veränderung`: this settlement beside the one before it, per municipality, and why it differs."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from flows.emit.overview_corrections import Change
from flows.emit.overview_places import CHANGES, CORRECTIONS, subtitle
from flows.emit.words import GERMAN_CAUSE
from flows.emit.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell
from schemas.documents import Overview, ReturnState
from schemas.months import german_month
from schemas.results import Cause
from schemas.returns import ReturnKind

_COLUMNS = (
    Column("AGS", 10),
    Column("Kommune", 27),
    Column("Vorige Abrechnung", 14, True),
    Column("± laufender Monat", 14, True),
    Column("± frühere Monate", 14, True),
    Column("± einmalige Beträge", 14, True),
    Column("Diese Abrechnung", 14, True),
    Column("Warum", 62),
)
_PREVIOUS, TOTAL, _WHY = 2, 6, 7
_AMOUNTS = {2: "previous_cents", 3: "current_cents", 4: "earlier_cents", 5: "once_cents", 6: "total_cents"}


def write_changes(book: Book, overview: Overview, corrections: list[Change]) -> None:
    """A row per municipality (finance.CHANGES); the new amount is a formula over the old one and its changes."""
    sheet = book.table(CHANGES, "Veränderung zur vorigen Abrechnung", subtitle(overview), _COLUMNS)
    members, changes = overview.programme.members, overview.finance.changes
    row = first = FIRST_TABLE_ROW
    for change in changes.iter_rows(named=True):
        sheet.text(row, 0, change["ags"])
        sheet.text(row, 1, members[change["ags"]].name)
        for column, name in _AMOUNTS.items():
            if column != TOTAL:
                sheet.money(row, column, change[name])
        sheet.live_money(row, TOTAL, f"=SUM({cell(row, _PREVIOUS)}:{cell(row, TOTAL - 1)})", change["total_cents"])
        sheet.text(row, _WHY, " ".join(_reasons(overview, change, corrections)) or "Unverändert.", "body_after")
        row += 1
    _write_sums(sheet, row, changes)
    sheet.filter(first - 1, row - 1, len(_COLUMNS))
    before = overview.finance.previous_month
    compared = (
        f"Verglichen wird mit der Abrechnung {german_month(before)}." if before else "Dies ist die erste Abrechnung."
    )
    sheet.prose(
        row + 2,
        f"{compared} „Laufender Monat“ ist der Abrechnungsmonat selbst, „frühere Monate“ sind nachgereichte und berichtigte "
        "Leistungsmonate, „einmalige Beträge“ Anschubfinanzierung und manuelle Buchungen.",
        "small_prose",
    )


def _write_sums(sheet: Sheet, row: int, changes: pl.DataFrame) -> None:
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe", "total_left")
    for column, name in _AMOUNTS.items():
        span = f"{cell(FIRST_TABLE_ROW, column)}:{cell(row - 1, column)}"
        sheet.live_money(row, column, f"=SUM({span})", sum(changes[name]), "total_money")


def _reasons(overview: Overview, change: dict[str, Any], corrections: list[Change]) -> Iterator[str]:
    """Sentences on what the ledger knows of the change: returns, lines, causes of corrections, what was once."""
    ags = change["ags"]
    yield from _returns(overview, ags)
    if change["current_cents"]:
        if change["lines"] != change["previous_lines"]:
            yield f"{change['lines']} statt {change['previous_lines']} Positionen mit Betrag im laufenden Monat."
        else:
            yield "Andere Beträge bei gleicher Zahl der Positionen im laufenden Monat."
    own = [entry for entry in corrections if entry.ags == ags]
    if change["earlier_cents"] and not own:
        yield "Die Nachträge der vorigen Abrechnung entfallen."
    told = (Cause.LATE_RETURN, Cause.CORRECTION, Cause.ADJUSTMENT)  # by the returns, and by what was once
    others = [cause for cause in Cause if cause not in told and any(entry.cause is cause for entry in own)]
    if others:
        yield f"{', '.join(GERMAN_CAUSE[cause] for cause in others)} (Blatt „{CORRECTIONS}“)."
    if change["once_cents"]:
        once = "kommen hinzu" if change["once_cents"] > 0 else "entfallen oder mindern den Betrag"
        yield f"Einmalige Beträge {once}."


def _returns(overview: Overview, ags: str) -> Iterator[str]:
    received = overview.received.filter(pl.col("ags") == ags).sort("month", "file", nulls_last=True)
    accepted = received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    for of, kind in accepted.select("month", "return_kind").iter_rows():
        if kind == ReturnKind.CORRECTION:
            yield f"Meldung für {german_month(of)} berichtigt."
        elif of != overview.month:
            yield f"Meldung für {german_month(of)} nachgereicht."
    own = overview.finance.outstanding.filter(pl.col("ags") == ags, pl.col("month") == overview.month)
    for held_back in own["held_back"]:
        yield f"Meldung für {german_month(overview.month)} {'zurückgestellt' if held_back else 'fehlt'}."
