"""How stages are run: here, on threads or processes, or as tasks of an orchestrator that a flow hands in."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any, Literal, Protocol, TypeVar

from schemas.refusal import Refusal

Item = TypeVar("Item")
Result = TypeVar("Result")
Kind = Literal["threads", "processes"]

BATCH = 50  # an orchestrated task costs as much as reading 20 files, so files travel in batches

# Settings of the orchestrator unless its user sets others: enough time to start, quiet, no call to anywhere.
ORCHESTRATOR_SETTINGS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "DO_NOT_TRACK": "1",
}


class Progress(Protocol):
    """Told how far a stage is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` parts of a stage are finished."""


class Stages(Protocol):
    """Runs the stages of a composition."""

    def call(self, stage: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """One stage as a whole."""

    def map(
        self, stage: str, function: Callable[..., list[Result]], items: Sequence[Item], *fixed: Any
    ) -> list[Result]:
        """A stage that fans out: `function(batch, *fixed)` for every batch, results in the order of the items."""


def batches(items: Sequence[Item], workers: int) -> list[Sequence[Item]]:
    """Items in order, in batches small enough to use all workers and never larger than BATCH."""
    size = max(1, min(BATCH, -(-len(items) // workers)))
    return [items[start : start + size] for start in range(0, len(items), size)]


class Direct:
    """Stages without an orchestrator: calls here, fan-out over threads or spawned processes."""

    def __init__(self, kind: Kind, progress: Progress) -> None:
        self._kind, self._progress = kind, progress
        self._workers = os.cpu_count() or 1

    def call(self, stage: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """One stage as a whole."""
        self._progress(stage, 0, 1)
        result = function(*arguments)
        self._progress(stage, 1, 1)
        return result

    def map(
        self, stage: str, function: Callable[..., list[Result]], items: Sequence[Item], *fixed: Any
    ) -> list[Result]:
        """A stage that fans out over the workers."""
        with self._executor() as executor:
            futures = [executor.submit(function, batch, *fixed) for batch in batches(items, self._workers)]
            return _gather(futures, stage, self._progress)

    def _executor(self) -> Executor:
        if self._kind == "processes":
            # Polars runs threads of its own: a forked child could inherit a held lock, a spawned one cannot.
            return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"))
        return ThreadPoolExecutor(self._workers)


class Orchestrated:
    """The same stages as tasks of the orchestrator; `task` is its decorator, handed in by the flow."""

    def __init__(self, task: Callable[..., Any], progress: Progress) -> None:
        self._task, self._progress = task, progress
        self._workers = os.cpu_count() or 1

    def call(self, stage: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """One stage as one task."""
        self._progress(stage, 0, 1)
        result: Result = self._as_task(stage, function)(*arguments)
        self._progress(stage, 1, 1)
        return result

    def map(
        self, stage: str, function: Callable[..., list[Result]], items: Sequence[Item], *fixed: Any
    ) -> list[Result]:
        """A stage as one task per batch."""
        task = self._as_task(stage, function)
        futures = [task.submit(batch, *fixed) for batch in batches(items, self._workers)]
        results: list[Result] = []
        for number, future in enumerate(futures, start=1):
            results.extend(future.result())
            self._progress(stage, number, len(futures))
        return results

    def _as_task(self, stage: str, function: Callable[..., Any]) -> Any:
        return self._task(function, name=stage, task_run_name=stage)


def _gather(futures: Iterable[Future[list[Result]]], stage: str, progress: Progress) -> list[Result]:
    waiting = list(futures)
    for number, _ in enumerate(as_completed(waiting), start=1):
        progress(stage, number, len(waiting))
    return [result for future in waiting for result in future.result()]


def run(
    name: str, composition: Callable[[Stages], Result], progress: Progress, runner: Kind, direct: bool, **recorded: str
) -> Result:
    """Run a composition of stages: here if `direct`, else as the Prefect flow `name`.

    `recorded` are the flow's parameters as Prefect keeps them: what was run, never a person.
    """
    if direct:
        return composition(Direct(runner, progress))
    for setting, value in ORCHESTRATOR_SETTINGS.items():
        os.environ.setdefault(setting, value)
    _reach()
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

    def stage(function: Callable[..., Any], **names: Any) -> Any:
        return task(cache_policy=NO_CACHE, persist_result=False, log_prints=False, **names)(function)

    workers = os.cpu_count() or 1
    runners = {"threads": ThreadPoolTaskRunner, "processes": ProcessPoolTaskRunner}

    @flow(name=name, task_runner=runners[runner](max_workers=workers), persist_result=False, validate_parameters=False)
    def composed(**parameters: str) -> Result:  # noqa: ARG001  # recorded by Prefect as what was run
        return composition(Orchestrated(stage, progress))

    return composed(**recorded)


def _reach() -> None:
    """Refusal where neither the configured Prefect API answers nor the embedded server starts."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    try:
        with get_client(sync_client=True) as client:
            problem = client.api_healthcheck()
    except RuntimeError as error:
        problem = error
    if problem is not None:
        if address := PREFECT_API_URL.value():
            raise Refusal("orchestrator-silent", address=address) from problem
        raise Refusal("orchestrator-not-started") from problem
