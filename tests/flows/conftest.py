"""One Prefect server for all tests of this folder, in a process of its own.

Prefect's threads outlive the runs that they serve and draw from Python's random numbers. Hypothesis takes that for a
defect of whichever test it is running, so no test may share a process with them.
"""

import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

import pytest

from flows.orchestration import ORCHESTRATOR_SETTINGS
from tests import command
from tests.command import Answer

_server = ExitStack()  # of the process that runs it


class Orchestrator:
    """Runs commands, one after the other, in the process that has the server."""

    def __init__(self, process: ProcessPoolExecutor) -> None:
        self._process = process
        self.database: Path = process.submit(_database).result()

    def call(self, *arguments: object) -> Answer:
        """The command, orchestrated unless its options say otherwise."""
        return self._process.submit(command.call, *arguments).result()


@pytest.fixture(scope="session")
def orchestrator() -> Iterator[Orchestrator]:
    """The server on which every orchestrated run of these tests is recorded."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(_start).result()
        yield Orchestrator(process)
        process.submit(_server.close).result()


def _start() -> None:
    warnings.simplefilter("error")  # as in the process of the tests
    os.environ.update(ORCHESTRATOR_SETTINGS)
    from prefect.testing.utilities import prefect_test_harness

    _server.enter_context(prefect_test_harness(server_startup_timeout=300))


def _database() -> Path:
    from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL

    return Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().partition(":///")[2])
