"""The stages of a composition, and how they run without an orchestrator: here, on threads or processes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from flows.orchestration.workers import Given, Kind, Result, Workers

Item = TypeVar("Item")

BATCH = 50  # an orchestrated task costs as much as reading 20 files, so files travel in batches


class Progress(Protocol):
    """Told how far a stage is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` parts of a stage are finished."""


def unseen(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def nothing() -> None:
    """What is done meanwhile where there is nothing else to do."""


class Stages(Protocol):
    """Runs the stages of a composition."""

    def call(
        self, stage: str, function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """A stage that reckons, as a whole."""

    def write(
        self, stage: str, function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """A stage that writes one file; an orchestrator may try it again where the disk did not answer."""

    def map(
        self,
        stage: str,
        function: Callable[..., list[Result]],
        items: Sequence[Item],
        *fixed: Any,
        meanwhile: Callable[[], object] = nothing,
    ) -> list[Result]:
        """A stage that reads or writes many files: `function(batch, *fixed)`, results in the order of the items.

        An orchestrator may try a batch again, as in `write`. `meanwhile` is done here, while the workers are busy.
        """


def batches(items: Sequence[Item], workers: int) -> list[Sequence[Item]]:
    """Items in order, in batches small enough to use all workers and never larger than BATCH."""
    size = max(1, min(BATCH, -(-len(items) // workers)))
    return [items[start : start + size] for start in range(0, len(items), size)]


class Direct:
    """Stages without an orchestrator: calls here, fan-out over threads or spawned processes."""

    def __init__(self, workers: Workers, progress: Progress) -> None:
        self._workers, self._progress = workers, progress

    def call(
        self, stage: str, function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """One stage as a whole."""
        self._progress(stage, 0, 1)
        result = function(*arguments, **named)
        self._progress(stage, 1, 1)
        return result

    write = call

    def map(
        self,
        stage: str,
        function: Callable[..., list[Result]],
        items: Sequence[Item],
        *fixed: Any,
        meanwhile: Callable[[], object] = nothing,
    ) -> list[Result]:
        """A stage that fans out over the workers."""
        number, running = self._workers.number, self._workers.running(len(items))
        with ThreadPoolExecutor(number) as executor:
            futures = [executor.submit(running, function, batch, *fixed) for batch in batches(items, number)]
            meanwhile()
            return _gather(futures, stage, self._progress)


@contextmanager
def direct(kind: Kind, progress: Progress) -> Iterator[Direct]:
    """Stages without an orchestrator; the processes that they start end with the block."""
    with Workers(kind) as workers:
        yield Direct(workers, progress)


def _gather(futures: Iterable[Future[list[Result]]], stage: str, progress: Progress) -> list[Result]:
    waiting = list(futures)
    for number, _ in enumerate(as_completed(waiting), start=1):
        progress(stage, number, len(waiting))
    return [result for future in waiting for result in future.result()]
