"""A file of movements as it lies there: which form it has, and what it tells."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from flows.ingest.movements.camt import read_camt
from flows.ingest.movements.cash_list import read_cash_list
from schemas.movements import CSV, AccountFile
from schemas.programme.parties import Limits
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.spelling import mended_name

_LIST = (".csv", ".txt")
_PACKED = b"PK\3\4"


def read_movements(path: Path, programme: Programme) -> list[tuple[AccountFile, bytes]]:
    """What a file tells of the county's account, with its content; of an archive, what each statement in it tells.

    A list is known by its name's ending, everything else is read as a bank's XML. Refusal where the file is not there, is
    too large, or cannot be read as what it is.
    """
    name, limits = mended_name(path.name), programme.limits
    if path.is_symlink():
        raise Refusal("file-linked", path=mended_name(str(path)))
    if path.is_dir():
        raise Refusal("file-is-folder", path=path)
    if not path.is_file():
        raise Refusal("file-missing", path=path)
    if path.stat().st_size > limits.file_mib * 2**20:
        raise Refusal("receipts-too-large", file=name, mib=limits.file_mib)
    return read_content(name, path.read_bytes(), programme)


def read_content(name: str, content: bytes, programme: Programme) -> list[tuple[AccountFile, bytes]]:
    """What a file tells that somebody handed in; Refusal as above."""
    name, limits = mended_name(name), programme.limits
    if len(content) > limits.file_mib * 2**20:
        raise Refusal("receipts-too-large", file=name, mib=limits.file_mib)
    if not content.startswith(_PACKED):
        return [_read(name, content, programme)]
    return [_read(member, part, programme) for member, part in _unpacked(name, content, limits)]


def _read(name: str, content: bytes, programme: Programme) -> tuple[AccountFile, bytes]:
    iban, sha256 = programme.accounting.county_iban, hashlib.sha256(content).hexdigest()
    if name.lower().endswith(_LIST):
        return AccountFile(name, sha256, CSV, read_cash_list(name, content, iban, programme.receipts), ()), content
    found = read_camt(name, content, iban)
    return AccountFile(name, sha256, found.form, found.movements, found.passed_over), content


def _unpacked(name: str, content: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, as banks hand over the statements of several days, in the order of their names.

    Refusal where it is damaged, locked, empty, or larger than it may be: what a member says of its own size is not believed.
    """
    left = limits.unpacked_mib * 2**20
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = sorted((each for each in archive.infolist() if not each.is_dir()), key=lambda each: each.filename)
            if not members:
                raise Refusal("receipts-packed", file=name)
            for member in members:
                with archive.open(member) as packed:
                    part = packed.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise Refusal("receipts-unpacked-too-large", file=name, mib=limits.unpacked_mib)
                yield mended_name(Path(member.filename.replace("\\", "/")).name), part
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refusal("receipts-packed", file=name) from error
