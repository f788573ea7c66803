"""Sheet `Veränderung`: this settlement beside the one before it, per municipality, and why it differs."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from flows.emit.overview.layout import CHANGES, CORRECTIONS, subtitle
from flows.emit.wording.differences import Change
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import Overview, ReturnState
from schemas.money import in_euros
from schemas.months import german_month
from schemas.results import COUNTY_CAUSES, GERMAN_CAUSE, Cause, LineKind
from schemas.returns import ReturnKind

TABLE = Table(
    CHANGES,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 27),
    Column("previous_cents", "Vorige\nAbrechnung", 14, True),
    Column("current_cents", "± laufender\nMonat", 14, True),
    Column("earlier_cents", "± frühere\nMonate", 14, True),
    Column("once_cents", "± einmalige\nBeträge", 14, True),
    Column("total_cents", "Diese\nAbrechnung", 14, True),
    Column("why", "Warum", 62),
)
_CHANGES = ("previous_cents", "current_cents", "earlier_cents", "once_cents")  # that lead to the total
_ONCE = {LineKind.START_UP: "Anschubfinanzierung.", LineKind.ADJUSTMENT: "Manuelle Buchung."}


def write_changes(book: Book, overview: Overview, corrections: list[Change]) -> None:
    """A row per municipality (finance.CHANGES); the new amount is a formula over the old one and its changes."""
    sheet = book.table(TABLE, "Veränderung zur vorigen Abrechnung", subtitle(overview))
    members, changes = overview.programme.members, overview.finance.changes
    reasons = _Reasons(overview, corrections)
    row = FIRST_TABLE_ROW
    for change in changes.iter_rows(named=True):
        sheet.text(row, "ags", change["ags"])
        sheet.text(row, "municipality", members[change["ags"]].name)
        for name in _CHANGES:
            sheet.money(row, name, change[name])
        first_change, last_change = (sheet.cell(row, name) for name in (_CHANGES[0], _CHANGES[-1]))
        sheet.live_money(row, "total_cents", f"=SUM({first_change}:{last_change})", change["total_cents"])
        sheet.text(row, "why", " ".join(reasons.of(change)) or "Unverändert.", "body_after")
        row += 1
    _write_sums(sheet, row, changes)
    sheet.filter(row - 1)
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
    sheet.result(row, "Summe")
    for name in (*_CHANGES, "total_cents"):
        sheet.total(row, name, FIRST_TABLE_ROW, in_euros(sum(changes[name])))


class _Reasons:
    """What the ledger knows of why a municipality's amount changed."""

    def __init__(self, overview: Overview, corrections: list[Change]) -> None:
        self._returns: dict[str, list[str]] = defaultdict(list)
        for sentence_of, sentence in _returns(overview):
            self._returns[sentence_of].append(sentence)
        self._causes: dict[str, set[Cause | None]] = defaultdict(set)
        for entry in corrections:
            self._causes[entry.ags].add(entry.cause)
        self._once: dict[str, set[str]] = defaultdict(set)
        for ags, kind in overview.lines.filter(pl.col("delta_cents") != 0).select("ags", "kind").unique().iter_rows():
            if kind in _ONCE:
                self._once[ags].add(_ONCE[LineKind(kind)])

    def of(self, change: dict[str, Any]) -> Iterator[str]:
        """Sentences on a row of finance.CHANGES: returns, lines, causes of corrections, what was once."""
        ags = change["ags"]
        yield from self._returns[ags]
        if change["current_cents"]:
            if change["lines"] != change["previous_lines"]:
                yield f"{change['lines']} statt {change['previous_lines']} Positionen mit Betrag im laufenden Monat."
            else:
                yield "Andere Beträge bei gleicher Zahl der Positionen im laufenden Monat."
        causes = self._causes[ags]
        if change["earlier_cents"] and not causes:
            yield "Die Nachträge der vorigen Abrechnung entfallen."
        # Late returns, corrections and manual lines are told by the returns and by what was once.
        others = [
            GERMAN_CAUSE[cause] for cause in (Cause.CANCELLATION, Cause.REOPENING, *COUNTY_CAUSES) if cause in causes
        ]
        if others:
            yield f"{', '.join(others)} (Blatt „{CORRECTIONS}“)."
        if change["once_cents"]:
            yield " ".join(sorted(self._once[ags])) or "Einmalige Beträge der vorigen Abrechnung entfallen."


def _returns(overview: Overview) -> Iterator[tuple[str, str]]:
    """AGS and sentence for every return that is late, corrected, held back or missing."""
    accepted = overview.received.filter(pl.col("state") == str(ReturnState.ACCEPTED))
    for ags, of, kind in accepted.sort("month", "file").select("ags", "month", "return_kind").iter_rows():
        if kind == ReturnKind.CORRECTION:
            yield ags, f"Meldung für {german_month(of)} berichtigt."
        elif of != overview.month:
            yield ags, f"Meldung für {german_month(of)} nachgereicht."
    own = overview.finance.outstanding.filter(pl.col("month") == overview.month)
    for ags, held_back in own.select("ags", "held_back").iter_rows():
        yield ags, f"Meldung für {german_month(overview.month)} {'zurückgestellt' if held_back else 'fehlt'}."
