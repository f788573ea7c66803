"""Threads or processes: which one by itself, the same results in the same order, and no process that outlives its run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.orchestration import direct, unseen
from flows.orchestration.workers import WORTH, Kind, Workers
from tests.command import PATIENCE

_PARENT = """
import os, sys
from flows.orchestration.workers import Workers
if __name__ == "__main__":
    workers = Workers("processes")
    print(workers.running(1)(os.getpid), flush=True)
    sys.stdin.read()
"""


def where(batch: list[int]) -> list[tuple[int, int]]:
    return [(item, os.getpid()) for item in batch]


@pytest.mark.parametrize(
    ("kind", "files", "apart"),
    [("threads", WORTH, False), ("processes", 3, True), ("auto", 3, False), ("auto", WORTH, True)],
)
def test_processes_where_they_are_worth_it(
    kind: Kind, files: int, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with direct(kind, unseen) as stages:
        found = stages.map("Zählen", where, range(files))
        again = stages.map("Zählen", where, range(files))
    assert [item for item, _ in found] == list(range(files))
    processes = {process for _, process in found + again}
    assert (os.getpid() not in processes) if apart else processes == {os.getpid()}
    assert len(processes) <= 2  # those of the first stage serve the second


def dies_apart(batch: list[int], parent: int) -> list[int]:
    if os.getpid() != parent:
        os._exit(9)
    return batch


def test_what_a_killed_process_left_is_done_here() -> None:
    with direct("processes", unseen) as stages:
        assert stages.map("Zählen", dies_apart, range(300), os.getpid()) == list(range(300))
        assert stages.map("Zählen", where, [1]) == [(1, os.getpid())]


def test_one_core_has_nothing_to_hand_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert Workers("auto").running(WORTH)(os.getpid) == os.getpid()


def test_windows_waits_for_so_many_processes_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 128)
    assert Workers("auto").number == 61


def test_a_process_ends_with_the_one_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert worker != parent.pid
    parent.kill()
    parent.communicate()
    until = time.monotonic() + PATIENCE
    while _lives(worker):
        assert time.monotonic() < until, "the worker outlived its parent"
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
        if not Path("/proc/self/stat").exists():
            return True
        status = Path(f"/proc/{process}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):  # it may end between two looks
        return False
    return status.rpartition(")")[2].split()[0] != "Z"  # one that nobody waited for is dead all the same
