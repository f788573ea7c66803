"""Sheets as an old workbook (.xls), and the compound file around it."""

import struct

from tests.broken.containers import (
    ERRORS,
    OWN_FORMAT,
    OWN_PERCENT,
    STYLES,
    Book,
    Error,
    Formula,
    Grid,
    Percent,
    look,
    plain,
    stored_number,
)

END = 0xFFFFFFFE  # of a chain of sectors


def xls(book: Book, *, globals_: bytes = b"", rows: int | None = None) -> bytes:
    """An old workbook; `globals_`: further records at its beginning, `rows`: how many rows each sheet claims to have."""
    return compound({"Workbook": xls_stream(book, globals_=globals_, rows=rows)})


def xls_stream(book: Book, *, globals_: bytes = b"", rows: int | None = None) -> bytes:
    """The records of an old workbook."""
    names = [name.encode("utf-16-le") for name in book]
    looks = b"".join(biff(0xE0, struct.pack("<HH16x", 0, look)) for look in STYLES)
    own = biff(0x041E, struct.pack("<HHB", OWN_FORMAT, len(OWN_PERCENT), 0) + OWN_PERCENT.encode("latin-1"))
    head = biff(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + globals_
    head += biff(0x42, struct.pack("<H", 1200)) + own + looks
    sheets = [_xls_sheet(grid, rows) for grid in book.values()]
    position = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for name, grid, sheet in zip(names, book.values(), sheets, strict=True):
        head += biff(0x85, struct.pack("<IBBBB", position, grid.is_hidden, 0, len(name) // 2, 1) + name)
        position += len(sheet)
    return head + biff(0x0A) + b"".join(sheets)


def biff(kind: int, data: bytes = b"") -> bytes:
    """A record of the format."""
    return struct.pack("<HH", kind, len(data)) + data


def _xls_sheet(grid: Grid, rows: int | None) -> bytes:
    size = struct.pack("<IIHHH", 0, grid.bottom if rows is None else rows, 0, grid.right, 0)
    records = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + biff(0x0200, size)
    for column in sorted(grid.hidden_columns):
        records += biff(0x7D, struct.pack("<HHHHHH", column - 1, column - 1, 2560, 0, 1, 0))
    for row in range(1, grid.bottom + 1):
        flags = 0x20 if row in grid.hidden_rows else 0
        records += biff(0x0208, struct.pack("<HHHHHHHH", row - 1, 0, grid.right, 300, 0, 0, flags, 0))
    cells = sorted(grid.cells.items())
    while cells:
        count = next(
            (end for end in range(1, len(cells)) if not _are_numbers_in_a_row(cells[end - 1], cells[end])), len(cells)
        )
        run, cells = cells[:count], cells[count:]
        records += _xls_numbers(run) if count > 1 else _xls_cell(run[0][0][0] - 1, run[0][0][1] - 1, plain(run[0][1]))
    for top, left, bottom, right in grid.merges:
        records += biff(0xE5, struct.pack("<HHHHH", 1, top - 1, bottom - 1, left - 1, right - 1))
    return records + biff(0x0A)


def _are_numbers_in_a_row(first: tuple[tuple[int, int], object], second: tuple[tuple[int, int], object]) -> bool:
    """Small whole numbers side by side, which share one record."""
    (row, column), value = first
    return second[0] == (row, column + 1) and _is_small(value) and _is_small(second[1])


def _is_small(value: object) -> bool:
    number = value.number if isinstance(value, Percent) else value
    is_whole = isinstance(value, Percent) or (isinstance(value, int) and not isinstance(value, bool))
    return is_whole and isinstance(number, int | float) and 0 <= number < 2**29 and number == int(number)


def _xls_numbers(run: list[tuple[tuple[int, int], object]]) -> bytes:
    (row, first), last = run[0][0], run[-1][0][1]
    numbers = b"".join(
        struct.pack("<HI", STYLES.index(look(value)), int(stored_number(value)) << 2 | 2) for _, value in run
    )
    return biff(0xBD, struct.pack("<HH", row - 1, first - 1) + numbers + struct.pack("<H", last - 1))


def _xls_cell(row: int, column: int, value: object) -> bytes:
    head, no_formula = struct.pack("<HHH", row, column, STYLES.index(look(value))), struct.pack("<HIH", 0, 0, 0)
    if isinstance(value, Error):
        stored = ERRORS[value.text]
        if value.is_formula:
            return biff(0x06, head + bytes([2, 0, stored, 0, 0, 0, 0xFF, 0xFF]) + no_formula)
        return biff(0x0205, head + bytes([stored, 1]))
    if isinstance(value, Formula) and isinstance(value.stored, str):
        follows = bytes([0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        return biff(0x06, head + follows + no_formula) + biff(0x0207, _text(value.stored))
    if isinstance(value, Formula):
        return biff(0x06, head + struct.pack("<d", stored_number(value)) + no_formula)
    if isinstance(value, bool):
        return biff(0x0205, head + bytes([value, 0]))
    if isinstance(value, str):
        return biff(0x0204, head + _text(value))
    return biff(0x0203, head + struct.pack("<d", stored_number(value)))


def _text(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<HB", len(units) // 2, 1) + units


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
