"""Files that people hand in, into a month's folder: unpacked where they came in an archive or a mail, whole or not at all."""

import email
import email.policy
import hashlib
import io
import re
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from flows.durable import flush_file, flush_folder
from flows.ingest.read import SET_ASIDE, is_system_file, received_contents, received_files, received_name
from schemas.programme.parties import Limits
from schemas.receiving import Deposit, Deposited, HandedIn
from schemas.refusal import Refusal
from schemas.spelling import mended_name

MOST_FILES = 2_000  # in one archive
_ONE_AFTER_THE_OTHER = threading.Lock()  # else two that come at the same moment could find the same name free
LONGEST_NAME = 120  # characters, with its ending
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
WORKBOOK_PARTS = ("[Content_Types].xml", "mimetype")  # of what is a ZIP archive and a workbook
# Endings of what comes along with returns and is none; of all other files the content decides.
_BESIDE = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".bmp",
        ".svg",
        ".pdf",
        ".txt",
        ".htm",
        ".html",
        ".ics",
        ".vcf",
        ".p7s",
        ".asc",
        ".sig",
        ".rtf",
        ".doc",
        ".docx",
    ]
)


def deposit(files: Iterable[HandedIn], folder: Path, limits: Limits) -> list[Deposited]:
    """Keep the files as they came, each under a name of its own, on the drive before this returns.

    A .zip (unless it is a workbook) and an .eml are unpacked one level. A name that is taken by other bytes gets a number.
    """
    found: list[Deposited] = []
    unpacked = [entry for handed_in in files for entry in _unpacked(handed_in, limits)]
    with _ONE_AFTER_THE_OTHER:
        folder.mkdir(parents=True, exist_ok=True)
        there = received_contents(folder)
        for entry in unpacked:
            found.append(entry if isinstance(entry, Deposited) else _kept(entry, folder, there, limits))
        flush_folder(folder)
    return found


def set_aside(folder: Path, name: str) -> Path:
    """Move a received file into a folder below, where it is read no more, under a free name; where it lies then.

    Refusal where the month's folder has no file of that name.
    """
    with _ONE_AFTER_THE_OTHER:
        files = received_files(folder) if folder.is_dir() else ()
        path = next((path for path in files if received_name(folder, path) == name), None)
        if path is None:
            raise Refusal("received-file-gone", name=name)
        kept = folder / SET_ASIDE
        kept.mkdir(exist_ok=True)
        there = path.replace(kept / _free(path.name, {taken.name.casefold() for taken in kept.iterdir()}))
        flush_folder(kept)
        flush_folder(folder)
    return there


def _kept(entry: HandedIn, folder: Path, there: dict[str, str], limits: Limits) -> Deposited:
    digest = hashlib.sha256(entry.content).hexdigest()
    same = next((name for name, sha256 in there.items() if sha256 == digest), None)
    if same is not None:
        return Deposited(same, digest, Deposit.ALREADY_THERE)
    if len(entry.content) > limits.file_mib * 1024 * 1024:
        return Deposited(safe_name(entry.name), digest, Deposit.TOO_LARGE)
    name = _free(safe_name(entry.name), {taken.casefold() for taken in there})
    part = folder / f"._{digest}.part"  # ignored by whoever reads the folder meanwhile
    part.write_bytes(entry.content)
    flush_file(part)
    part.replace(folder / name)
    there[name] = digest
    return Deposited(name, digest, Deposit.KEPT)


def safe_name(name: str) -> str:
    """A file name that every system takes and that leads nowhere else.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("C:\\\\Meldungen\\\\März.xlsx")
    'März.xlsx'
    >>> safe_name("nul.xlsx"), safe_name("  "), safe_name(".verborgen")
    ('_nul.xlsx', 'Meldung', '_.verborgen')
    """
    base = re.split(r"[/\\]", mended_name(name))[-1]
    base = _UNSAFE.sub("_", "".join(letter for letter in base if letter.isprintable())).strip(" ")
    stem, dot, ending = base.rpartition(".")
    if len(base) > LONGEST_NAME:
        base = (
            f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
            if dot and len(ending) < 10
            else base[:LONGEST_NAME]
        )
    base = base.rstrip(". ")
    if base.startswith((".", "~$")) or _WINDOWS_DEVICES.match(base):
        base = f"_{base}"
    return base or "Meldung"


def _free(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, free = 2, name
    while free.casefold() in taken:
        free = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
        number += 1
    return free


def _unpacked(handed_in: HandedIn, limits: Limits) -> Iterator[HandedIn | Deposited]:
    ending = handed_in.name.lower().rpartition(".")[2]
    if ending == "zip":
        yield from _of_archive(handed_in, limits)
    elif ending == "eml":
        yield from _of_mail(handed_in)
    else:
        yield handed_in


def _of_archive(handed_in: HandedIn, limits: Limits) -> Iterator[HandedIn | Deposited]:
    try:
        with zipfile.ZipFile(io.BytesIO(handed_in.content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if any(member.filename in WORKBOOK_PARTS for member in members):
                yield handed_in
                return
            if len(members) > MOST_FILES:
                yield _refused(handed_in, Deposit.TOO_MANY)
                return
            most = limits.file_mib * 1024 * 1024
            if sum(member.file_size for member in members) > limits.unpacked_mib * 1024 * 1024:
                yield _refused(handed_in, Deposit.TOO_LARGE)
                return
            inside: list[HandedIn | Deposited] = []
            for member in members:
                if is_system_file(PurePosixPath(member.filename).name):
                    continue
                with archive.open(member) as file:
                    inside.append(_of_container(HandedIn(member.filename, file.read(most + 1))))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):  # RuntimeError: encrypted
        yield _refused(handed_in, Deposit.DAMAGED)
        return
    yield from inside or [_refused(handed_in, Deposit.NOTHING_INSIDE)]


def _of_mail(handed_in: HandedIn) -> Iterator[HandedIn | Deposited]:
    message = email.message_from_bytes(handed_in.content, policy=email.policy.default)
    inside: list[HandedIn | Deposited] = []
    for part in message.walk():
        name = part.get_filename()
        content = part.get_payload(decode=True) if name and not part.is_multipart() else None
        if name and isinstance(content, bytes):
            inside.append(_of_container(HandedIn(name, content)))
    yield from inside or [_refused(handed_in, Deposit.NOTHING_INSIDE)]


def _of_container(found: HandedIn) -> HandedIn | Deposited:
    """A file of an archive or a mail, unless no return is ever called so."""
    ending = PurePosixPath(found.name).suffix.lower()
    return _refused(found, Deposit.NOT_A_RETURN) if ending in _BESIDE else found


def _refused(handed_in: HandedIn, outcome: Deposit) -> Deposited:
    return Deposited(safe_name(handed_in.name), hashlib.sha256(handed_in.content).hexdigest(), outcome)
