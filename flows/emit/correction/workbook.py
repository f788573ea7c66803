"""The correction workbook: a municipality's own file, its faulty cells marked and commented, and a Prüfprotokoll in front."""

import re
import warnings
from itertools import groupby
from pathlib import Path
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from flows.durable import replacing
from flows.emit.correction.marking import (
    LIBRARY_ERRORS,
    NO_CLOCK,
    forget_visible,
    has_own_fill,
    is_painted,
    keep_visible,
    opened,
    packed,
    paint,
    unpaint,
)
from flows.emit.correction.package import DEFECT, Unmarkable
from flows.emit.correction.protocol import PROTOCOL_SHEET, shown, write_protocol
from flows.emit.xlsx.styles import ERROR_MARK, WARNING_MARK
from schemas.documents import Correction
from schemas.finding_groups import Entry
from schemas.findings import GERMAN_SEVERITY, TO_SENDER

AUTHOR = "Prüfung des Kreises"
MOST_COMMENTS = 2_000  # more make a workbook slow to open; further cells are only coloured, by a rule
_NOT_OPENED = ("F01", "F02", "F03")
_LETTERS_PER_LINE, _LINE_HEIGHT, _COMMENT_WIDTH = 48, 17, 320
_COLOURS = {"error": ERROR_MARK, "warning": WARNING_MARK}

_MARKED = (
    "Ein Klick auf die Stelle führt zur Zelle. Fehler sind rot markiert, Warnungen gelb, jeweils mit Kommentar. Bitte "
    "berichtigen Sie die Fehler in dieser Datei, speichern Sie sie als .xlsx und senden Sie sie noch einmal; das Blatt "
    "„Prüfprotokoll“ darf bleiben. Warnungen bitte nur prüfen."
)
_ALONE = (
    "In Ihrer Datei selbst ließ sich nichts markieren. {reason} Bitte berichtigen Sie die genannten Stellen dort und senden "
    "Sie die Meldung als .xlsx noch einmal. Warnungen bitte nur prüfen."
)
_OWN_PART = re.compile(r"(?:Fehler|Warnung|Hinweis) [A-Z][0-9]{2}: ")


def write_correction(path: Path, source: bytes, correction: Correction) -> None:
    """The received file with red and yellow cells and the Prüfprotokoll; alone where the file cannot be marked.

    Nothing else of the file is changed; macros are left out. The same file and findings give the same bytes.
    """
    entries = [Entry(*row) for row in correction.findings.select(Entry._fields).iter_rows()]
    entries = [entry._replace(message=TO_SENDER.get(entry.code, entry.message)) for entry in entries]
    content = _marked(source, correction, entries)
    with replacing(path) as part:
        part.write_bytes(content)


def _marked(source: bytes, correction: Correction, entries: list[Entry]) -> bytes:
    """The marked file; the Prüfprotokoll alone where it is not to be marked or the writing library cannot take it."""
    if any(entry.code in _NOT_OPENED for entry in entries):
        return _alone(correction, entries, "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that the library does not know
            book, stored = opened(source)
            _remove_earlier_marks(book)
            _mark(book, entries)
            write_protocol(book, correction, entries, _MARKED)
            return packed(book, stored)
    except Unmarkable as unmarkable:
        return _alone(correction, entries, str(unmarkable))
    except LIBRARY_ERRORS:  # its sender gets the Prüfprotokoll, and the others of the month get theirs
        return _alone(correction, entries, DEFECT)


def _alone(correction: Correction, entries: list[Entry], reason: str) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    write_protocol(book, correction, entries, _ALONE.format(reason=reason).replace("  ", " "))
    book.properties.creator, book.properties.created = AUTHOR, NO_CLOCK
    return packed(book)


def _remove_earlier_marks(book: Workbook) -> None:
    """What an earlier correction left in the file, whatever program it was mended with; the sender's own notes stay."""
    was_corrected = PROTOCOL_SHEET in book.sheetnames
    if was_corrected:
        book.remove(book[PROTOCOL_SHEET])
    for sheet in book.worksheets:
        marked = forget_visible(sheet)
        # iter_rows would make every cell of a used range that one stray cell can span
        for cell in sheet._cells.values():
            comment = cell.comment
            is_own = comment is not None and _is_own(comment)
            if comment is not None and is_own:
                cell.comment = _note(comment)
            if (is_own or was_corrected or cell.coordinate in marked) and is_painted(cell):
                unpaint(cell)


def _is_own(comment: Comment) -> bool:
    """Whether a comment is a mark: programs drop its author, but hardly its words."""
    return comment.author == AUTHOR or _OWN_PART.match(comment.text.lstrip()) is not None


def _note(comment: Comment) -> Comment | None:
    """The sender's own note behind the parts of a mark, as it was before."""
    rest = [part for part in comment.text.strip().split("\n\n") if not _OWN_PART.match(part)]
    author, _, text = "\n\n".join(rest).partition(": ")
    return Comment(text, author, height=comment.height, width=comment.width) if text else None


def _mark(book: Workbook, entries: list[Entry]) -> None:
    """Colours and comments every cell that a finding names; the gravest finding of a cell decides its colour."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    marks = [entry for entry in entries if entry.cell and entry.sheet in sheets and entry.severity in _COLOURS]
    marks.sort(key=lambda entry: (entry.sheet, entry.cell, entry.severity))  # error before warning
    painted: dict[str, dict[str, list[str]]] = {}
    corners: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
    covered: set[str] = set()  # sheets with a marked cell that has a colour of its own
    for number, (place, found) in enumerate(groupby(marks, key=lambda entry: (entry.sheet, entry.cell))):
        own = list(found)
        cell = _top_left(sheets[place[0]], place[1], corners.setdefault(place[0], {}))
        colour = _COLOURS[own[0].severity]
        if has_own_fill(cell) or number >= MOST_COMMENTS:
            covered.add(place[0])  # its own colour is there again when the mark is gone
        else:
            paint(cell, colour)
        painted.setdefault(place[0], {}).setdefault(colour, []).append(cell.coordinate)
        if number < MOST_COMMENTS:
            _comment(cell, own)
    for name, cells in painted.items():
        keep_visible(sheets[name], cells, name in covered)


def _top_left(sheet: Any, address: str, corners: dict[tuple[int, int], tuple[int, int]]) -> Any:
    """The cell itself, or the one that shows the merged range it lies in; `corners` are remembered for the sheet."""
    cell = sheet[address]
    if not isinstance(cell, MergedCell) or cell.row is None or cell.column is None:
        return cell
    if not corners:
        for area in sheet.merged_cells.ranges:
            corners.update(dict.fromkeys(area.cells, (area.min_row, area.min_col)))
    return sheet.cell(*corners[cell.row, cell.column])


def _one_part(message: str) -> str:
    """The sentence without empty lines, which part one finding from the next."""
    return "\n".join(line for line in message.splitlines() if line.strip())


def _comment(cell: Any, found: list[Entry]) -> None:
    parts = [f"{GERMAN_SEVERITY[entry.severity]} {entry.code}: {_one_part(entry.message)}" for entry in found]
    if cell.comment is not None:
        parts.append(f"{cell.comment.author}: {cell.comment.text}")
    text = shown("\n\n".join(parts))
    lines = sum(len(paragraph) // _LETTERS_PER_LINE + 1 for paragraph in text.split("\n"))
    cell.comment = Comment(text, AUTHOR, height=lines * _LINE_HEIGHT + 12, width=_COMMENT_WIDTH)
