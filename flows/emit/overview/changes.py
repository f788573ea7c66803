"""Sheet `Veränderung`: this settlement beside the one before it, per municipality, and why it differs."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from flows.emit.overview.layout import CHANGES, CORRECTIONS, subtitle
from flows.emit.wording.differences import Change
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell
from schemas.documents import Overview, ReturnState
from schemas.months import german_month
from schemas.results import COUNTY_CAUSES, GERMAN_CAUSE, Cause, LineKind
from schemas.returns import ReturnKind

_COLUMNS = (
    Column("AGS", 10),
    Column("Kommune", 27),
    Column("Vorige\nAbrechnung", 14, True),
    Column("± laufender\nMonat", 14, True),
    Column("± frühere\nMonate", 14, True),
    Column("± einmalige\nBeträge", 14, True),
    Column("Diese\nAbrechnung", 14, True),
    Column("Warum", 62),
)
_PREVIOUS, TOTAL, _WHY = 2, 6, 7
_ONCE = {LineKind.START_UP: "Anschubfinanzierung.", LineKind.ADJUSTMENT: "Manuelle Buchung."}
_AMOUNTS = {2: "previous_cents", 3: "current_cents", 4: "earlier_cents", 5: "once_cents", 6: "total_cents"}


def write_changes(book: Book, overview: Overview, corrections: list[Change]) -> None:
    """A row per municipality (finance.CHANGES); the new amount is a formula over the old one and its changes."""
    sheet = book.table(CHANGES, "Veränderung zur vorigen Abrechnung", subtitle(overview), _COLUMNS)
    members, changes = overview.programme.members, overview.finance.changes
    reasons = _Reasons(overview, corrections)
    row = first = FIRST_TABLE_ROW
    for change in changes.iter_rows(named=True):
        sheet.text(row, 0, change["ags"])
        sheet.text(row, 1, members[change["ags"]].name)
        for column, name in _AMOUNTS.items():
            if column != TOTAL:
                sheet.money(row, column, change[name])
        sheet.live_money(row, TOTAL, f"=SUM({cell(row, _PREVIOUS)}:{cell(row, TOTAL - 1)})", change["total_cents"])
        sheet.text(row, _WHY, " ".join(reasons.of(change)) or "Unverändert.", "body_after")
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
