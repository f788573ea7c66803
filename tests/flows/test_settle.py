"""Settling orchestrated: the same bytes as without, and nothing personal in the orchestrator's database."""

from pathlib import Path

import pytest

from tests.command import call, contents
from tests.flows.conftest import Orchestrator

SETTLE = ("settle", "2024-12", "--programme", "mittelsachsen", "--by", "Eva", "--outputs")


def documents(outputs: Path) -> dict[str, str]:
    """The month's documents; their paths name no place outside the month."""
    return contents(outputs / "mittelsachsen" / "2024-12")


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outputs = tmp_path_factory.mktemp("direct")
    assert call(*SETTLE, outputs, "--direct").code == 0
    return outputs


def test_every_runner_writes_the_same_bytes(direct: Path, orchestrator: Orchestrator, tmp_path: Path) -> None:
    expected = documents(direct)
    assert len(expected) > 15
    for name, runs, options in (
        ("orchestrated", orchestrator.call, []),
        ("direct on processes", call, ["--direct", "--runner", "processes"]),
        ("orchestrated on processes", orchestrator.call, ["--runner", "processes"]),
    ):
        outputs = tmp_path / name.replace(" ", "-")
        answer = runs(*SETTLE, outputs, *options)
        assert answer.code == 0, answer.err
        assert documents(outputs) == expected, name


def test_nothing_personal_reaches_the_orchestrator(orchestrator: Orchestrator, tmp_path: Path) -> None:
    assert orchestrator.call(*SETTLE, tmp_path, "--by", "Zacharias Zwiebelfisch").code == 0
    stored = b"".join(path.read_bytes() for path in orchestrator.database.parent.glob("*.db*"))
    assert b"mittelsachsen" in stored  # the run itself is recorded
    for personal in (b"Zwiebelfisch", b"FG-1041", b"FRB-207"):
        assert personal not in stored
