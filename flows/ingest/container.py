"""A ZIP container whose parts lie in it unpacked, so that reading it takes no second inflating."""

import struct
from collections.abc import Iterable

_VERSION, _UTF_8, _FIRST_DAY = 20, 0x800, 0x21  # needed to read it; how names are written; 1 January 1980
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


def stored(parts: Iterable[tuple[str, bytes, int]]) -> bytes:
    """The container of these parts: name, content and the content's CRC-32."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, part, checksum in parts:
        written, size = name.encode(), len(part)
        facts = struct.pack("<5H3I2H", _VERSION, _UTF_8, 0, 0, _FIRST_DAY, checksum, size, size, len(written), 0)
        body += (_LOCAL, facts, written, part)
        directory += (_CENTRAL, struct.pack("<H", _VERSION), facts, struct.pack("<3H2I", 0, 0, 0, 0, offset), written)
        offset += 30 + len(written) + size
    listed = b"".join(directory)
    count = len(body) // 4
    end = struct.pack("<4H2IH", 0, 0, count, count, len(listed), offset, 0)
    return b"".join((*body, listed, _END, end))
