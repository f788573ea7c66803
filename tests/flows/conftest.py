"""One Prefect server for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.runner import ORCHESTRATOR_SETTINGS


@pytest.fixture(scope="session", autouse=True)
def server() -> Iterator[Path]:
    """The database of the server on which every orchestrated run of these tests is recorded."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ORCHESTRATOR_SETTINGS.items():
            patch.setenv(name, value)
        from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            yield Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().partition(":///")[2])
