"""The one stopwatch."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

INPUTS = Path("inputs")
RUNS = 5


def seconds(
    work: Callable[[], object], runs: int = RUNS, warm: bool = True, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Median of several runs, after one that does not count."""
    if warm:
        work()
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def in_turns(*works: Callable[[], object], runs: int = RUNS) -> list[float]:
    """The shortest run of each work, after one that does not count; in turns, so that no other load hits only one."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for work, taken in zip(works, times, strict=True):
            taken.append(seconds(work, runs=1, warm=False))
    return [min(taken) for taken in times]
