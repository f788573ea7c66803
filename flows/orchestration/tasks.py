"""Stages as tasks of Prefect, which is told what runs and how it ended, and nothing of what was in it.

Prefect writes the text and the traceback of an exception that reaches it into its log and its database, and both may quote
a cell. So errors travel inside a state, whose message says what may be said.
"""

import logging
import os
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.orchestration.stages import Item, Progress, batches, nothing, unseen
from flows.orchestration.workers import Cluster, Given, Kind, Result, Workers
from schemas.refusal import Refusal

CLUSTER_SECONDS = 10  # for its scheduler to answer
RETRY_DELAYS = (1.0, 5.0)  # seconds: so long a scanner or a share holds a file
_HOUSE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Failure:
    """What a task or a flow ended with, for its caller in this process; shown, it tells nothing."""

    error: Exception = field(repr=False)


class _NoTraceback(logging.Filter):
    """Keeps tracebacks out of the logs of runs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, without its exception."""
        record.exc_info = record.exc_text = None
        return True


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(_NoTraceback())


def discreet(function: Callable[Given, State[Result]]) -> Callable[Given, State[Result]]:
    """A flow's function that ends with a state, whatever happens in it."""

    @wraps(function)
    def ending(*arguments: Given.args, **named: Given.kwargs) -> State[Result]:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  # for `outcome` to raise
            return _failed(error)

    return ending


def outcome(state: State[Any]) -> Any:
    """What a task or flow returned; what it ended with is raised, as if there were no orchestrator."""
    value = state.result(raise_on_failure=False)
    if isinstance(value, Failure):
        raise value.error
    return state.result()


def _attempt(work: Callable[[], Result]) -> Result | State[Any]:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # for `outcome` to raise
        return _failed(error)


def _failed(error: Exception) -> State[Any]:
    return Failed(message=_told(error), data=Failure(error))


def _told(error: Exception) -> str:
    """The sentence of a refusal; of anything else, where it happened."""
    if isinstance(error, Refusal):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        return (
            "Eine Datei oder ein Ordner lässt sich nicht lesen oder schreiben. Bitte Rechte und Speicherplatz prüfen und "
            "noch einmal starten."
        )
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _HOUSE in Path(frame.filename).parents]
    place = f", {Path(frames[-1].filename).relative_to(_HOUSE)}, Zeile {frames[-1].lineno}" if frames else ""
    return f"Fehler im Programm ({type(error).__name__}{place}). Bitte mit dieser Angabe melden."


def _is_of_the_disk(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again may help: a file could not be read or written."""
    value = state.result(raise_on_failure=False)
    return isinstance(value, Failure) and isinstance(value.error.__cause__ or value.error, OSError)


def runner(kind: Kind) -> TaskRunner[Any]:
    """What tasks run on; processes are for `Workers`, and need not know Prefect.

    Refusal where a cluster is asked for that does not answer, or its library is not there.
    """
    if isinstance(kind, Cluster):
        return _of_cluster(kind.address)
    return ThreadPoolTaskRunner(os.cpu_count() or 1)


def _of_cluster(address: str) -> TaskRunner[Any]:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise Refusal("cluster-not-installed") from error
    scheduler = urlsplit(address)
    try:
        socket.create_connection((scheduler.hostname or "", scheduler.port or 0), CLUSTER_SECONDS).close()
    except (OSError, ValueError) as error:
        raise Refusal("cluster-silent", address=address) from error
    return DaskTaskRunner(address=address)


@dataclass(frozen=True)
class Caller:
    """Who calls flows from this process: whom they tell how far they are and where they are shown, and whose account counts."""

    progress: Progress = unseen
    begun: Callable[[str], None] | None = None  # told the address of the run on the server
    account: str | None = None  # the login of whoever works in the workspace; else the system's
    kind: Kind = "auto"  # what files are read and written on


_caller: ContextVar[Caller] = ContextVar("caller")
_NOBODY = Caller()


def caller() -> Caller:
    """Who called the flow that runs; nobody, where the server started it."""
    return _caller.get(_NOBODY)


@contextmanager
def called_by(who: Caller) -> Iterator[None]:
    """The flows that are called inside are called by them; no parameter tells Prefect of it."""
    token = _caller.set(who)
    try:
        yield
    finally:
        _caller.reset(token)


class Orchestrated:
    """The stages as tasks of the flow that is running; what reads or writes files is tried again."""

    def __init__(self, workers: Workers) -> None:
        self._workers, self._progress = workers, caller().progress

    def call(
        self, stage: str, function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """One task."""
        result: Result = self._run(_as_task(stage), stage, partial(function, *arguments, **named))
        return result

    def write(
        self, stage: str, function: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs
    ) -> Result:
        """One task, tried again."""
        result: Result = self._run(_as_file_task(stage), stage, partial(function, *arguments, **named))
        return result

    def map(
        self,
        stage: str,
        function: Callable[..., list[Result]],
        items: Sequence[Item],
        *fixed: Any,
        meanwhile: Callable[[], object] = nothing,
    ) -> list[Result]:
        """One task per batch, tried again."""
        of_files, running = _as_file_task(stage), self._workers.running(len(items))
        parts = batches(items, self._workers.number)
        futures = [of_files.submit(partial(running, function, batch, *fixed)) for batch in parts]
        meanwhile()
        results: list[Result] = []
        for number, future in enumerate(futures, start=1):
            future.wait()
            results.extend(outcome(future.state))
            self._progress(stage, number, len(futures))
        return results

    def _run(self, as_task: Callable[..., State[Any]], stage: str, work: Callable[[], Any]) -> Any:
        self._progress(stage, 0, 1)
        result = outcome(as_task(work, return_state=True))
        self._progress(stage, 1, 1)
        return result


@contextmanager
def orchestrated() -> Iterator[Orchestrated]:
    """The stages of the flow that is running; the processes that they start end with the block."""
    with Workers(caller().kind) as workers:
        yield Orchestrated(workers)


def _as_task(stage: str) -> Task[..., Any]:
    return task(name=stage, task_run_name=stage, cache_policy=NO_CACHE, persist_result=False)(_attempt)


def _as_file_task(stage: str) -> Task[..., Any]:
    return _as_task(stage).with_options(
        retries=len(RETRY_DELAYS), retry_delay_seconds=list(RETRY_DELAYS), retry_condition_fn=_is_of_the_disk
    )
