"""Sheet `Korrekturen` of a statement: what changed for earlier months, from which amount to which, and why."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from flows.emit.lines import Line
from flows.emit.statement_positions import CORRECTIONS, POSITIONS, in_order, subtitle
from flows.emit.words import (
    GERMAN_CAUSE,
    GERMAN_CAUSE_IN_FULL,
    GERMAN_LINE_KIND,
    NONE,
    NONE_EXPLAINED,
    reasons_in_words,
)
from flows.emit.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, month_number, span
from schemas.documents import Statement
from schemas.results import LINE_KEY, Cause, LineKind

_COLUMNS = (
    Column("Pos.", 5),
    Column("Leistungs-\nmonat", 9),
    Column("Art", 25),
    Column("Fallnummer", 14),
    Column("AGH-Nummer\noder Beleg", 12),
    Column("Bisher", 12, True),
    Column("Neu", 12, True),
    Column("Differenz", 12, True),
    Column("Ursache", 22),
    Column("Was geschehen ist", 56),
)
_OLD, _NEW, _DIFFERENCE, _CAUSE = 5, 6, 7, 8
_ORDER = {cause: place for place, cause in enumerate(Cause)}  # in which they lead from the old amount to the new
_UNKNOWN = "Die Ursache ist zu dieser Position nicht überliefert."


class Change(NamedTuple):
    """One cause of a line's difference: the amount before and after it, in cents; no cause where none is stored."""

    position: int
    line: Line
    old_cents: int
    new_cents: int
    cause: Cause | None
    accepted_reason: str | None

    @property
    def difference_cents(self) -> int:
        """What the cause adds to the line."""
        return self.new_cents - self.old_cents

    @property
    def county_reason(self) -> str | None:
        """Why the county accepted the difference, or booked it by hand."""
        return reasons_in_words(self.line.reason) if self.cause is Cause.ADJUSTMENT else self.accepted_reason


def changes(corrections: pl.DataFrame, lines: list[Line], month: str) -> list[Change]:
    """The causes of every difference of an earlier month than the run's, in the order of the lines.

    `corrections` is a results.CORRECTIONS frame; a line's position is its place in `lines`, from 1.
    A line without a stored cause (from a ledger older than causes) has one row all the same. ValueError if the
    causes of a line do not add up to its difference.
    """
    stored: dict[tuple[str, ...], list[tuple[int, int, Cause, str | None]]] = defaultdict(list)
    columns = (*LINE_KEY, "old_cents", "new_cents", "cause", "accepted_reason")
    for entry in corrections.select(columns).rows():
        old, new, cause, reason = entry[len(LINE_KEY) :]
        stored[entry[: len(LINE_KEY)]].append((old, new, Cause(cause), reason))
    found = []
    for position, line in enumerate(lines, 1):
        if line.service_month == month or not line.delta_cents:
            continue
        key = (line.service_month, line.ags, line.case_id, line.kind, line.reference)
        own = [Change(position, line, *entry) for entry in stored[key]]
        own = own or [Change(position, line, line.posted_before_cents, line.computed_cents, None, None)]
        if sum(change.difference_cents for change in own) != line.delta_cents:
            raise ValueError(
                f"the causes of position {position} of {line.ags} do not add up to {line.delta_cents} cents"
            )
        found += sorted(own, key=lambda change: _ORDER[change.cause] if change.cause else 0)
    return found


def write_corrections_sheet(book: Book, statement: Statement, lines: list[Line]) -> None:
    """Old, new, difference and cause of every correction, their sum, and the sum of each cause; no sheet without any."""
    rows = changes(statement.corrections, in_order(lines, statement.month), statement.month)
    if not rows:
        return
    sheet = book.table(CORRECTIONS, "Korrekturen früherer Monate", subtitle(statement), _COLUMNS)
    first = FIRST_TABLE_ROW
    for row, change in enumerate(rows, first):
        _write_change(sheet, row, change)
    last = first + len(rows) - 1
    row = _write_sums(sheet, last + 1, rows, last)
    for sentence in (
        f"„Pos.“ ist die Nummer auf dem Blatt „{POSITIONS}“. Hat eine Position mehrere Ursachen, steht jede in einer eigenen Zeile: vom bisherigen zum neuen Betrag.",
        f"Ein Plus in „Differenz“ geht zulasten, ein Minus zugunsten der Kommune. {NONE_EXPLAINED}",
    ):
        row = sheet.prose(row, sentence, "small_prose")


def _write_change(sheet: Sheet, row: int, change: Change) -> None:
    line = change.line
    sheet.number(row, 0, change.position, "body_place")
    sheet.number(row, 1, month_number(line.service_month), "body_month")
    sheet.text(row, 2, GERMAN_LINE_KIND[LineKind(line.kind)])
    sheet.text(row, 3, line.case_id or NONE)
    sheet.text(row, 4, line.position[0])
    sheet.money(row, _OLD, change.old_cents)
    sheet.money(row, _NEW, change.new_cents)
    sheet.live_money(row, _DIFFERENCE, f"=ROUND({cell(row, _NEW)}-{cell(row, _OLD)},2)", change.difference_cents)
    sheet.text(row, _CAUSE, GERMAN_CAUSE[change.cause] if change.cause else NONE, "body_after")
    sheet.text(row, _CAUSE + 1, " ".join(_story(change)))


def _story(change: Change) -> Iterator[str]:
    yield GERMAN_CAUSE_IN_FULL[change.cause] if change.cause else _UNKNOWN
    if change.line.reason and change.cause in (Cause.CORRECTION, None):
        yield reasons_in_words(change.line.reason)
    if change.county_reason:
        yield f"Begründung des Kreises: {change.county_reason}"


def _write_sums(sheet: Sheet, row: int, rows: list[Change], last: int) -> int:
    """The sum of all differences, and of each cause where there are several; the next row for text."""
    causes, amounts = (span(FIRST_TABLE_ROW, last, column) for column in (_CAUSE, _DIFFERENCE))
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe der Korrekturen früherer Monate", "total_left")
    total = sum(change.difference_cents for change in rows)
    sheet.live_money(row, _DIFFERENCE, f"=SUM({amounts})", total, "total_money")
    occurring = [cause for cause in Cause if any(change.cause is cause for change in rows)]
    for cause in occurring if len(occurring) > 1 else ():
        row += 1
        sheet.blank(row, range(len(_COLUMNS)), "body")
        sheet.text(row, 0, f"davon: {GERMAN_CAUSE[cause]}", "body_left")
        amount = sum(change.difference_cents for change in rows if change.cause is cause)
        sheet.live_money(row, _DIFFERENCE, f'=SUMIF({causes},"{GERMAN_CAUSE[cause]}",{amounts})', amount)
    return row + 2
