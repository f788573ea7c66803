"""Settling orchestrated: the same bytes as without, and nothing personal in the orchestrator's database."""

from pathlib import Path

import pytest

from tests.command import Answer, call, contents

WHERE = ("--programme", "mittelsachsen", "--by", "Eva")


def settle(outputs: Path, *options: str) -> Answer:
    return call("settle", "2024-12", *WHERE, "--outputs", outputs, *options)


def documents(outputs: Path) -> dict[str, str]:
    """The month's documents; their paths name no place outside the month."""
    return contents(outputs / "mittelsachsen" / "2024-12")


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outputs = tmp_path_factory.mktemp("direct")
    assert settle(outputs, "--direct").code == 0
    return outputs


def test_every_runner_writes_the_same_bytes(direct: Path, tmp_path: Path) -> None:
    expected = documents(direct)
    assert len(expected) > 15
    for name, options in {
        "orchestrated": [],
        "direct on processes": ["--direct", "--runner", "processes"],
        "orchestrated on processes": ["--runner", "processes"],
    }.items():
        outputs = tmp_path / name.replace(" ", "-")
        answer = settle(outputs, *options)
        assert answer.code == 0, answer.err
        assert documents(outputs) == expected, name


def test_nothing_personal_reaches_the_orchestrator(server: Path, tmp_path: Path) -> None:
    assert settle(tmp_path, "--by", "Zacharias Zwiebelfisch").code == 0
    stored = b"".join(path.read_bytes() for path in server.parent.glob("*.db*"))
    assert b"mittelsachsen" in stored  # the run itself is recorded
    for personal in (b"Zwiebelfisch", b"FG-1041", b"FRB-207"):
        assert personal not in stored
