"""Sheet `Korrekturen` of a statement: what changed for earlier months, from which amount to which, and why."""

from collections.abc import Iterator

from flows.emit.statement.positions import CORRECTIONS, POSITIONS, in_order, subtitle
from flows.emit.wording.differences import CAUSE, COLUMNS, DIFFERENCE, EARLIER, Change, changes, write_change
from flows.emit.wording.lines import Line
from flows.emit.wording.reversals import concerned, reversal_cause
from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, span
from schemas.documents import Statement
from schemas.results import GERMAN_CAUSE, GERMAN_CAUSE_IN_FULL, Cause, reasons_in_words

_COLUMNS = (Column("Pos.", 5), *COLUMNS, Column("Was geschehen ist", 56))
_FIRST = 1  # of COLUMNS
_DIFFERENCE, _CAUSE = _FIRST + DIFFERENCE, _FIRST + CAUSE
_UNKNOWN = "Die Ursache ist zu dieser Position nicht überliefert."


def write_corrections_sheet(book: Book, statement: Statement, lines: list[Line]) -> None:
    """Old, new, difference and cause of every correction, their sum, and the sum of each cause; no sheet without any."""
    rows = changes(statement.corrections, in_order(lines, statement.month), statement.month)
    if not rows:
        return
    sheet = book.table(CORRECTIONS, EARLIER, subtitle(statement), _COLUMNS)
    first = FIRST_TABLE_ROW
    for row, change in enumerate(rows, first):
        _write_change(sheet, row, change, statement)
    last = first + len(rows) - 1
    row = _write_sums(sheet, last + 1, rows, last)
    for sentence in (
        f"„Pos.“ ist die Nummer auf dem Blatt „{POSITIONS}“. Hat eine Position mehrere Ursachen, steht jede in einer eigenen Zeile: vom bisherigen zum neuen Betrag.",
        f"Ein Plus in „Differenz“ geht zulasten, ein Minus zugunsten der Kommune. {NONE_EXPLAINED}",
    ):
        row = sheet.prose(row, sentence, "small_prose")


def _write_change(sheet: Sheet, row: int, change: Change, statement: Statement) -> None:
    sheet.number(row, 0, change.position, "body_place")
    write_change(sheet, row, _FIRST, change)
    sheet.text(row, _CAUSE + 1, " ".join(_story(change, statement)))


def _story(change: Change, statement: Statement) -> Iterator[str]:
    reversed_here = concerned(statement.reversals, change.kind, change.service_month)
    if change.cause is Cause.CANCELLATION and reversed_here:
        yield reversal_cause(reversed_here)
    else:
        yield GERMAN_CAUSE_IN_FULL[change.cause] if change.cause else _UNKNOWN
    if change.reason and change.cause in (Cause.CORRECTION, None):
        yield reasons_in_words([*change.reason])
    if change.county_reason:
        yield f"Begründung des Kreises: {change.county_reason}"


def _write_sums(sheet: Sheet, row: int, rows: list[Change], last: int) -> int:
    """The sum of all differences, and of each cause where there are several; the next row for text."""
    causes, amounts = (span(FIRST_TABLE_ROW, last, column) for column in (_CAUSE, _DIFFERENCE))
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, f"Summe der {EARLIER}", "total_left")
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
