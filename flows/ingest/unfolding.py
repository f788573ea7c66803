"""Archives and mails that lie among the returns: unpacked where they lie before a month is settled, and kept beside it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from flows.ingest.deposit import WORKBOOK_PARTS, deposit, set_aside
from flows.ingest.read import received_files, received_name
from schemas.passed_over import PassedOver, Why
from schemas.programme.parties import Limits
from schemas.receiving import GERMAN_DEPOSIT, THERE, Deposit, Deposited, HandedIn
from schemas.spelling import counted

_MIB = 1024 * 1024
DEEPEST = 3  # an archive in an archive in a mail; what is packed deeper is named like every file that is no return


def packed_files(folder: Path) -> list[Path]:
    """The archives and mails of a month's folder; a workbook is no archive, whatever it is called."""
    return [path for path in received_files(folder) if _is_packed(path)] if folder.is_dir() else []


def unfold(folder: Path, limits: Limits) -> tuple[PassedOver, ...]:
    """Unpack the archives and mails of a month's folder beside themselves, take them out of it, and tell what came of each.

    One that cannot be unpacked whole stays, is named with the reason, and is read as what it is: no return.
    """
    told: list[PassedOver] = []
    seen: set[Path] = set()
    most = limits.unpacked_mib * _MIB
    left = most  # for all that is packed within others together, or a small file could fill the drive
    for depth in range(DEEPEST):
        found = [path for path in packed_files(folder) if path not in seen]
        seen.update(found)
        for path in found:
            size = _unpacked_size(path)
            left -= size if depth else 0
            if size > most or left < 0:
                told.append(
                    PassedOver(received_name(folder, path), Why.NOT_UNPACKED, GERMAN_DEPOSIT[Deposit.TOO_LARGE])
                )
            else:
                told += _unfolded(folder, path, limits)
    return tuple(told)


def _is_packed(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending != ".zip":
        return ending == ".eml"
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name in WORKBOOK_PARTS for name in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return True  # to be named as what it is when it is unpacked


def _unpacked_size(path: Path) -> int:
    """Bytes of its files as it declares them, which unpacking holds it to; at least its own."""
    own = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            return max(own, sum(member.file_size for member in archive.infolist()))
    except (zipfile.BadZipFile, NotImplementedError):
        return own


def _unfolded(folder: Path, path: Path, limits: Limits) -> Iterator[PassedOver]:
    name = received_name(folder, path)
    try:
        found = deposit([HandedIn(path.name, path.read_bytes())], path.parent, limits)
        whole = {entry.outcome for entry in found} <= THERE | {Deposit.NOT_A_RETURN}
        if whole:
            set_aside(folder, name)
    except OSError:
        yield PassedOver(name, Why.NOT_UNPACKED, "der Ordner lässt sich nicht beschreiben")
        return
    yield _told(name, found, whole)
    for entry in found:
        if entry.outcome is Deposit.NOT_A_RETURN:
            yield PassedOver(entry.name, Why.NO_RETURN, name)


def _told(name: str, found: list[Deposited], whole: bool) -> PassedOver:
    if whole:
        files = sum(entry.outcome in THERE for entry in found)
        return PassedOver(name, Why.UNPACKED, counted(files, "Datei", "Dateien"))
    refused = [entry for entry in found if entry.outcome not in THERE | {Deposit.NOT_A_RETURN}]
    whole_file = PurePosixPath(name).name
    reasons = [
        GERMAN_DEPOSIT[entry.outcome] if entry.name == whole_file else f"{entry.name}: {GERMAN_DEPOSIT[entry.outcome]}"
        for entry in refused
    ]
    return PassedOver(name, Why.NOT_UNPACKED, "; ".join(reasons))
