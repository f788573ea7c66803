"""Sheets as a binary workbook (.xlsb)."""

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
    look,
    plain,
    stored_number,
)
from tests.broken.forms import zipped


def xlsb(
    book: Book, *, extra: dict[str, bytes] | None = None, texts: int | None = None, from_1904: bool = False
) -> bytes:
    """A binary workbook; `texts`: how many shared texts it claims to have."""
    relations, bundle, parts = "", b"", {}
    for number, (name, grid) in enumerate(book.items(), start=1):
        target = f"worksheets/sheet{number}.bin"
        relations += f'<Relationship Id="rId{number}" Type="worksheet" Target="{target}"/>'
        bundle += record(156, struct.pack("<II", grid.is_hidden, number) + _wide(f"rId{number}") + _wide(name))
        parts[f"xl/{target}"] = _xlsb_sheet(grid)
    looks = b"".join(record(47, struct.pack("<HH12x", 0, look)) for look in STYLES)
    own = (
        record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", OWN_FORMAT) + _wide(OWN_PERCENT)) + record(616)
    )
    parts |= {
        "xl/workbook.bin": record(131)
        + record(153, struct.pack("<III", from_1904, 0, 0))
        + record(143)
        + bundle
        + record(144)
        + record(157)
        + record(132),
        "xl/_rels/workbook.bin.rels": f"<Relationships>{relations}</Relationships>".encode(),
        "xl/styles.bin": record(278)
        + own
        + record(617, struct.pack("<I", len(STYLES)))
        + looks
        + record(618)
        + record(279),
    }
    if texts is not None:
        parts["xl/sharedStrings.bin"] = record(159, struct.pack("<II", texts, texts)) + record(160)
    return zipped(parts | (extra or {}))


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of the format."""
    return _varying(kind) + _varying(len(data)) + data


def _varying(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def _xlsb_sheet(grid: Grid) -> bytes:
    size = struct.pack("<IIII", 0, grid.bottom - 1, 0, grid.right - 1)
    columns = b"".join(
        record(60, struct.pack("<IIIIH", at - 1, at - 1, 2560, 0, 1)) for at in sorted(grid.hidden_columns)
    )
    columns = record(390) + columns + record(391) if columns else b""
    rows = b""
    for row in range(1, grid.bottom + 1):
        rows += record(
            0, struct.pack("<IIHBBB", row - 1, 0, 300, 0, 0x10 if row in grid.hidden_rows else 0, 0) + bytes(4)
        )
        for column in range(1, grid.right + 1):
            if (row, column) in grid.cells:
                rows += _xlsb_cell(column - 1, plain(grid.cells[row, column]))
    merges = b"".join(
        record(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
        for top, left, bottom, right in grid.merges
    )
    return record(129) + record(148, size) + columns + record(145) + rows + record(146) + merges + record(130)


def _xlsb_cell(column: int, value: object) -> bytes:
    head, no_formula = struct.pack("<II", column, STYLES.index(look(value))), struct.pack("<HII", 0, 0, 0)
    if isinstance(value, Error):
        stored = bytes([ERRORS[value.text]])
        return record(11, head + stored + no_formula) if value.is_formula else record(3, head + stored)
    if isinstance(value, Formula) and isinstance(value.stored, str):
        return record(8, head + _wide(value.stored) + no_formula)
    if isinstance(value, Formula):
        return record(9, head + struct.pack("<d", stored_number(value)) + no_formula)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, str):
        return record(6, head + _wide(value))
    return record(5, head + struct.pack("<d", stored_number(value)))
