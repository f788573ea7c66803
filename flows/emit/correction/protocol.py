"""Sheet `Prüfprotokoll`: what is wrong with a return, each finding with a link to its cell."""

from pathlib import PurePath
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from flows.emit.correction.marking import dress
from flows.emit.xlsx.measure import lines_needed
from flows.emit.xlsx.styles import FONT, LEADING, SIZE, TALLEST_ROW
from schemas.documents import Correction
from schemas.finding_groups import Entry, grouped, in_words
from schemas.findings import GERMAN_SEVERITY, Severity

PROTOCOL_SHEET = "Prüfprotokoll"
MOST_LISTED = 5_000  # further places with a link each; a sheet takes no more than 65,530 links
_WIDTHS = (26, 11, 8, 105)
_HEADINGS = ("Stelle", "Art", "Code", "Was ist zu tun?")
_STYLE: dict[Severity, str] = {"error": "body_error", "warning": "body_warning", "notice": "body"}


def write_protocol(book: Workbook, correction: Correction, entries: list[Entry], explanation: str) -> None:
    """Puts the sheet in front and opens the workbook there; every place that is in the workbook is a link."""
    sheet: Any = book.create_sheet(PROTOCOL_SHEET, 0)
    sheets = {name.casefold(): name for name in book.sheetnames}
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    groups = grouped(entries, book.sheetnames)
    _text(sheet, 1, 1, "Prüfprotokoll", "title")
    _text(sheet, 2, 1, shown(PurePath(correction.file).name), "muted")
    _prose(sheet, 3, f"{in_words(entries)} {explanation}")
    _prose(sheet, 4, correction.reply)
    _head(sheet, 5)
    row = 6
    for first, *others in groups:
        more = f" … und {len(others)} weitere" + (" (siehe unten)." if others else "")
        _line(sheet, row, first, first.message + more if others else first.message, sheets)
        row += 1
    further = [entry for _, *others in groups for entry in others]
    if further:
        _text(sheet, row + 1, 1, "Weitere Stellen", "section")
        for column in (2, 3, 4):
            dress(sheet.cell(row + 1, column), "section")
        row += 2
        for entry in further[:MOST_LISTED]:
            _line(sheet, row, entry, entry.message, sheets)
            row += 1
        if len(further) > MOST_LISTED:
            _prose(sheet, row, f"… und {len(further) - MOST_LISTED} weitere; der Kreis hat die vollständige Liste.")
    _set_up(book, sheet)


def _head(sheet: Any, row: int) -> None:
    for column, heading in enumerate(_HEADINGS, start=1):
        _text(sheet, row, column, heading, "head")


def _line(sheet: Any, row: int, entry: Entry, message: str, sheets: dict[str, str]) -> None:
    target = sheets.get(entry.sheet.casefold()) if entry.sheet else None
    _text(sheet, row, 1, entry.place, "body_link" if target else "body")
    if target:
        location = "'" + target.replace("'", "''") + f"'!{entry.cell or 'A1'}"
        sheet.cell(row, 1).hyperlink = Hyperlink(
            ref="", location=location, tooltip="Hier klicken, um zur Stelle zu springen"
        )
    _text(sheet, row, 2, GERMAN_SEVERITY[entry.severity], _STYLE[entry.severity])
    _text(sheet, row, 3, entry.code, "body")
    _text(sheet, row, 4, message, "body")
    lines = max(lines_needed(message, _WIDTHS[3], 9), lines_needed(entry.place, _WIDTHS[0], 9))
    sheet.row_dimensions[row].height = min(lines * 9 * LEADING + 5, TALLEST_ROW)


def _prose(sheet: Any, row: int, text: str) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(_WIDTHS))
    _text(sheet, row, 1, text, "prose")
    sheet.row_dimensions[row].height = lines_needed(text, sum(_WIDTHS), SIZE) * SIZE * LEADING + 6


def _text(sheet: Any, row: int, column: int, text: str, style: str) -> None:
    """Text, whatever it looks like: never a formula."""
    cell = sheet.cell(row, column)
    cell.value = shown(text)
    cell.data_type = "s"
    dress(cell, style)


def shown(text: str) -> str:
    """Text without what no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "replace").decode())


def _set_up(book: Workbook, sheet: Any) -> None:
    for other in book.worksheets:
        for view in other.views.sheetView:
            view.tabSelected = False
    book.active = 0
    for view in book.views:
        view.firstSheet, view.activeTab = 0, 0
    sheet.sheet_view.tabSelected = True
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.selection[0].activeCell = sheet.sheet_view.selection[0].sqref = "A6"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "5:5"
    footer = sheet.oddFooter.right
    footer.text, footer.font, footer.size = "Seite &P von &N", f"{FONT},Regular", 8
