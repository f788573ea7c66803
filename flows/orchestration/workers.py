"""Who reads and writes files: spawned processes where there are so many that starting them is worth it, else threads."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Any, Literal, ParamSpec, Protocol, Self, TypeVar

Result = TypeVar("Result")
Given = ParamSpec("Given")


@dataclass(frozen=True)
class Cluster:
    """Workers on several machines, which see the same files: the address of their scheduler (Dask)."""

    address: str


Kind = Literal["auto", "threads", "processes"] | Cluster

WORTH = 200  # files from which on two processes save more time than they take to start (docs/speed.md)
MOST = 61  # processes; Windows waits for no more


class Running(Protocol):
    """Runs a function with its arguments and waits for what it returns."""

    def __call__(self, function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        """What the function returns."""


class Workers:
    """Where the batches of a run are worked off; processes are started once for all its stages, and end with it."""

    def __init__(self, kind: Kind) -> None:
        self.number = min(os.cpu_count() or 1, MOST)
        self._kind = kind
        self._processes: ProcessPoolExecutor | None = None

    def running(self, files: int) -> Running:
        """How a thread, or a worker of a cluster, has a batch worked off of a stage with so many files: by itself, or by a process."""
        worth = self._kind == "auto" and self.number > 1 and files >= WORTH
        if not worth and self._kind != "processes":
            return _here
        if self._processes is None:
            # Polars runs threads of its own: a forked child could inherit a held lock, a spawned one cannot.
            self._processes = ProcessPoolExecutor(self.number, get_context("spawn"), initializer=_begin)
        return self._apart

    def _apart(self, function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        assert self._processes is not None
        try:
            return self._processes.submit(function, *given, **named).result()
        except BrokenProcessPool:  # one was killed, for want of memory perhaps: none takes any more
            return _here(function, *given, **named)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._processes is not None:
            self._processes.shutdown(cancel_futures=True)


def _here(function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    return function(*given, **named)


def _begin() -> None:
    """A process leaves the keyboard to the one that started it, and ends with that one, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent: Any = parent_process()
    parent.join()
    os._exit(1)
