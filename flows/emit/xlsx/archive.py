"""A workbook's file: its parts, packed into a ZIP file whose bytes depend on nothing but them.

A part that many workbooks share is packed once for all of them, which the standard library offers no way to.
"""

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_VERSION, _DEFLATED, _FIRST_DAY = 20, 8, 33  # of the format; the method; 1980-01-01, the earliest that it knows
_OWNERS = 0o600 << 16  # rights of a part that is unpacked, as a system writes them that is marked by
_UNIX = 3 << 8
_LOCAL, _CENTRAL, _END = (struct.Struct(each) for each in ("<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"))


class Packed(NamedTuple):
    """A part, deflated."""

    data: bytes
    checksum: int
    size: int  # unpacked


def packed(part: bytes) -> Packed:
    """A part, deflated with the level that everybody uses."""
    packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(packer.compress(part) + packer.flush(), zlib.crc32(part), len(part))


shared = lru_cache(maxsize=32)(packed)  # for parts that recur from workbook to workbook


def write_archive(path: Path, parts: Iterable[tuple[str, Packed]]) -> None:
    """A ZIP file with parts by their (ASCII) names, in this order."""
    entries, place = list[bytes](), 0
    with path.open("wb") as file:
        for text, part in parts:
            name = text.encode("ascii")
            facts = (0, _DEFLATED, 0, _FIRST_DAY, part.checksum, len(part.data), part.size, len(name), 0)
            file.writelines((_LOCAL.pack(b"PK\3\4", _VERSION, *facts), name, part.data))
            entries += [_CENTRAL.pack(b"PK\1\2", _UNIX | _VERSION, _VERSION, *facts, 0, 0, 0, _OWNERS, place), name]
            place = file.tell()
        directory, number = b"".join(entries), len(entries) // 2
        file.writelines((directory, _END.pack(b"PK\5\6", 0, 0, number, number, len(directory), place, 0)))
