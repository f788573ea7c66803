"""Marks of an .ods workbook, from its content.xml."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flows.ingest.spreadsheet.anomalies import LAST_ROW, BookMarks, Damaged, Marks, Oddity, check_text
from flows.ingest.spreadsheet.container import part

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
HIDDEN = ("collapse", "filter")
ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|WERT!|REF!|BEZUG!|NAME\?|NUM!|ZAHL!|N/A|NV)|Err:[0-9]{3}")


@dataclass
class _Cursor:
    """Where on a sheet the next row, column or cell stands."""

    row: int = 1
    column: int = 1  # of the next table-column element
    cell: int = 1
    text: int = 0  # bytes of text in the row so far


def read_ods(parts: dict[str, bytes]) -> BookMarks:
    """Marks of all sheets; Damaged, Unreadable or an XML error where the content cannot be understood."""
    book = BookMarks(has_macros=any(name.startswith("basic/") for name in parts))
    marks, cursor = Marks(), _Cursor()
    for event, node in ElementTree.iterparse(BytesIO(part(parts, "content.xml") or b""), events=("start", "end")):
        if event == "start" and node.tag == f"{TABLE}table":
            marks, cursor = Marks(merges=[]), _Cursor()
            book.sheets.append(marks)
        elif event == "start" and node.tag == f"{TABLE}table-column":
            last = cursor.column + _repeats(node, "columns") - 1
            if node.get(f"{TABLE}visibility") in HIDDEN:
                marks.hide_columns(cursor.column, last)
            cursor.column = last + 1
        elif event == "end" and node.tag in CELLS:
            _mark_cell(node, cursor, marks)
        elif event == "end" and node.tag == f"{TABLE}table-row":
            _end_row(node, cursor, marks)
            node.clear()
        elif event == "end" and node.tag == f"{TABLE}null-date":
            book.epoch = date.fromisoformat(node.get(f"{TABLE}date-value", "1899-12-30"))
    check_text(sum(sheet.text for sheet in book.sheets))
    return book


def _repeats(node: ElementTree.Element, what: str) -> int:
    count = int(node.get(f"{TABLE}number-{what}-repeated", 1))
    if not 1 <= count <= LAST_ROW:
        raise Damaged("more repetitions than any sheet has rows")
    return count


def _end_row(node: ElementTree.Element, cursor: _Cursor, marks: Marks) -> None:
    last = cursor.row + _repeats(node, "rows") - 1
    if node.get(f"{TABLE}visibility") in HIDDEN:
        marks.hide_rows(cursor.row, last)
    if marks.extent.bottom == cursor.row:  # the row holds values, and so do its repetitions
        marks.extent.include(last, marks.extent.left)
        odd = (
            {column: oddity for (row, column), oddity in marks.oddities.items() if row == cursor.row}
            if last > cursor.row
            else {}
        )
        marks.oddities |= {(row, column): odd[column] for row in range(cursor.row + 1, last + 1) for column in odd}
    marks.text += cursor.text * (last - cursor.row + 1)
    cursor.row, cursor.cell, cursor.text = last + 1, 1, 0


def _mark_cell(node: ElementTree.Element, cursor: _Cursor, marks: Marks) -> None:
    repeats = _repeats(node, "columns")
    first, last = (cursor.row, cursor.cell), (cursor.row, cursor.cell + repeats - 1)
    cursor.cell += repeats
    paragraphs = ["".join(child.itertext()) for child in node if child.tag == f"{TEXT}p"]
    kind, shown = node.get(f"{OFFICE}value-type"), "\n".join(paragraphs)
    cursor.text += len(shown.encode()) * repeats
    formula = node.get(f"{TABLE}formula")
    if kind or shown:
        marks.extent.include(*first)
        marks.extent.include(*last)
    oddity = _oddity(node, kind, shown, formula is not None, bool(paragraphs))
    for column in range(first[1], last[1] + 1) if oddity or formula else ():
        if formula:
            marks.formulas.add((cursor.row, column))
        if oddity:
            marks.oddities[cursor.row, column] = oddity
    across, down = (int(node.get(f"{TABLE}number-{what}-spanned", 1)) for what in ("columns", "rows"))
    if (across > 1 or down > 1) and marks.merges is not None:
        marks.merges.append((first, (first[0] + down - 1, first[1] + across - 1)))


def _oddity(node: ElementTree.Element, kind: str | None, shown: str, is_formula: bool, has_text: bool) -> Oddity | None:
    if node.get(f"{CALC}value-type") == "error" or (is_formula and ERROR.fullmatch(shown)):
        return Oddity("error", shown or "#N/A")
    if is_formula and kind is None and not has_text:
        return Oddity("no_value")
    return Oddity("percent") if kind == "percentage" else None
