"""Sheet `Korrekturen` of a statement: what changed for earlier months, from which amount to which, and why."""

from collections.abc import Iterator

from flows.emit.statement.positions import CORRECTIONS, POSITIONS, PositionRows, in_order, subtitle
from flows.emit.statement.positions import TABLE as POSITION_TABLE
from flows.emit.wording.differences import COLUMNS, EARLIER, Change, changes, reasons_of, write_change
from flows.emit.wording.lines import Line
from flows.emit.wording.reversals import concerned, reversal_cause
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.formula import amount
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import Statement
from schemas.results import GERMAN_CAUSE, GERMAN_CAUSE_IN_FULL, Cause, reasons_in_words

_TABLE = Table(CORRECTIONS, Column("number", "Pos.", 5), *COLUMNS, Column("story", "Was geschehen ist", 56))
_UNKNOWN = "Die Ursache ist zu dieser Position nicht überliefert."


def write_corrections_sheet(book: Book, statement: Statement, lines: list[Line], position_rows: PositionRows) -> None:
    """Old, new, difference and cause of every correction, their sum, and the sum of each cause; no sheet without any.

    The first cause of a position begins at what its line says was settled, each further one at the amount above, and the
    last one ends at what the line comes to: whoever changes a position sees its correction change.
    """
    ordered = in_order(lines, statement.month)
    rows = changes(statement.corrections, ordered, statement.month)
    if not rows:
        return
    sheet = book.table(_TABLE, EARLIER, subtitle(statement))
    first = FIRST_TABLE_ROW
    before, after = [None, *rows[:-1]], [*rows[1:], None]
    for row, (earlier, change, later) in enumerate(zip(before, rows, after, strict=True), first):
        line, place = ordered[change.position - 1], position_rows.lines[change.position - 1]
        old = amount(POSITION_TABLE.cell_elsewhere(place, "posted_before"), line.posted_before_cents)
        if earlier and earlier.position == change.position:
            old = amount(sheet.cell(row - 1, "new"), earlier.new_cents)
        ends = later is None or later.position != change.position
        new = amount(POSITION_TABLE.cell_elsewhere(place, "computed"), line.computed_cents) if ends else None
        sheet.number(row, "number", change.position, "body_place")
        write_change(sheet, row, change, old, new)
        sheet.text(row, "story", " ".join(_story(change, statement)))
    last = first + len(rows) - 1
    row = _write_sums(sheet, last + 1, rows, last)
    for sentence in (
        f"„Pos.“ ist die Nummer auf dem Blatt „{POSITIONS}“. Hat eine Position mehrere Ursachen, steht jede in einer eigenen Zeile: vom bisherigen zum neuen Betrag.",
        f"Ein Plus in „Differenz“ geht zulasten, ein Minus zugunsten der Kommune. {NONE_EXPLAINED}",
    ):
        row = sheet.prose(row, sentence, "small_prose")


def _story(change: Change, statement: Statement) -> Iterator[str]:
    reversed_here = concerned(statement.reversals, change.kind, change.service_month)
    if change.cause is Cause.CANCELLATION and reversed_here:
        yield reversal_cause(reversed_here)
    else:
        yield GERMAN_CAUSE_IN_FULL[change.cause] if change.cause else _UNKNOWN
    if told := reasons_of(change, statement.changed):
        yield f"{told}."
    if change.reason and change.cause in (Cause.CORRECTION, None):
        yield reasons_in_words([*change.reason])
    if change.county_reason:
        yield f"Begründung des Kreises: {change.county_reason}"


def _write_sums(sheet: Sheet, row: int, rows: list[Change], last: int) -> int:
    """The sum of all differences, and of each cause where there are several; the next row for text."""
    causes, amounts = (_TABLE.span(FIRST_TABLE_ROW, last, column) for column in ("cause", "difference"))
    sheet.result(row, f"Summe der {EARLIER}")
    total = sum(change.difference_cents for change in rows)
    sheet.live_money(row, "difference", f"=SUM({amounts})", total, "total_money")
    occurring = [cause for cause in Cause if any(change.cause is cause for change in rows)]
    for cause in occurring if len(occurring) > 1 else ():
        row += 1
        sheet.result(row, f"davon: {GERMAN_CAUSE[cause]}", "body")
        amount = sum(change.difference_cents for change in rows if change.cause is cause)
        sheet.live_money(row, "difference", f'=SUMIF({causes},"{GERMAN_CAUSE[cause]}",{amounts})', amount)
    return row + 2
