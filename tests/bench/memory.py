"""How much a command and all processes that it starts take together, in memory and in time of the cores."""

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

EVERY = 0.2  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


class Moment(NamedTuple):
    """What all processes below this one take at a moment of the monotonic clock."""

    at: float
    memory: float  # MiB; what they share (PSS) counts once
    cores: float  # seconds so far, of those that have not ended


class Watched:
    """Moments of the processes below this one, while the block runs."""

    def __init__(self) -> None:
        self.moments = [Moment(time.monotonic(), 0, 0)]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def peak(self, begun: float = 0, ended: float = float("inf")) -> float:
        """The most memory that was taken at a moment between two, in MiB."""
        return max((each.memory for each in self.moments if begun <= each.at <= ended), default=0)

    def cores(self, begun: float, ended: float) -> float:
        """Seconds of all cores between two moments, as nearly as they were looked at."""
        return self._so_far(ended) - self._so_far(begun)

    def _so_far(self, at: float) -> float:
        return next((each.cores for each in reversed(self.moments) if each.at <= at), 0)

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            there = _below(os.getpid())
            at, cores = time.monotonic(), sum(map(_cores, there))
            self.moments.append(Moment(at, sum(map(_proportional, there)) / 2**10, max(cores, self.moments[-1].cores)))


def _below(process: int) -> list[int]:
    """The processes that one started, and those that these started."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, _text(task).split()):
            found += [child, *_below(child)]
    return found


def _proportional(process: int) -> int:
    """KiB of memory, of what it shares with others its part."""
    lines = _text(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _cores(process: int) -> float:
    fields = _text(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / _TICKS


def _text(path: Path) -> str:
    """What stands in a file of a process, nothing once it has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
