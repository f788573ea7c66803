"""The command in a process that ends, or finds the disk full, at a chosen step of what it does.

A step is a statement to the ledger, the end of a transaction, or a change to a file or folder. The process is forked
from a server that has loaded the program already, so that one run costs what the command does, not what it imports.
"""

import errno
import multiprocessing
import os
import signal
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

import flows.clock
import flows.emit.cash.payments
import flows.emit.invoice.pdf
import flows.emit.invoice.xml
import flows.emit.month
import flows.settle  # all loaded once, by the server
from flows.cli import main
from flows.ledger.store.connect import VARIABLE

FILE_STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
KILL, DISK_FULL = "kill", "disk full"
LONG = os.environ.get("PLACEMENT_PREMIUM_CUTS") == "all"  # the long form of what a sample stands for in `make test`
INTERRUPT, TERMINATE = "interrupt", "terminate"  # Ctrl-C, and the signal by which a machine that shuts down ends it
LOST = "connection lost"  # as the answer to a commit was to come: every commit is a step, and nothing else
DEFECT = "defect"
_SIGNALS = {KILL: signal.SIGKILL, INTERRUPT: signal.SIGINT, TERMINATE: signal.SIGTERM}
# How a child ended can be asked once, and every start asks it of all children: two threads that do so at the same time
# would both see an end, and one of them would be told 255.
_asking = threading.Lock()


class Ended(NamedTuple):
    """How the command ended (negative: the signal), after how many steps, and what it said of errors."""

    code: int
    steps: int
    err: str


def run(arguments: list[str], ledger: str | None, how: str = KILL, at: int = 0) -> Ended:
    """Run the command, to its end or until a step."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    counter = context.Value("i", 0)
    with tempfile.NamedTemporaryFile() as errors:
        process = context.Process(target=_run, args=(arguments, ledger, how, at, counter, errors.name))
        with _asking:
            process.start()
        wait([process.sentinel])
        with _asking:
            process.join()
        assert process.exitcode is not None
        ended = Ended(process.exitcode, counter.value, Path(errors.name).read_text(encoding="utf-8"))
    process.close()
    return ended


class _Today(date):
    """The office's day is the same in every run, and one on which what it settled is no longer kept."""

    @classmethod
    def today(cls) -> "_Today":
        return cls(2036, 6, 15)


def _run(arguments: list[str], ledger: str | None, how: str, last: int, counter: object, errors: str) -> None:
    os.cpu_count = lambda: 1  # one thread, so that a step is the same step every time
    flows.clock.date = _Today  # type: ignore[misc]
    sys.dont_write_bytecode = True
    if ledger is not None:
        os.environ[VARIABLE] = ledger
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(errors, os.O_WRONLY), 2)

    def step(full: Callable[[], Exception]) -> None:
        counter.value += 1  # type: ignore[attr-defined]
        if counter.value != last:  # type: ignore[attr-defined]
            return
        if how in _SIGNALS:
            os.kill(os.getpid(), _SIGNALS[how])
        elif how == DEFECT:
            raise RuntimeError("a defect")
        else:
            raise full()

    def on_statement(cursor: object, *_: object) -> None:
        step(lambda: _full(cursor))

    def on_file(event: str, arguments: tuple[object, ...]) -> None:
        if event in FILE_STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            step(lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0])))

    if how != LOST:
        for event in ("do_execute", "do_executemany", "do_execute_no_params"):
            sa.event.listen(sa.Engine, event, on_statement)
        sys.addaudithook(on_file)
    if how != DISK_FULL:
        sa.event.listen(sa.Engine, "commit", lambda _: step(_lost_before))
    if how in (INTERRUPT, TERMINATE, LOST, DEFECT):
        commit = DefaultDialect.do_commit

        def committed(dialect: DefaultDialect, connection: Any) -> None:
            commit(dialect, connection)
            step(_lost)

        DefaultDialect.do_commit = committed  # type: ignore[method-assign]
    sys.argv = ["placement-premium", *arguments]
    main()


def _lost_before() -> Exception:
    """The same, before the commit was sent, as the database library passes it on."""
    return sa.exc.OperationalError("COMMIT", {}, _lost())


def _lost() -> psycopg.OperationalError:
    """What the driver says when the server is gone."""
    return psycopg.OperationalError("server closed the connection unexpectedly")


def _full(cursor: object) -> Exception:
    """What a store says when its disk is full."""
    if not isinstance(cursor, sqlite3.Cursor):
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    return error


def points(steps: int, number: int) -> list[int]:
    """Steps spread over all of them, the first and the last included; a single one is in the middle."""
    if number == 1:
        return [(steps + 1) // 2]
    return sorted({1 + round(index * (steps - 1) / (number - 1)) for index in range(number)})
