"""The one stopwatch."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

INPUTS = Path("inputs")
RUNS = 5


def seconds(work: Callable[[], object], runs: int = RUNS, warm: bool = True) -> float:
    """Median of several runs, after one that does not count."""
    if warm:
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
