"""Differences of earlier months as rows of a workbook: one set of columns for statement and overview."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from flows.emit.wording.lines import Line, position_of
from flows.emit.xlsx.formula import Term
from flows.emit.xlsx.table import Column
from flows.emit.xlsx.workbook import Sheet, month_number
from schemas.changed import WhatChanged
from schemas.changed_words import headlines, reasons
from schemas.documents import NONE
from schemas.identifiers import Ags, CaseId
from schemas.months import Month
from schemas.results import GERMAN_CAUSE, GERMAN_LINE_KIND, LINE_KEY, Cause, LineKind, reasons_in_words

COLUMNS = (
    Column("service_month", "Leistungs-\nmonat", 10),
    Column("kind", "Art", 25),
    Column("case_id", "Fallnummer", 14),
    Column("position", "AGH-Nummer\noder Beleg", 12),
    Column("old", "Bisher", 12, True),
    Column("new", "Neu", 12, True),
    Column("difference", "Differenz", 12, True),
    Column("cause", "Ursache", 23),
)
EARLIER = "Nachmeldungen und Korrekturen früherer Monate"
_ORDER = {cause: place for place, cause in enumerate(Cause)}  # in which they lead from the old amount to the new


class Change(NamedTuple):
    """One cause of a line's difference: the amount before and after it, in cents; no cause where none is stored."""

    ags: Ags
    service_month: Month
    kind: str
    case_id: CaseId
    reference: str
    old_cents: int
    new_cents: int
    cause: Cause | None
    accepted_reason: str | None = None
    reason: Sequence[str] = ()  # of the line
    position: int = 0  # of the line in its statement, from 1

    @property
    def difference_cents(self) -> int:
        """What the cause adds to the line."""
        return self.new_cents - self.old_cents

    @property
    def county_reason(self) -> str | None:
        """Why the county accepted the difference, or booked it by hand."""
        return reasons_in_words([*self.reason]) if self.cause is Cause.ADJUSTMENT else self.accepted_reason


def reasons_of(change: Change, changed: WhatChanged) -> str:
    """What changed behind it, each input with its old and new value and where they stand; empty where the cause says all."""
    return "; ".join(reasons(changed, change.cause, **_line_of(change)))


def headlines_of(found: Sequence[Change], changed: WhatChanged) -> list[str]:
    """The same for a letter, of all differences together, each once."""
    phrases = (phrase for change in found for phrase in headlines(changed, change.cause, **_line_of(change)))
    return list(dict.fromkeys(phrases))


def _line_of(change: Change) -> dict[str, Any]:
    """The key of the line that it belongs to."""
    return {name: getattr(change, name) for name in LINE_KEY}


def changes(corrections: pl.DataFrame, lines: list[Line], month: Month) -> list[Change]:
    """The causes of every difference of an earlier month than the run's, in the order of the lines.

    `corrections` is a results.CORRECTIONS frame; a line's position is its place in `lines`, from 1.
    A line without a stored cause (from a ledger older than causes) has one row all the same. ValueError if the
    causes of a line do not add up to its difference.
    """
    stored: dict[tuple[str, ...], list[tuple[int, int, Cause | None, str | None]]] = defaultdict(list)
    columns = (*LINE_KEY, "old_cents", "new_cents", "cause", "accepted_reason")
    for entry in zip(*(corrections[name] for name in columns), strict=True):
        old, new, cause, reason = entry[len(LINE_KEY) :]
        stored[entry[: len(LINE_KEY)]].append((old, new, Cause(cause), reason))
    found = []
    for position, line in enumerate(lines, 1):
        if line.service_month == month or not line.delta_cents:
            continue
        key = (line.service_month, line.ags, line.case_id, line.kind, line.reference)
        entries = stored[key] or [(line.posted_before_cents, line.computed_cents, None, None)]
        own = [
            Change(line.ags, line.service_month, line.kind, line.case_id, line.reference, *entry, line.reason, position)
            for entry in entries
        ]
        if sum(change.difference_cents for change in own) != line.delta_cents:
            raise ValueError(
                f"the causes of position {position} of {line.ags} do not add up to {line.delta_cents} cents"
            )
        found += sorted(own, key=lambda change: _ORDER[change.cause] if change.cause else 0)
    return found


def write_change(sheet: Sheet, row: int, change: Change, old: Term | None = None, new: Term | None = None) -> None:
    """The cells of COLUMNS; `old` and `new` are the cells that hold the amounts too, where the reader's own figures are to follow."""
    sheet.number(row, "service_month", month_number(change.service_month), "body_month")
    sheet.text(row, "kind", GERMAN_LINE_KIND[LineKind(change.kind)])
    sheet.text(row, "case_id", change.case_id or NONE)
    sheet.text(row, "position", position_of(change.kind, change.reference)[0])
    sheet.derived(row, "old", change.old_cents, *filter(None, (old,)))
    sheet.derived(row, "new", change.new_cents, *filter(None, (new,)))
    difference = f"=ROUND({sheet.cell(row, 'new')}-{sheet.cell(row, 'old')},2)"
    sheet.live_money(row, "difference", difference, change.difference_cents)
    sheet.text(row, "cause", GERMAN_CAUSE[change.cause] if change.cause else NONE, "body_after")
