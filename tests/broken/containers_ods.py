"""Sheets as an OpenDocument spreadsheet."""

import re
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tests.broken.containers import Book, Error, Formula, Grid, Percent, plain
from tests.broken.forms import zipped

_COUNTING = re.compile(r"^ +| +$| {2,}|\t")  # blanks that would be dropped, and tabs


def ods(
    book: Book,
    *,
    encrypted: bool = False,
    extra: dict[str, bytes] | None = None,
    columns: str = "1",
    from_1904: bool = False,
) -> bytes:
    """An OpenDocument spreadsheet; `columns`: how many empty cells each row claims to have at its end."""
    tables = "".join(_ods_table(name, grid, columns) for name, grid in book.items())
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    settings = settings if from_1904 else ""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{settings}{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    secret = "<manifest:encryption-data/>" if encrypted else ""
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{secret}</manifest:file-entry>'
        "</manifest:manifest>"
    )
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": manifest.encode(),
        "content.xml": content.encode(),
    }
    return zipped(parts | (extra or {}))


def _ods_table(name: str, grid: Grid, repeated: str) -> str:
    columns = "".join(
        f"<table:table-column{_collapsed(column in grid.hidden_columns)}/>" for column in range(1, grid.right + 1)
    )
    rows = []
    for row in range(1, grid.bottom + 1):
        cells = "".join(_ods_cell(grid, row, column) for column in range(1, grid.right + 1))
        filler = f'<table:table-cell table:number-columns-repeated="{repeated}"/>'
        rows.append(f"<table:table-row{_collapsed(row in grid.hidden_rows)}>{cells}{filler}</table:table-row>")
    style = "ta2" if grid.is_hidden else "ta1"
    return (
        f'<table:table table:name={quoteattr(name)} table:style-name="{style}">{columns}{"".join(rows)}</table:table>'
    )


def _collapsed(is_hidden: bool) -> str:
    return ' table:visibility="collapse"' if is_hidden else ""


def _ods_cell(grid: Grid, row: int, column: int) -> str:
    value = plain(grid.cells.get((row, column)))
    merge = next((entry for entry in grid.merges if entry[:2] == (row, column)), None)
    across = merge[3] - merge[1] + 1 if merge else 1
    spanned = f' table:number-columns-spanned="{across}" table:number-rows-spanned="1"' if merge else ""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, Error):
        formula = ' table:formula="of:=A1"' if value.is_formula else ""
        kind = ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell{formula}{kind}><text:p>{value.text}</text:p></table:table-cell>"
    if isinstance(value, Formula):
        spanned, value = ' table:formula="of:=A1"', value.stored
    if isinstance(value, Percent):
        kind, text = f' office:value-type="percentage" office:value="{value.number}"', f"{value.number}"
    elif isinstance(value, bool):
        kind, text = f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"', "WAHR"
    elif isinstance(value, date):
        kind, text = f' office:value-type="date" office:date-value="{value}"', f"{value}"
    elif isinstance(value, int | float):
        kind, text = f' office:value-type="float" office:value="{value}"', f"{value}"
    else:
        kind, text = ' office:value-type="string"', str(value)
    return f"<table:table-cell{spanned}{kind}>{_paragraphs(text)}</table:table-cell>"


def _paragraphs(text: str) -> str:
    """Text as OpenDocument holds it: a paragraph for each line, blanks that count and tabs as elements."""
    return "".join(f"<text:p>{_COUNTING.sub(_element, escape(line))}</text:p>" for line in text.split("\n"))


def _element(match: re.Match[str]) -> str:
    blanks = match[0]
    return "<text:tab/>" if blanks == "\t" else f'<text:s text:c="{len(blanks)}"/>'
