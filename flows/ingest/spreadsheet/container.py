"""The ZIP container of a workbook: its parts, each checked before anything reads it."""

import io
import re
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from posixpath import join, normpath, split
from types import MappingProxyType
from typing import NamedTuple

from flows.ingest.spreadsheet.anomalies import DAMAGED, ORDINARY_BYTES, Extraordinary, Unreadable
from schemas.programme.parties import Limits

_ENCRYPTED = 0x1
_LOCAL_HEADER, _LOCAL_NAMES = 30, 26  # of a part: its length, and where the lengths of its names stand
_VERSION, _UTF_8, _FIRST_DAY = 20, 0x800, 0x21  # needed to read it; how names are written; 1 January 1980
_XML = (".xml", ".rels")
_BEGINS_AS_XML = re.compile(rb"[\xef\xbb\xbf\xff\xfe\0 \t\r\n]*<")
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


class Relation(NamedTuple):
    """What a part points to: the last word of its type, such as `worksheet`, and the name of the part."""

    kind: str
    target: str


def inflated(content: bytes, limits: Limits, is_apart: bool) -> tuple[dict[str, bytes], bytes]:
    """All parts by their lower-case names, inflated once; and the same parts as a container in which they lie unpacked.

    The value reader gets to see nothing else. Unreadable: F01 where a part is not what the container says of it, or
    nothing an office program writes; F02 where parts are encrypted; F03 before the parts grow over the limit.
    Extraordinary where they are larger than a return's, unless they are read apart.
    """
    allowed = limits.unpacked_mib * 2**20
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            declared = sum(member.file_size for member in members)
            if declared > allowed:
                raise Unreadable(
                    "F03", found=f"ausgepackt {-(-declared // 2**20)} MiB", allowed=f"{limits.unpacked_mib} MiB"
                )
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise Unreadable("F02")
            if declared > ORDINARY_BYTES and not is_apart:
                raise Extraordinary
            unpacked = [_unpacked(content, member) for member in members]
        names = [member.filename.replace("\\", "/") for member in members]
        again = _stored(zip(names, unpacked, (member.CRC for member in members), strict=True))
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as error:
        raise Unreadable("F01", reason=DAMAGED) from error
    parts = {name.lower(): part for name, part in zip(names, unpacked, strict=True)}
    if len(parts) < len(members):
        raise Unreadable("F01", reason="ein Teil der Datei steht zweimal darin")
    texts = [part for name, part in parts.items() if name.endswith(_XML) or _BEGINS_AS_XML.match(part)]
    if any(b"\0" in part[:64] for part in texts):  # UTF-16, in which the value reader finds nothing
        raise Unreadable("F01", reason="sie benutzt eine Zeichenkodierung, die Excel nicht schreibt")
    if any(b"<!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part) for part in texts):
        raise Unreadable("F01", reason="sie enthält eine Dokumenttyp-Angabe, wie Excel sie nie schreibt")
    return parts, again


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """A part, which holds exactly what the directory says: a bomb that lies about its size stays packed.

    A checksum alone would not tell, as it can be forged to fit the beginning of a longer part.
    """
    names = struct.unpack_from("<HH", content, member.header_offset + _LOCAL_NAMES)
    start = member.header_offset + _LOCAL_HEADER + sum(names)
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_DEFLATED:
        packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.file_size + 1)
    elif member.compress_type != zipfile.ZIP_STORED:
        raise NotImplementedError("packed as no office program does")
    if len(packed) > member.file_size:
        raise Unreadable("F01", reason="ein Teil ist größer, als die Datei angibt")
    if len(packed) < member.file_size or zlib.crc32(packed) != member.CRC:
        raise zipfile.BadZipFile("part differs from its checksum")
    return packed


def _stored(parts: Iterable[tuple[str, bytes, int]]) -> bytes:
    """The container of these parts: name, content and the content's CRC-32."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, part, checksum in parts:
        written, size = name.encode(), len(part)
        facts = struct.pack("<5H3I2H", _VERSION, _UTF_8, 0, 0, _FIRST_DAY, checksum, size, size, len(written), 0)
        body += (_LOCAL, facts, written, part)
        directory += (_CENTRAL, struct.pack("<H", _VERSION), facts, struct.pack("<3H2I", 0, 0, 0, 0, offset), written)
        offset += _LOCAL_HEADER + len(written) + size
    listed = b"".join(directory)
    count = len(body) // 4
    end = struct.pack("<4H2IH", 0, 0, count, count, len(listed), offset, 0)
    return b"".join((*body, listed, _END, end))


def part(parts: dict[str, bytes], name: str) -> bytes | None:
    """A part by its name, which is compared without case."""
    return parts.get(name.lower())


def part_relations(parts: dict[str, bytes], place: str) -> Mapping[str, Relation]:
    """The relations of the part at `place` (of the whole container where it is empty)."""
    folder, name = split(place)
    return _relations(part(parts, f"{folder}/_rels/{name}.rels".lstrip("/")) or b"", folder)


@lru_cache(maxsize=64)  # the returns of one form share their relations
def _relations(relations: bytes, folder: str) -> Mapping[str, Relation]:
    if not relations:
        return MappingProxyType({})
    return MappingProxyType(
        {
            node.get("Id", ""): Relation(
                node.get("Type", "").rpartition("/")[2],
                normpath(join(f"/{folder}", node.get("Target", "").replace("\\", "/"))).lstrip("/"),
            )
            for node in ElementTree.fromstring(relations)
        }
    )


def main_part(parts: dict[str, bytes]) -> str:
    """Where the workbook lies, whatever a program calls it; empty where there is none."""
    stated = [target for kind, target in part_relations(parts, "").values() if kind == "officeDocument"]
    return next((place for place in (*stated, "xl/workbook.xml", "xl/workbook.bin") if place.lower() in parts), "")
