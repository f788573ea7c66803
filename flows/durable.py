"""Files that last: whatever happens to the power, a file that was noted anywhere is there, whole, under its name.

The order is always the same: write beside, flush the file, rename, flush the folder; only then may anything note it. A
folder that is made beside its place as a whole is flushed as a whole, for a drive flushes many files together almost as
fast as one.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

MAKING = ".neu"  # ends the name of a folder that is being made; its files are flushed with it (`flush_tree`)
PART = ".part"
_AT_ONCE = 8  # flushes that wait for the drive together
_NOT_OFFERED = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)  # by file systems that flush no folders


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside the file to write to; it takes the file's place only when the block ends well, and lasts.

    Folders are made where they are missing. After an error the earlier file stands untouched.
    """
    alone = not any(folder.name.endswith(MAKING) for folder in path.parents)
    if alone:
        make_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    try:
        yield part
        if alone:
            flush_file(part)
        part.replace(path)
        if alone:
            flush_folder(path.parent)
    except OSError as error:
        raise error if error.filename else OSError(error.errno, error.strerror, str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def write_all(folder: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    """Files of a folder by name, all of them there for good when this returns."""
    make_folder(folder)
    parts = []
    for name, content in contents:
        part = folder / f"{name}{PART}"
        part.write_bytes(content)
        parts.append(part)
    _flush_all(parts)
    for part in parts:
        part.replace(part.with_name(part.name.removesuffix(PART)))
    if parts:
        flush_folder(folder)


def make_folder(folder: Path) -> None:
    """A folder, and those above it where they are missing, there for good."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        flush_folder(each.parent)


def flush_tree(folder: Path) -> None:
    """Everything below a folder, files and names, is on the drive when this returns."""
    below = sorted(folder.rglob("*"))
    _flush_all(path for path in below if path.is_file())
    for path in (folder, *(path for path in below if path.is_dir())):
        flush_folder(path)


def flush_folder(folder: Path) -> None:
    """The names in a folder, where the system keeps them apart from the files."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(descriptor)


def _flush_all(paths: Iterable[Path]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as waiting:
        for done in [waiting.submit(flush_file, path) for path in paths]:
            done.result()


def flush_file(path: Path) -> None:
    """What was written to a file is on the drive when this returns; its name may not be yet (`flush_folder`)."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def keep_private() -> None:
    """What this process makes from now on is its owner's alone, whatever the account's own mask: folders 0700, files 0600.

    Where a folder has an access control list for what is made in it, the list decides (README, Safety and servers).
    """
    if os.name == "posix":
        os.umask(0o077)
