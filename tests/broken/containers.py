"""The same sheets as .ods, .xlsb and .xls: just enough of each format for a reader, written byte by byte."""

import io
import struct
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl import load_workbook

from tests.broken.forms import Form, zipped

END = 0xFFFFFFFE  # of a chain of sectors
REF_ERROR = 0x17  # #REF! in the binary formats
GENERAL, DATE_FORMAT, PERCENT_FORMAT, OWN_FORMAT = 0, 14, 9, 164
STYLES = (GENERAL, DATE_FORMAT, PERCENT_FORMAT, OWN_FORMAT)
OWN_PERCENT = '0.0" von"%'  # what OWN_FORMAT shows


class Percent(NamedTuple):
    """A number under a percent format, Excel's or one of the workbook's own."""

    number: float
    own: bool = False


class RefError(NamedTuple):
    """A cell that holds #REF!."""

    is_formula: bool = True


Cells = dict[tuple[int, int], object]  # (row, column) counted from 1


@dataclass
class Grid:
    """One sheet."""

    cells: Cells
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    is_hidden: bool = False

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=1)

    @property
    def right(self) -> int:
        return max((column for _, column in self.cells), default=1)


Book = dict[str, Grid]


def grids(form: Form) -> Book:
    """The sheets of an .xlsx form."""
    book = load_workbook(io.BytesIO(form.content))
    return {
        sheet.title: Grid(
            {(cell.row, cell.column): cell.value for row in sheet for cell in row if cell.value is not None}
        )
        for sheet in book
    }


def _serial(day: date) -> float:
    return float((day - date(1899, 12, 30)).days)


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


# .ods


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
    value = _plain(grid.cells.get((row, column)))
    merge = next((entry for entry in grid.merges if entry[:2] == (row, column)), None)
    across = merge[3] - merge[1] + 1 if merge else 1
    spanned = f' table:number-columns-spanned="{across}" table:number-rows-spanned="1"' if merge else ""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, RefError):
        formula = ' table:formula="of:=#REF!"' if value.is_formula else ""
        kind = ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell{formula}{kind}><text:p>#REF!</text:p></table:table-cell>"
    if isinstance(value, Percent):
        kind, text = f' office:value-type="percentage" office:value="{value.number}"', f"{value.number}"
    elif isinstance(value, date):
        kind, text = f' office:value-type="date" office:date-value="{value}"', f"{value}"
    elif isinstance(value, int | float):
        kind, text = f' office:value-type="float" office:value="{value}"', f"{value}"
    else:
        kind, text = ' office:value-type="string"', str(value)
    return f"<table:table-cell{spanned}{kind}><text:p>{escape(text)}</text:p></table:table-cell>"


# .xlsb


def xlsb(
    book: Book, *, extra: dict[str, bytes] | None = None, texts: int | None = None, from_1904: bool = False
) -> bytes:
    """A binary workbook; `texts`: how many shared texts it claims to have."""
    relations, bundle, parts = "", b"", {}
    for number, (name, grid) in enumerate(book.items(), start=1):
        target = f"worksheets/sheet{number}.bin"
        relations += f'<Relationship Id="rId{number}" Type="worksheet" Target="{target}"/>'
        bundle += _record(156, struct.pack("<II", grid.is_hidden, number) + _wide(f"rId{number}") + _wide(name))
        parts[f"xl/{target}"] = _xlsb_sheet(grid)
    looks = b"".join(_record(47, struct.pack("<HH12x", 0, look)) for look in STYLES)
    own = (
        _record(615, struct.pack("<I", 1))
        + _record(44, struct.pack("<H", OWN_FORMAT) + _wide(OWN_PERCENT))
        + _record(616)
    )
    parts |= {
        "xl/workbook.bin": _record(131)
        + _record(153, struct.pack("<III", from_1904, 0, 0))
        + _record(143)
        + bundle
        + _record(144)
        + _record(157)
        + _record(132),
        "xl/_rels/workbook.bin.rels": f"<Relationships>{relations}</Relationships>".encode(),
        "xl/styles.bin": _record(278)
        + own
        + _record(617, struct.pack("<I", len(STYLES)))
        + looks
        + _record(618)
        + _record(279),
    }
    if texts is not None:
        parts["xl/sharedStrings.bin"] = _record(159, struct.pack("<II", texts, texts)) + _record(160)
    return zipped(parts | (extra or {}))


