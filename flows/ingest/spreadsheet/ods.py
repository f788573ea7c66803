"""Sheets of an .ods workbook, read from its content.xml."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from flows.ingest.spreadsheet.anomalies import LAST_ROW, Damaged, Oddity
from flows.ingest.spreadsheet.container import part
from flows.ingest.spreadsheet.iso import iso_moment
from flows.ingest.spreadsheet.marks import BookMarks, Marks, check_text

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
HIDDEN = ("collapse", "filter")
ERROR = re.compile(r"#[A-ZÄÖÜ][A-ZÄÖÜ0-9_/]+[!?]?|(?:Err|Fehler) ?:[0-9]{3}")
NUMBERS = ("float", "currency", "percentage")
_TIME = re.compile(r"P(?:([0-9]+)D)?T?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:[.,][0-9]*)?S)?")
_BLANKS = re.compile(r"[ \t\r\n]+")


@dataclass
class _Cursor:
    """Where on a sheet the next row, column or cell stands."""

    row: int = 1
    column: int = 1  # of the next table-column element
    cell: int = 1
    text: int = 0  # text of the sheet before this row


def read_ods(parts: dict[str, bytes]) -> BookMarks:
    """All sheets; Damaged, Unreadable or an XML error where the content cannot be understood."""
    book = BookMarks(has_macros=any(name.startswith("basic/") for name in parts))
    hidden_styles: set[str] = set()
    marks, cursor, depth = Marks(), _Cursor(), 0
    for event, node in ElementTree.iterparse(BytesIO(part(parts, "content.xml") or b""), events=("start", "end")):
        if node.tag == f"{TABLE}table":
            depth += 1 if event == "start" else -1  # a table within a cell is none of the workbook's sheets
        if event == "start" and node.tag == f"{TABLE}table" and depth == 1:
            is_hidden = node.get(f"{TABLE}style-name") in hidden_styles
            marks, cursor = Marks(node.get(f"{TABLE}name", ""), is_hidden, merges=[]), _Cursor()
            book.sheets.append(marks)
        elif event == "start" and node.tag == f"{TABLE}table-column":
            last = cursor.column + _repeats(node, "columns") - 1
            if node.get(f"{TABLE}visibility") in HIDDEN:
                marks.hide_columns(cursor.column, last)
            cursor.column = last + 1
        elif depth > 1 or event == "start":
            continue
        elif node.tag in CELLS:
            _read_cell(node, cursor, marks)
        elif node.tag == f"{TABLE}table-row":
            _end_row(node, cursor, marks)
            node.clear()
        elif node.tag == f"{TABLE}null-date":
            book.epoch = date.fromisoformat(node.get(f"{TABLE}date-value", "1899-12-30"))
        elif node.tag == f"{STYLE}style" and any(one.get(f"{TABLE}display") == "false" for one in node):
            hidden_styles.add(node.get(f"{STYLE}name", ""))
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
    if marks.grid is not None:
        marks.grid.repeat(cursor.row, last)
    marks.text += (marks.text - cursor.text) * (last - cursor.row)
    cursor.row, cursor.cell, cursor.text = last + 1, 1, marks.text


def _read_cell(node: ElementTree.Element, cursor: _Cursor, marks: Marks) -> None:
    repeats = _repeats(node, "columns")
    first = (cursor.row, cursor.cell)
    cursor.cell += repeats
    is_formula = node.get(f"{TABLE}formula") is not None
    if is_formula:
        marks.formulas.add(first)
    value = _value(node, is_formula)
    if value is not None:
        marks.put(first, value, repeats)
    across, down = (int(node.get(f"{TABLE}number-{what}-spanned", 1)) for what in ("columns", "rows"))
    if (across > 1 or down > 1) and marks.merges is not None:
        marks.merges.append((first, (first[0] + down - 1, first[1] + across - 1)))


def _value(node: ElementTree.Element, is_formula: bool) -> object:
    """What a cell says; its text where it states no type, as every program shows it."""
    paragraphs = ["".join(_text(child)) for child in node if child.tag == f"{TEXT}p"]
    kind, shown = node.get(f"{OFFICE}value-type") or node.get(f"{CALC}value-type"), "\n".join(paragraphs)
    if node.get(f"{CALC}value-type") == "error" or (is_formula and ERROR.fullmatch(shown)):
        return Oddity("error", shown or "#N/A")
    if kind in NUMBERS:
        number = float(node.get(f"{OFFICE}value", ""))
        return Oddity("percent", number) if kind == "percentage" else number
    if kind == "date":
        return iso_moment(node.get(f"{OFFICE}date-value", "")) or shown
    if kind == "time":
        return _duration(node.get(f"{OFFICE}time-value", ""))
    if kind == "boolean":
        return node.get(f"{OFFICE}boolean-value") == "true"
    if is_formula and kind is None and not paragraphs:
        return Oddity("no_value")
    stated = node.get(f"{OFFICE}string-value")
    return shown if stated is None or kind != "string" else stated


def _text(node: ElementTree.Element) -> Iterator[str]:
    """The text of a paragraph: blanks in a row are one, what counts of them stands in elements of its own."""
    yield _BLANKS.sub(" ", node.text or "")
    for child in node:
        if child.tag == f"{TEXT}s":
            yield " " * min(int(child.get(f"{TEXT}c", 1)), LAST_ROW)
        elif child.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
            yield "\t" if child.tag.endswith("tab") else "\n"
        elif child.tag != f"{OFFICE}annotation":
            yield from _text(child)
        yield _BLANKS.sub(" ", child.tail or "")


def _duration(text: str) -> timedelta | str:
    match = _TIME.fullmatch(text)
    if not match:
        return text
    days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
