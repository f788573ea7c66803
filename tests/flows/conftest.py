"""One Prefect server for all tests of this folder, started as an administrator starts it.

No test imports Prefect: its threads outlive the runs that they serve and draw from Python's random numbers, which Hypothesis
takes for a defect of whichever test it is running.
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.command import EXECUTABLE, PATIENCE, Answer

PREFECT = Path(sys.executable).with_name("prefect")
Found = TypeVar("Found")
DATABASE, EMPTY = "prefect.db", "empty.db"  # of a server; as it is once all its tables are made
_FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


class Server:
    """A Prefect server with a home of its own, and what it knows."""

    def __init__(self, home: Path, api: str) -> None:
        self.home, self.api = home, api
        self.environment = os.environ | {"PREFECT_HOME": str(home), "PREFECT_API_URL": api}

    def call(self, *arguments: object, **environment: str) -> Answer:
        """The command, in a process of its own for which this server is configured."""
        return in_process(*arguments, environment=self.environment | environment)

    def ask(self, path: str, **body: Any) -> Any:
        """What its API answers to a POST."""
        request = Request(f"{self.api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        return answered(request)

    def run_of(self, run_id: str) -> dict[str, Any]:
        """A flow run, once it has ended."""

        def ended() -> dict[str, Any] | None:
            [run] = self.ask("/flow_runs/filter", flow_runs={"id": {"any_": [run_id]}})
            return dict(run) if run["state_type"] in _FINAL else None

        return awaited(ended, "the run did not end")

    def tasks(self, run_id: str, *expected: str) -> set[str]:
        """The names of a run's tasks, once those expected are there: the server hears of tasks by events, behind the run."""

        def known() -> set[str] | None:
            found = {task["name"] for task in self.ask("/task_runs/filter", flow_runs={"id": {"any_": [run_id]}})}
            return found if found.issuperset(expected) else None

        return awaited(known, "the run's tasks did not arrive")

    def runs(self, *tags: str) -> list[dict[str, Any]]:
        """The flow runs that carry all these tags, the latest first."""
        found = self.ask("/flow_runs/filter", flow_runs={"tags": {"all_": list(tags)}}, sort="START_TIME_DESC")
        return list(found)

    def logs(self, run_id: str) -> list[str]:
        """What a run logged: Prefect sends it in batches, the last words behind the run's end.

        They come from the run's own process, so ask before whatever serves the flow is ended. Its tasks tell their end in
        the same words, under another name.
        """

        def whole() -> list[str] | None:
            found = self.ask("/logs/filter", logs={"flow_run_id": {"any_": [run_id]}}, sort="TIMESTAMP_ASC")
            of_the_run = [entry["message"] for entry in found if entry["name"] == "prefect.flow_runs"]
            ended = any(message.startswith("Finished in state") for message in of_the_run)
            return [entry["message"] for entry in found] if ended else None

        return awaited(whole, "the run's log did not arrive")

    def stored(self) -> str:
        """All bytes of its database, as text."""
        return b"".join(path.read_bytes() for path in self.home.glob("prefect.db*")).decode("utf-8", "replace")


def answered(request: Request) -> Any:
    """What a Prefect server answers; while its database is busy with something else it says 503, as to its own clients."""

    def answer() -> tuple[Any] | None:
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as told:
                return (json.load(told),)
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            error.close()
            return None

    return awaited(answer, "the server's database stayed busy")[0]


def status(address: str) -> int | None:
    """With what a server answers there; nothing where none does."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=PATIENCE) as told:
            return int(told.status)
    except HTTPError as error:
        error.close()
        return error.code
    except (OSError, HTTPException):
        return None


def awaited(look: Callable[[], Found | None], otherwise: str) -> Found:
    """What there is to see, once it is there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.5)
    raise AssertionError(otherwise)


def in_process(*arguments: object, environment: dict[str, str]) -> Answer:
    """The command in a process of its own, with this environment."""
    done = subprocess.run(
        [EXECUTABLE, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home(server: Server, tmp_path: Path) -> Path:
    """A home for another server, whose tables are made already, for that takes longer than all else of its start."""
    found = tmp_path / "home"
    found.mkdir()
    shutil.copyfile(server.home / EMPTY, found / DATABASE)
    return found


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server on which every orchestrated run of these tests is recorded."""
    home = tmp_path_factory.mktemp("prefect")
    environment = os.environ | {
        "PREFECT_HOME": str(home),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    for _ in range(5):  # somebody else may take a free port before the server does
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        with open(home / "server.log", "ab") as log:  # noqa: PTH123  # handed to the process
            process = subprocess.Popen(
                [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            if _answers(f"http://127.0.0.1:{port}/api/health", process):
                with closing(sqlite3.connect(home / DATABASE)) as own, closing(sqlite3.connect(home / EMPTY)) as kept:
                    own.backup(kept)
                yield Server(home, f"http://127.0.0.1:{port}/api")
                return
        finally:
            process.terminate()
            process.wait(PATIENCE)
    raise AssertionError(f"the Prefect server did not start, see {home / 'server.log'}")


def _answers(address: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the server answers before it ends."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if status(address) == HTTPStatus.OK:
            return True
        time.sleep(0.2)
    return False
