"""Encrypted Office files: opened with the passwords that the programme's environment variables hold."""

import io
import os
import re
import struct
from xml.parsers.expat import ExpatError

from msoffcrypto import OfficeFile, exceptions

from flows.ingest.spreadsheet.anomalies import Damaged, Unreadable
from flows.ingest.spreadsheet.compound import Compound

WRITE_PROTECTION = "VelvetSweatshop"  # Excel's own password behind „Schreibschutz“: it keeps nothing secret
MOST_ROUNDS = 1_000_000  # of hashing a password; Excel uses 100,000, and a hostile file could ask for hours
_ROUNDS = re.compile(rb"spinCount=[\"'](\d+)[\"']")
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


def decrypted(content: bytes, variables: tuple[str, ...]) -> bytes:
    """The workbook inside an encrypted compound file; Unreadable with F02 where no password opens it.

    `variables` names the environment variables that hold passwords ([limits] passwords). The password that Excel
    itself uses for write protection is always tried.
    """
    rounds = _ROUNDS.search(Compound(content).stream("EncryptionInfo") or b"")
    if rounds and int(rounds[1]) > MOST_ROUNDS:
        raise Damaged("more rounds of hashing than any office program uses")
    agreed = [os.environ[name] for name in variables if name in os.environ]
    for password in (WRITE_PROTECTION, *agreed):
        opened = _opened(content, password)
        if opened is not None:
            return opened
    missing = [name for name in variables if name not in os.environ]
    raise Unreadable("F02/unset", names=", ".join(missing)) if missing else Unreadable("F02")


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