def _record(kind: int, data: bytes = b"") -> bytes:
    return _varying(kind) + _varying(len(data)) + data


def _varying(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_sheet(grid: Grid) -> bytes:
    size = struct.pack("<IIII", 0, grid.bottom - 1, 0, grid.right - 1)
    columns = b"".join(
        _record(60, struct.pack("<IIIIH", at - 1, at - 1, 2560, 0, 1)) for at in sorted(grid.hidden_columns)
    )
    columns = _record(390) + columns + _record(391) if columns else b""
    rows = b""
    for row in range(1, grid.bottom + 1):
        rows += _record(
            0, struct.pack("<IIHBBB", row - 1, 0, 300, 0, 0x10 if row in grid.hidden_rows else 0, 0) + bytes(4)
        )
        for column in range(1, grid.right + 1):
            if (row, column) in grid.cells:
                rows += _xlsb_cell(column - 1, _plain(grid.cells[row, column]))
    merges = b"".join(
        _record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
        for top, left, bottom, right in grid.merges
    )
    return _record(129) + _record(148, size) + columns + _record(145) + rows + _record(146) + merges + _record(130)


def _xlsb_cell(column: int, value: object) -> bytes:
    head = struct.pack("<II", column, STYLES.index(_look(value)))
    if isinstance(value, RefError):
        formula = struct.pack("<BHI", REF_ERROR, 0, 0) + bytes(4)
        return _record(11, head + formula) if value.is_formula else _record(3, head + bytes([REF_ERROR]))
    if isinstance(value, str):
        return _record(6, head + _wide(value))
    return _record(5, head + struct.pack("<d", _number(value)))


def _look(value: object) -> int:
    if isinstance(value, Percent):
        return OWN_FORMAT if value.own else PERCENT_FORMAT
    return DATE_FORMAT if isinstance(value, date) else GENERAL


def _number(value: object) -> float:
    if isinstance(value, Percent):
        return value.number
    return _serial(value) if isinstance(value, date) else float(value)  # type: ignore[arg-type]


# .xls


def xls(book: Book, *, globals_: bytes = b"", rows: int | None = None) -> bytes:
    """An old workbook; `globals_`: further records at its beginning, `rows`: how many rows each sheet claims to have."""
    return compound({"Workbook": xls_stream(book, globals_=globals_, rows=rows)})


def xls_stream(book: Book, *, globals_: bytes = b"", rows: int | None = None) -> bytes:
    """The records of an old workbook."""
    names = [name.encode("utf-16-le") for name in book]
    looks = b"".join(_biff(0xE0, struct.pack("<HH16x", 0, look)) for look in STYLES)
    own = _biff(0x041E, struct.pack("<HHB", OWN_FORMAT, len(OWN_PERCENT), 0) + OWN_PERCENT.encode("latin-1"))
    head = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + globals_
    head += _biff(0x42, struct.pack("<H", 1200)) + own + looks
    sheets = [_xls_sheet(grid, rows) for grid in book.values()]
    position = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for name, grid, sheet in zip(names, book.values(), sheets, strict=True):
        head += _biff(0x85, struct.pack("<IBBBB", position, grid.is_hidden, 0, len(name) // 2, 1) + name)
        position += len(sheet)
    return head + _biff(0x0A) + b"".join(sheets)


def _biff(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_sheet(grid: Grid, rows: int | None) -> bytes:
    size = struct.pack("<IIHHH", 0, grid.bottom if rows is None else rows, 0, grid.right, 0)
    records = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + _biff(0x0200, size)
    for column in sorted(grid.hidden_columns):
        records += _biff(0x7D, struct.pack("<HHHHHH", column - 1, column - 1, 2560, 0, 1, 0))
    for row in range(1, grid.bottom + 1):
        flags = 0x20 if row in grid.hidden_rows else 0
        records += _biff(0x0208, struct.pack("<HHHHHHHH", row - 1, 0, grid.right, 300, 0, 0, flags, 0))
    cells = sorted(grid.cells.items())
    while cells:
        count = next(
            (end for end in range(1, len(cells)) if not _are_numbers_in_a_row(cells[end - 1], cells[end])), len(cells)
        )
        run, cells = cells[:count], cells[count:]
        records += _xls_numbers(run) if count > 1 else _xls_cell(run[0][0][0] - 1, run[0][0][1] - 1, _plain(run[0][1]))
    for top, left, bottom, right in grid.merges:
        records += _biff(0xE5, struct.pack("<HHHHH", 1, top - 1, bottom - 1, left - 1, right - 1))
    return records + _biff(0x0A)


def _are_numbers_in_a_row(first: tuple[tuple[int, int], object], second: tuple[tuple[int, int], object]) -> bool:
    """Whole numbers side by side, which share one record."""
    (row, column), value = first
    return second[0] == (row, column + 1) and all(isinstance(entry, int | Percent) for entry in (value, second[1]))


def _xls_numbers(run: list[tuple[tuple[int, int], object]]) -> bytes:
    (row, first), last = run[0][0], run[-1][0][1]
    numbers = b"".join(struct.pack("<HI", STYLES.index(_look(value)), int(_number(value)) << 2 | 2) for _, value in run)
    return _biff(0xBD, struct.pack("<HH", row - 1, first - 1) + numbers + struct.pack("<H", last - 1))


def _xls_cell(row: int, column: int, value: object) -> bytes:
    head = struct.pack("<HHH", row, column, STYLES.index(_look(value)))
    if isinstance(value, RefError):
        if value.is_formula:
            return _biff(0x06, head + bytes([2, 0, REF_ERROR, 0, 0, 0, 0xFF, 0xFF]) + struct.pack("<HIH", 0, 0, 0))
        return _biff(0x0205, head + bytes([REF_ERROR, 1]))
    if isinstance(value, str):
        return _biff(0x0204, head + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _biff(0x0203, head + struct.pack("<d", _number(value)))


def compound(streams: dict[str, bytes], *, small: bool = False) -> bytes:
    """An OLE compound file with sectors of 512 bytes; `small`: streams of less than 4,096 bytes share sectors."""
    size, shared = (64, list(streams.items())) if small else (512, [])
    held = {} if small else dict(streams)
    chains, mini, mini_table = {}, b"", list[int]()
    for name, data in shared:
        chains[name] = (len(mini) // size, len(data))
        mini_table += [*range(len(mini_table) + 1, len(mini_table) + -(-len(data) // size)), END]
        mini += _padded(data, size)
    stored = {"": _padded(mini, 512), **{name: _padded(data.ljust(4096, b"\0"), 512) for name, data in held.items()}}
    short = struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(512, b"\xff") if small else b""
    directories = -(-(len(streams) + 1) // 4)
    sectors = directories + len(short) // 512 + sum(len(data) // 512 for data in stored.values())
    tables = next(count for count in range(1, 110) if count * 128 >= count + sectors)
    table, place = [0xFFFFFFFD] * tables, tables
    starts = {}
    for name, count in [
        ("/", directories),
        ("//", len(short) // 512),
        *((n, len(data) // 512) for n, data in stored.items()),
    ]:
        starts[name] = place if count else END
        table += [*range(place + 1, place + count), END] if count else []
        place += count
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, starts["/"], 0, 4096, starts["//"], len(short) // 512, END, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    entries = _directory("Root Entry", 5, starts[""], len(mini), child=1)
    for name in streams:
        start, length = chains.get(name) or (starts[name], len(stored[name]))
        entries += _directory(name, 2, start, length)
    body = _padded(entries, 512) + short + b"".join(stored.values())
    return head + struct.pack(f"<{len(table)}I", *table) + body


def _padded(data: bytes, size: int) -> bytes:
    return data.ljust(-(-len(data) // size) * size, b"\0")


def _directory(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
