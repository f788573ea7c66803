"""A composition of stages as a Prefect flow: settings, reachability, and how stages become tasks."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from flows.runner import ORCHESTRATOR_SETTINGS, Direct, Kind, Orchestrated, Progress, Stages
from schemas.refusal import Refusal

Result = TypeVar("Result")


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
        named = (
            f"unter {PREFECT_API_URL.value()} antwortet nicht"
            if PREFECT_API_URL.value()
            else "lässt sich nicht starten"
        )
        raise Refusal(
            f"Der Prefect-Server {named}. Bitte PREFECT_API_URL und den Server prüfen, oder mit --direct ohne ihn arbeiten; "
            "geändert wurde nichts."
        ) from problem
