"""Door 3, by the clock: the flows as they are served beside the workspace."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows import deployments
from flows.durable import keep_private
from flows.location import programmes
from flows.orchestration.server import end_with_parent
from schemas.programme.file import load_programme
from schemas.refusal import Refusal
from schemas.schedules import SCHEDULES, TIMEZONE

_FLOWS = {flow.name: flow for flow in (deployments.intake, deployments.draft, deployments.report)}


def serve_schedules(inputs: str, outputs: str, left_out: tuple[str, ...]) -> None:
    """Serve the flows of every programme in a process of its own, one run after the other, until the pipe to it ends.

    What is `left_out` is served all the same, so that it can be started by hand, but not by the clock. A run whose time
    came while nothing was served is made up for: an office's machine is off at night.
    """
    keep_private()
    runner = Runner(name="placement-premium", limit=1, pause_on_shutdown=False)
    for deployment in served(Path(inputs), Path(outputs), left_out):
        runner.add_deployment(deployment)
    end_with_parent(runner.handle_sigterm)
    asyncio.run(runner.start())


def served(inputs: Path, outputs: Path, left_out: tuple[str, ...]) -> Iterator[RunnerDeployment]:
    """Each flow for each programme whose file can be read, under the programme's name; the workspace tells of the others."""
    for name in programmes(inputs):
        try:
            programme = load_programme(inputs / name)
        except Refusal:
            continue
        for schedule in SCHEDULES:
            yield RunnerDeployment.from_flow(
                _FLOWS[schedule.flow],
                name,
                schedules=[] if schedule.option in left_out else [Cron(schedule.when(programme).cron, TIMEZONE)],
                parameters={"programme": name, "inputs": str(inputs), "outputs": str(outputs)},
                tags=[name],
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
