"""A file of movements as it lies there: which form it has, and what it tells."""

import hashlib
from pathlib import Path

from flows.ingest.movements.camt import read_camt
from flows.ingest.movements.cash_list import read_cash_list
from schemas.movements import CSV, AccountFile
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.spelling import mended_name

_LIST = (".csv", ".txt")


def read_movements(path: Path, programme: Programme) -> tuple[AccountFile, bytes]:
    """What a file tells of the county's account, and its content.

    A list is known by its name's ending, everything else is read as a bank's XML. Refusal where the file is not there, is
    too large, or cannot be read as what it is.
    """
    name, limit = mended_name(path.name), programme.limits.file_mib * 2**20
    if path.is_symlink():
        raise Refusal("file-linked", path=mended_name(str(path)))
    if path.is_dir():
        raise Refusal("file-is-folder", path=path)
    if not path.is_file():
        raise Refusal("file-missing", path=path)
    if path.stat().st_size > limit:
        raise Refusal("receipts-too-large", file=name, mib=programme.limits.file_mib)
    content = path.read_bytes()
    iban, sha256 = programme.accounting.county_iban, hashlib.sha256(content).hexdigest()
    if path.suffix.lower() in _LIST:
        return AccountFile(name, sha256, CSV, read_cash_list(name, content, iban, programme.receipts), ()), content
    if content.startswith(b"PK"):
        raise Refusal("receipts-packed", file=name)
    found = read_camt(name, content, iban)
    return AccountFile(name, sha256, found.form, found.movements, found.passed_over), content
