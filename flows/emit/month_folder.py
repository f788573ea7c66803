"""A month's folder: made beside, put in place as a whole; and what an interrupted run left of that."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flows.durable import MAKING, PART, flush_folder, flush_tree, make_folder

_OLD = ".alt"


def new_folder(folder: Path) -> Path:
    """An empty folder beside a month's folder, in which its documents are made."""
    beside = _beside(folder, MAKING)
    shutil.rmtree(beside, ignore_errors=True)
    make_folder(beside.parent)
    beside.mkdir()
    return beside


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder: path → SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def differing(folder: Path, files: Mapping[str, str]) -> dict[str, bool]:
    """Of files as they were issued (path → SHA-256), those that are not so below the folder: path → whether it is there."""
    there = {path: (folder / path).is_file() for path in files}
    return {path: there[path] for path, sha256 in files.items() if not there[path] or _sha256(folder / path) != sha256}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_in_place(beside: Path, folder: Path) -> None:
    """Replace a month's folder by the finished one, for good; the old one goes only when the new one stands."""
    flush_tree(beside)
    old = _beside(folder, _OLD)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    flush_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove the documents of a draft that another draft replaced, for good."""
    if folder.exists():
        shutil.rmtree(folder)
        flush_folder(folder.parent)


def documents_in(folder: Path, *which: str) -> list[tuple[str, int]]:
    """The documents of a month by their path in its folder, with their size in bytes, in the order of the paths.

    `which`: patterns of files and folders, of which alone those are; a link is no document, and what goes meanwhile is none.
    """
    found = []
    for path in _files([path for pattern in which for path in folder.glob(pattern)] if which else folder.glob("*")):
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(state.st_mode):
            found.append((path.relative_to(folder).as_posix(), state.st_size))
    return sorted(found)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Paths, and instead of a folder what lies in it and below."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from (Path(parent, name) for parent, _, names in os.walk(path) for name in names)
        else:
            yield path


def interrupted(outputs: Path) -> set[str]:
    """Months whose folder was taken away and not yet replaced."""
    months = {path.name.removeprefix(".").removesuffix(_OLD) for path in outputs.glob(f".*{_OLD}")}
    return {month for month in months if not (outputs / month).exists()}


def leftovers(outputs: Path, archive: Path) -> list[Path]:
    """Folders and files that a run had begun."""
    return sorted(_begun(outputs, archive))


def clear_leftovers(outputs: Path, archive: Path) -> None:
    """Remove what a run had begun."""
    for path in leftovers(outputs, archive):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _begun(outputs: Path, archive: Path) -> Iterator[Path]:
    for ending in (MAKING, _OLD):
        yield from outputs.glob(f".*{ending}")
    yield from archive.glob(f"*{PART}")


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}{ending}")
