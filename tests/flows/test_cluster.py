"""Reading and writing on several machines: a scheduler and workers as an administration starts them, each a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import EXECUTABLE, PATIENCE, call, contents
from tests.flows.conftest import Server, awaited

pytest.importorskip("prefect_dask", reason="the extra [cluster] is not installed")

MONTH = "2024-12"
SETTLE = ("settle", MONTH, "--by", "Eva", "--programme", "mittelsachsen", "--outputs")
DASK = (sys.executable, "-m", "dask")
# Until a connection is given up, and a worker that does not stir.
PATIENTLY = dict.fromkeys(("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL"), f"{PATIENCE}s")  # fmt: skip
# Worker → how many tasks lie before it, as the scheduler knows.
BEFORE_THEM = """
import json, sys
from distributed import Client
with Client(sys.argv[1]) as asking:
    known = asking.scheduler_info(n_workers=-1)["workers"]
    print(json.dumps({known[address]["name"]: len(tasks) for address, tasks in asking.processing().items()}))
"""


class Cluster:
    """A scheduler and two workers."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        told = str(folder / "scheduler.json")  # at which port, once it answers
        self.processes = [self._started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told)]  # fmt: skip
        self.address = awaited(lambda: _address(Path(told)), "the scheduler does not answer")
        self.processes += [self._started("worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--name", name) for name in ("eins", "zwei")]  # fmt: skip
        awaited(lambda: len(self.workers()) == 2 or None, "the workers do not come")

    def _started(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with open(self._folder / f"{arguments[0]}.log", "ab") as log:  # noqa: PTH123  # handed to the process
            return subprocess.Popen(
                [*DASK, *arguments], env=self._environment, cwd=self._folder, stdout=log, stderr=log
            )

    def workers(self) -> dict[str, int]:
        """Worker → how many tasks lie before it."""
        done = subprocess.run([sys.executable, "-c", BEFORE_THEM, self.address], env=self._environment, capture_output=True, text=True, check=True)  # fmt: skip
        return dict(json.loads(done.stdout))

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def _address(told: Path) -> str | None:
    try:
        return str(json.loads(told.read_bytes())["address"])
    except (FileNotFoundError, json.JSONDecodeError):  # not yet there, or not yet whole
        return None


@pytest.fixture
def cluster(server: Server, tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    found = Cluster(folder, server.environment | {"PYTHONPATH": str(Path.cwd())} | PATIENTLY)
    yield found
    found.end()


def on(cluster: Cluster) -> tuple[str, ...]:
    return ("--runner", "dask", "--dask-address", cluster.address)


def test_a_month_on_a_cluster_has_the_same_bytes(server: Server, cluster: Cluster, tmp_path: Path) -> None:
    answer = server.call(*SETTLE, tmp_path / "cluster-outputs", *on(cluster), **PATIENTLY)
    assert (answer.code, answer.err) == (0, ""), answer
    assert call(*SETTLE, tmp_path / "here", "--direct").code == 0
    month = Path("mittelsachsen") / MONTH
    assert contents(tmp_path / "cluster-outputs" / month) == contents(tmp_path / "here" / month)


def test_a_worker_killed_in_the_middle_costs_its_batches_a_retry_and_changes_no_byte(
    server: Server, cluster: Cluster, tmp_path: Path
) -> None:
    """It is held before the run, so that it gets work and does not finish it, and killed once it has some."""
    _, doomed, _ = cluster.processes
    doomed.send_signal(signal.SIGSTOP)
    command = [EXECUTABLE, *SETTLE, tmp_path / "killed", *on(cluster)]
    with subprocess.Popen(command, env=server.environment | PATIENTLY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:  # fmt: skip
        awaited(lambda: cluster.workers()["eins"] or None, "the worker that is held got no work")
        doomed.kill()
        _, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, err) == (0, "")
    assert call(*SETTLE, tmp_path / "here", "--direct").code == 0
    month = Path("mittelsachsen") / MONTH
    assert contents(tmp_path / "killed" / month) == contents(tmp_path / "here" / month)


def test_what_is_missing_for_a_cluster_is_said_in_a_sentence(server: Server, tmp_path: Path) -> None:
    nowhere = ("--runner", "dask", "--dask-address", "tcp://127.0.0.1:9")
    answer = server.call(*SETTLE, tmp_path, *nowhere)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(
        "Unter tcp://127.0.0.1:9 antwortet kein Verteiler. Bitte Adresse und „dask scheduler“ prüfen"
    )
    assert call(*SETTLE, tmp_path, "--runner", "dask").err.startswith(
        "Für mehrere Rechner ist zu sagen, wo ihr Verteiler antwortet, und nur für sie. Bitte bei --runner dask"
    )
    assert call(*SETTLE, tmp_path, *nowhere, "--direct").err.startswith("Mehrere Rechner sind nur über Prefect")
    assert not contents(tmp_path)
