"""The container of old Excel files (OLE compound file): its streams, every pointer checked before it is followed."""

import struct

from flows.ingest.spreadsheet.anomalies import Damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_REGULAR = 0xFFFFFFFA  # sector numbers above it are marks: free, end of chain, part of the table itself
MINI_SECTOR, MINI_CUTOFF = 64, 4096
ENTRY = 128
STREAM, ROOT = 2, 5


def is_compound(content: bytes) -> bool:
    """Whether the bytes begin like a compound file."""
    return content.startswith(MAGIC)


class Compound:
    """The streams of a compound file by their names; Damaged where the file contradicts itself."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MAGIC):
            raise Damaged("no compound file")
        shift = struct.unpack_from("<H", content, 30)[0]
        if shift not in (9, 12):
            raise Damaged("sector size")
        self._content, self._size = content, 1 << shift
        self._count = max(0, -(-len(content) // self._size) - 1)
        directory, mini_table, more, more_count = struct.unpack_from("<I8xI4xII", content, 48)
        self._table = self._sector_table(more, more_count)
        self._mini_table = self._numbers(self._chain(mini_table, self._table)) if mini_table < LAST_REGULAR else ()
        self._entries = self._directory(self._chain(directory, self._table))
        root = next((entry for entry in self._entries.values() if entry[0] == ROOT), None)
        self._mini = self._chain(root[1], self._table)[: root[2]] if root and root[1] < LAST_REGULAR else b""

    @property
    def names(self) -> frozenset[str]:
        """Names of all streams and storages."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream; None where there is none of that name."""
        kind, start, size = self._entries.get(name, (0, 0, 0))
        if kind != STREAM:
            return None
        if size >= MINI_CUTOFF:
            return self._chain(start, self._table)[:size]
        return self._mini_chain(start)[:size] if size else b""

    def _sector(self, number: int) -> bytes:
        if number >= self._count:
            raise Damaged("sector outside the file")
        offset = (number + 1) * self._size
        return self._content[offset : offset + self._size].ljust(self._size, b"\0")

    def _numbers(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _sector_table(self, more: int, more_count: int) -> tuple[int, ...]:
        places = list(self._numbers(self._content[76:512]))
        for _ in range(min(more_count, self._count)):
            if more >= LAST_REGULAR:
                break
            *further, more = self._numbers(self._sector(more))
            places += further
        regular = [place for place in places if place < LAST_REGULAR]
        if len(regular) > self._count:
            raise Damaged("sector table larger than the file")
        return tuple(number for place in regular for number in self._numbers(self._sector(place)))

    def _chain(self, start: int, table: tuple[int, ...]) -> bytes:
        return b"".join(self._sector(number) for number in _followed(start, table, self._count))

    def _mini_chain(self, start: int) -> bytes:
        places = _followed(start, self._mini_table, len(self._mini_table))
        return b"".join(self._mini[place * MINI_SECTOR : (place + 1) * MINI_SECTOR] for place in places)

    def _directory(self, data: bytes) -> dict[str, tuple[int, int, int]]:
        entries: dict[str, tuple[int, int, int]] = {}
        for offset in range(0, len(data) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", data, offset + 64)
            start, size = struct.unpack_from("<II", data, offset + 116)
            if kind:
                name = data[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                entries.setdefault(name, (kind, start, size))
        return entries


def _followed(start: int, table: tuple[int, ...], limit: int) -> list[int]:
    """The chain of numbers that begins at `start`; Damaged where it leaves the table or bites its own tail."""
    places: list[int] = []
    while start < LAST_REGULAR:
        if start >= len(table) or len(places) >= limit:
            raise Damaged("broken chain of sectors")
        places.append(start)
        start = table[start]
    return places
