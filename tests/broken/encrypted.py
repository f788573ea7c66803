"""Workbooks behind a password, as Excel writes them: Office encryption, and RC4 in the old format."""

import io
import struct
from hashlib import md5

from msoffcrypto.method.ecma376_agile import ECMA376Agile

from tests.broken.containers import Book
from tests.broken.containers_xls import compound, xls_stream
from tests.broken.forms import Form

_PLAIN_RECORDS = (0x0809, 0x2F)  # BOF and FILEPASS are never encrypted
_SHEET, _POSITION = 0x85, 4  # nor is the position of a sheet
_BLOCK = 1024


def locked(form: Form, password: str) -> Form:
    """The form, encrypted as Excel does since 2010."""
    return form._replace(content=ECMA376Agile.encrypt(password, io.BytesIO(form.content)))


def locked_xls(book: Book, password: str) -> bytes:
    """An old workbook with the RC4 encryption of [MS-XLS] 2.2.10."""
    salt, verifier = b"Salz" * 4, bytes(range(16))
    proof = _rc4(_key(password, salt, 0), verifier + md5(verifier).digest())
    lock = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + salt + proof
    filler = (
        -len(xls_stream(book, globals_=lock)) % 4
    )  # the container pads with zeros, which shall read as empty records
    stream = xls_stream(book, globals_=lock + struct.pack("<HH", 0x5C, filler) + bytes(filler))
    keys = b"".join(
        _rc4(_key(password, salt, block), bytes(_BLOCK)) for block in range(-(-len(stream) // _BLOCK))
    )  # fmt: skip
    encrypted, at = bytearray(stream), 0
    while at < len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        first, end = at + 4 + _POSITION * (kind == _SHEET), at + 4 + size
        if kind not in _PLAIN_RECORDS:
            encrypted[first:end] = bytes(a ^ b for a, b in zip(stream[first:end], keys[first:end], strict=True))
        at = end
    return compound({"Workbook": bytes(encrypted)})


def _key(password: str, salt: bytes, block: int) -> bytes:
    """The key of a block of 1,024 bytes ([MS-OFFCRYPTO] 2.3.6.2)."""
    secret = md5((md5(password.encode("utf-16-le")).digest()[:5] + salt) * 16).digest()[:5]
    return md5(secret + struct.pack("<I", block)).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    result, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        result.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(result)
