"""A power cut, replayed: what a command did to files is recorded, and a disk is made as a cut would have left it.

A drive that loses its power keeps what was flushed. Of the rest it may keep anything; two disks stand for the extremes:
`lost`, on which nothing that was not flushed ever happened, and `empty`, on which every name is there and every file
that was not flushed is empty. The ledger flushes itself (SQLite, synchronous = FULL): its files are taken as they are
once the folder that they stand in was flushed.
"""

import json
import multiprocessing
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from flows.cli import main
from tests.faults import interruption

LOST, EMPTY = "lost", "empty"
_LEDGER = ("ledger.db", "ledger.db-wal")
_PASSING = ("ledger.lock", "ledger.db-shm")  # nothing that anyone misses


class Drive:
    """What is flushed of a tree: the content of files and the names in folders, by inode."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[int, bytes] = {}
        self._folders: dict[int, dict[str, tuple[int, bool]]] = {}
        self._held: list[int] = []  # an inode that is open is given to no other file
        for path in (root, *root.rglob("*")):
            self.flushed(os.open(path, os.O_RDONLY))

    def flushed(self, descriptor: int) -> None:
        """A file or folder is on the drive as it is now."""
        held = os.dup(descriptor)
        self._held.append(held)
        inode = os.fstat(held)
        if stat.S_ISDIR(inode.st_mode):
            with os.scandir(held) as entries:
                self._folders[inode.st_ino] = {entry.name: (entry.inode(), entry.is_dir()) for entry in entries}
        else:
            self._files[inode.st_ino] = os.pread(os.open(f"/proc/self/fd/{held}", os.O_RDONLY), inode.st_size, 0)

    def after(self, which: str) -> dict[str, bytes | None]:
        """The tree after a cut: path → content, None for a folder."""
        return dict(self._lost(self._root.stat().st_ino, "") if which == LOST else self._empty())

    def _lost(self, inode: int, below: str) -> Iterator[tuple[str, bytes | None]]:
        for name, (own, is_folder) in self._folders.get(inode, {}).items():
            if is_folder:
                yield f"{below}{name}", None
                yield from self._lost(own, f"{below}{name}/")
            elif name not in (*_LEDGER, *_PASSING):
                yield f"{below}{name}", self._files.get(own, b"")
        yield from self._ledger(below)

    def _ledger(self, below: str) -> Iterator[tuple[str, bytes | None]]:
        for name in _LEDGER:
            path = self._root / below / name
            if path.exists():
                yield f"{below}{name}", path.read_bytes()

    def _empty(self) -> list[tuple[str, bytes | None]]:
        while True:
            try:
                return list(self._all_there())
            except FileNotFoundError:  # another thread has just given a file its name: looked at again
                continue

    def _all_there(self) -> Iterator[tuple[str, bytes | None]]:
        for path in sorted(self._root.rglob("*")):
            name, inode = str(path.relative_to(self._root)), path.stat().st_ino
            if path.is_dir():
                yield name, None
            elif path.name in _LEDGER:
                yield name, path.read_bytes()
            elif path.name not in _PASSING:
                content = path.read_bytes()
                yield name, content if self._files.get(inode) == content else b""


def record(arguments: list[str], outputs: Path, into: Path) -> list[tuple[str, str]]:
    """Run the command and record every disk that a cut could have left: folder below `into` and what had just happened."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([interruption.__name__, __name__])
    into.mkdir()
    process = context.Process(target=_record, args=(arguments, outputs, into))
    process.start()
    wait([process.sentinel])
    process.join()
    assert process.exitcode == 0, process.exitcode
    found: list[tuple[str, str]] = [tuple(entry) for entry in json.loads((into / "log.json").read_text())]
    return found


def _record(arguments: list[str], outputs: Path, into: Path) -> None:
    os.cpu_count = lambda: 1
    sys.dont_write_bytecode = True
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    drive, flush, commit = Drive(outputs), os.fsync, DefaultDialect.do_commit
    log: list[tuple[str, str]] = []
    seen: dict[str, object] = {}
    commits = [0]
    busy = [False]

    def step(what: str) -> None:
        if busy[0]:
            return
        busy[0] = True
        try:
            for which in (LOST, EMPTY):
                tree = drive.after(which)
                told = (commits[0], {name: content for name, content in tree.items() if not name.endswith(_LEDGER)})
                if told != seen.get(which):
                    seen[which] = told
                    name = f"{len(log):04d}-{which}"
                    _write(into / name, tree)
                    log.append((name, what))
        finally:
            busy[0] = False

    def flushed(descriptor: int) -> None:
        drive.flushed(descriptor)
        step("fsync")

    def committed(dialect: Any, connection: Any) -> None:
        commit(dialect, connection)
        commits[0] += 1
        step("commit")

    def on_file(event: str, arguments: tuple[object, ...]) -> None:
        if event in interruption.FILE_STEPS and not busy[0]:
            step(f"before {event} {arguments[0]}")

    os.fsync = flushed
    DefaultDialect.do_commit = committed  # type: ignore[method-assign]
    sys.addaudithook(on_file)
    sys.argv = ["placement-premium", *arguments]
    try:
        main()
    finally:
        os.fsync = flush
        busy[0] = True
        (into / "log.json").write_text(json.dumps(log))


def _write(folder: Path, tree: dict[str, bytes | None]) -> None:
    folder.mkdir()
    for name, content in tree.items():
        if content is None:
            (folder / name).mkdir(parents=True, exist_ok=True)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def replay(states: Path, name: str, outputs: Path) -> None:
    """Put a recorded disk where a command looks for its outputs."""
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.copytree(states / name, outputs)
