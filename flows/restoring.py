"""Use case: a backup is restored into an empty place, checked before and after (OUTPUTS section 18)."""

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.accounts import moving as accounts
from flows.accounts.database import Database
from flows.audit import Verified, verify
from flows.durable import MAKING, flush_folder, flush_tree, make_folder
from flows.ledger import identity
from flows.ledger.store import moving
from flows.ledger.store.connect import server
from flows.location import Location
from flows.mending import Mended, mend
from flows.orchestration import Progress, direct
from schemas.backup import ACCOUNTS, FORMAT, INPUTS, LEDGER, MANIFEST, OUTPUTS, Manifest, permitted, read_manifest
from schemas.months import Month
from schemas.refusal import Refusal

_BESIDE = f".wiederherstellung{MAKING}"  # in the place itself, so that what is ready is moved within one drive
_MANIFEST_BYTES = 64 * 1024**2
_PLENTY, _DENSEST = 1024**2, 200  # bytes from which a member must not be packed more densely: tables reach a twentieth
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError)
_CHUNK = 1024**2


@dataclass(frozen=True)
class Restored:
    """What was put in place, and whether it holds."""

    location: Location
    known: identity.Known  # the ledger, and how far it came
    accounts_filled: bool  # else a server has accounts already, which stayed
    mended: Mended  # documents that were made again
    verified: Verified


def restore(path: Path, place: Path, seals: Mapping[Month, str], progress: Progress) -> Restored:
    """Put a backup into an empty folder as a county's folder, make its documents again, and check all as `verify` does.

    The ledger goes into a file there, or to the server that the environment names. Refusal where the place is not empty,
    where a ledger of the programme is on the server, and where a byte of the backup is not as it was written: then
    nothing was put in place.
    """
    if place.exists() and (not place.is_dir() or any(each.name != _BESIDE for each in place.iterdir())):
        raise Refusal("restore-taken", folder=place)
    with _opened(path) as archive:
        manifest, members = _looked_through(archive, path)
        location = Location(place / INPUTS, place / OUTPUTS, manifest.programme)
        if server() is not None and identity.read(location.ledger) is not None:
            raise Refusal("restore-ledger-there", ledger=location.ledger.name)
        make_folder(place)
        beside = place / _BESIDE
        shutil.rmtree(beside, ignore_errors=True)
        try:
            accounts_filled = _put_in_place(archive, manifest, members, beside)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    mended = mend(location, progress)
    known = identity.read(location.ledger)
    assert known is not None
    with direct("auto", progress) as stages:
        verified = verify(location, seals, stages, full=True)
    return Restored(location, known, accounts_filled, mended, verified)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; Refusal where it is none, or is damaged wherever it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _UNREADABLE as error:
        raise Refusal("no-backup", path=path) from error


def _looked_through(archive: zipfile.ZipFile, path: Path) -> tuple[Manifest, dict[str, zipfile.ZipInfo]]:
    """Manifest and members of a backup, before a byte of them is unpacked: names, kinds and sizes are those of a backup."""
    found = {member.filename: member for member in archive.infolist()}
    own = found.pop(MANIFEST, None)
    if own is None or own.file_size > _MANIFEST_BYTES:
        raise Refusal("no-backup", path=path)
    try:
        manifest = read_manifest(archive.read(own))
    except ValueError as error:
        raise Refusal("no-backup", path=path) from error
    if manifest.format > FORMAT or manifest.schema > moving.SCHEMA:
        raise Refusal("backup-newer", path=path)
    if len(archive.infolist()) != len(found) + 1:
        raise Refusal("backup-content", what="ein Name, der zweimal vorkommt")
    for name in sorted(found.keys() ^ manifest.members.keys()):
        raise Refusal("backup-content", what=name)
    for name, member in found.items():
        dense = member.file_size > max(_PLENTY, _DENSEST * member.compress_size)
        if not permitted(name, manifest.programme) or not _plain_file(member) or dense:
            raise Refusal("backup-content", what=name)
    if sum(member.compress_size for member in found.values()) > path.stat().st_size:  # some lie in one another
        raise Refusal("backup-content", what="die Größe der Dateien")
    return manifest, found


def _plain_file(member: zipfile.ZipInfo) -> bool:
    """No link, no folder, no device; packed as backups are."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and member.compress_type == zipfile.ZIP_DEFLATED


def _put_in_place(
    archive: zipfile.ZipFile, manifest: Manifest, members: Mapping[str, zipfile.ZipInfo], beside: Path
) -> bool:
    """Unpack beside, compare every byte, fill the ledger, then move inputs and outputs to their place.

    False where accounts of the backup were left out, for a server has its own.
    """
    place = beside.parent
    needed = sum(member.file_size for member in members.values())
    if needed > shutil.disk_usage(place).free:
        raise Refusal("restore-space", folder=place, needed=f"{needed // 1024**2 + 1} MiB")
    for name, member in members.items():
        _unpack(archive, member, beside / name, manifest.members[name])
    told = {file.stem: file.read_bytes() for file in (beside / LEDGER).glob("*.jsonl")}
    written = frozenset(manifest.documents)
    ready = Location(beside / INPUTS, beside / OUTPUTS, manifest.programme)
    moving.fill(ready.ledger, manifest.schema, told, written)
    people = {file.stem: file.read_bytes() for file in (beside / ACCOUNTS).glob("*.jsonl")}
    accounts_filled = not people or accounts.fill(Database(ready.outputs, server()), people)
    flush_tree(beside)
    for name in (OUTPUTS, INPUTS):  # a programme without its books would begin new ones
        if (beside / name).is_dir():
            (beside / name).rename(place / name)
    flush_folder(place)
    return accounts_filled


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, expected: str) -> None:
    """Write a member to its place beside, no byte more than it says; Refusal where it is not what the manifest says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(member) as source, path.open("xb") as target:
        while content := source.read(_CHUNK):
            digest.update(content)
            target.write(content)
    if digest.hexdigest() != expected:
        raise Refusal("backup-content", what=member.filename)
