"""Use case: a programme is backed up into one archive, also while others work (OUTPUTS section 18)."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from flows.accounts import moving as accounts
from flows.accounts.database import Database
from flows.durable import MAKING, PART, replacing
from flows.home import LAW
from flows.ledger import identity, movements
from flows.ledger.erasure_record import check_whole, needed_files
from flows.ledger.store import moving
from flows.ledger.store.connect import server
from flows.ledger.store.ledger import Inside
from flows.location import Location
from schemas.backup import ACCOUNTS, FORMAT, INPUTS, LEDGER, MANIFEST, OUTPUTS, Manifest, permitted
from schemas.months import NO_MONTH, Month
from schemas.provenance import software
from schemas.refusal import Refusal

_PUBLISHED = ("published.parquet", "[0-9]*/Projektbeirat-*", "[0-9]*/indicators*.parquet", "Kalkulation-*.xlsx")


class Content(NamedTuple):
    """What went into a backup, and what did not."""

    manifest: Manifest
    archived: int  # received files of the archive
    missing: tuple[str, ...]  # received files that the ledger names and the archive does not hold as they were received
    left_out: tuple[Path, ...]  # links, and files whose name not every system takes
    with_accounts: bool  # else they cannot be read at present


@dataclass(frozen=True)
class BackedUp:
    """A backup that was written."""

    path: Path
    size: int  # bytes
    sha256: str
    content: Content


@dataclass
class _Members:
    """The members of an archive that is being written."""

    archive: zipfile.ZipFile
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        """One more, without a clock: the same content gives the same bytes."""
        self.digests[name] = hashlib.sha256(content).hexdigest()
        self.archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def back_up(location: Location, to: Path | None, day: date) -> BackedUp:
    """Write the backup: a file that `to` names, else one named by the day, in the folder `to` or in the outputs.

    The ledger is read in one transaction, so it is whole whatever others write meanwhile; its files are read after it,
    for they are there before the ledger notes them. Refusal where there is no ledger yet, and where the file is there.
    """
    if identity.read(location.ledger) is None:
        raise Refusal("backup-of-nothing", ledger=location.ledger.name)
    named = f"Sicherung-{location.programme}-{day.isoformat()}.zip"
    path = location.folder / named if to is None else to / named if to.is_dir() else to
    if path.exists():
        raise Refusal("backup-taken", path=path)
    with replacing(path) as part:
        part.touch(mode=0o600)  # for its owner alone: it shows cases
        with zipfile.ZipFile(part, "w") as archive:
            content = _write(location, _Members(archive), path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BackedUp(path, path.stat().st_size, digest, content)


def _write(location: Location, members: _Members, path: Path) -> Content:
    with location.ledger.reading() as connection:
        assert connection is not None
        known = identity.known(connection, location.ledger.name)
        needed = needed_files(connection).keys() | {sha256 for _, sha256 in movements.files(connection)}
        unmakeable = tuple(month for month in known.seals if not _makeable(connection, month))
        for table, content in moving.tell(connection, location.ledger.name):
            members.add(f"{LEDGER}/{table}.jsonl", content)
    with_accounts = _add_accounts(location, members)
    left_out = []
    for name, file in sorted(_files(location, unmakeable)):
        if file.is_symlink() or not permitted(name, location.programme):
            left_out.append(file)
        elif file.is_file() and file != path:  # or gone since the folder was read
            members.add(name, file.read_bytes())
    received = {name: checksum for name in members.digests if (checksum := _archived(location, name)) is not None}
    there = {checksum for name, checksum in received.items() if members.digests[name] == checksum}
    month = max(known.seals, default=NO_MONTH)
    manifest = Manifest(
        FORMAT,
        location.programme,
        software(),
        moving.SCHEMA,
        known.identity,
        month,
        known.seals.get(month, ""),
        unmakeable,
        members.digests,
    )
    members.archive.writestr(zipfile.ZipInfo(MANIFEST), manifest.text(), zipfile.ZIP_DEFLATED)
    return Content(manifest, len(received), tuple(sorted(needed - there)), tuple(left_out), with_accounts)


def _add_accounts(location: Location, members: _Members) -> bool:
    """Accounts and receipts of all programmes of the outputs; False where they cannot be read, as on read-only media."""
    try:
        told = accounts.tell(Database(location.outputs, server()))
    except (sa.exc.DBAPIError, OSError):
        return False
    for table, content in told.items():
        members.add(f"{ACCOUNTS}/{table}.jsonl", content)
    return True


def _makeable(connection: sa.Connection, month: Month) -> bool:
    """Whether the documents of a month can be made again from the ledger, so that they need not be in the backup."""
    try:
        check_whole(Inside(connection), month)
    except Refusal:
        return False
    return True


def _files(location: Location, unmakeable: tuple[Month, ...]) -> Iterator[tuple[str, Path]]:
    """Name of the member → file: what was received and agreed, and what nothing can write again."""
    for folder in (location.programme, LAW):
        yield from _below(location.inputs / folder, f"{INPUTS}/{folder}")
    own = f"{OUTPUTS}/{location.programme}"
    yield from _below(location.archive, f"{own}/{location.archive.name}")
    for month in unmakeable:
        yield from _below(location.folder / month, f"{own}/{month}")
    for pattern in _PUBLISHED:
        for file in location.folder.glob(pattern):
            yield f"{own}/{file.relative_to(location.folder).as_posix()}", file


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """All files below a folder but those that are being written; links are told and not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.endswith(MAKING)]
        links = [each for each in folders if Path(parent, each).is_symlink()]
        for each in (*files, *links):
            if not each.endswith(PART):
                file = Path(parent, each)
                yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _archived(location: Location, member: str) -> str | None:
    """The checksum that a member of the archive of received files is named by."""
    inside = member.removeprefix(f"{OUTPUTS}/{location.programme}/{location.archive.name}/")
    return None if inside == member else Path(inside).stem
