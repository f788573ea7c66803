"""Encrypted Office files: opened with the passwords that the programme's environment variables hold."""

import io
import os
import struct
from xml.parsers.expat import ExpatError

from msoffcrypto import OfficeFile, exceptions

from flows.ingest.spreadsheet.anomalies import Damaged, Extraordinary, Unreadable

WRITE_PROTECTION = "VelvetSweatshop"  # Excel's own password behind „Schreibschutz“: it keeps nothing secret
MOST_ROUNDS = 1_000_000  # of hashing a password; Excel uses 100,000, and a hostile file could ask for hours
ORDINARY_ROUNDS = 500_000  # of all passwords that are tried, in less than a second
# What msoffcrypto raises for a password that is none, and for a file that contradicts itself.
_NOT_OPENED = (
    exceptions.FileFormatError,
    exceptions.ParseError,
    exceptions.DecryptionError,
    ExpatError,
    struct.error,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    TypeError,
    AttributeError,
    AssertionError,
)


def decrypted(content: bytes, variables: tuple[str, ...], is_apart: bool) -> bytes:
    """The workbook inside an encrypted compound file; Unreadable with F02 where no password opens it.

    `variables` names the environment variables that hold passwords ([limits] passwords). The password that Excel
    itself uses for write protection is always tried. Extraordinary where trying them takes long, unless it can be stopped.
    """
    passwords = [WRITE_PROTECTION, *(os.environ[name] for name in variables if name in os.environ)]
    rounds = _rounds(content)
    if rounds > MOST_ROUNDS:
        raise Damaged("more rounds of hashing than any office program uses")
    if rounds * len(passwords) > ORDINARY_ROUNDS and not is_apart:
        raise Extraordinary
    for password in passwords:
        opened = _opened(content, password)
        if opened is not None:
            return opened
    missing = [name for name in variables if name not in os.environ]
    raise Unreadable("F02/unset", names=", ".join(missing)) if missing else Unreadable("F02")


def _rounds(content: bytes) -> int:
    """So many rounds of hashing a password takes, as the library that does it understands the file; 0 where none are named."""
    try:
        file = OfficeFile(io.BytesIO(content))
    except _NOT_OPENED:
        return 0  # nor will it be opened
    facts = getattr(file, "info", None)
    return int(facts.get("spinValue", 0)) if isinstance(facts, dict) else 0  # other kinds of files hash a fixed number


def _opened(content: bytes, password: str) -> bytes | None:
    """The workbook as this password opens it."""
    target = io.BytesIO()
    try:
        file = OfficeFile(io.BytesIO(content))
        file.load_key(password=password)
        file.decrypt(target)
    except _NOT_OPENED:
        return None
    return target.getvalue()
