"""Settling orchestrated: the same bytes as without, and nothing personal in the orchestrator's database."""

import shutil
from pathlib import Path

import openpyxl
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
    """Neither who settles nor a case, nor what someone typed into a cell that takes no names."""
    shutil.copytree("inputs/law", tmp_path / "inputs/law")
    shutil.copytree("inputs/mittelsachsen", tmp_path / "inputs/mittelsachsen")
    sent = tmp_path / "inputs/mittelsachsen/returns/2024-12/Freiberg_2024-12.xlsx"
    book = openpyxl.load_workbook(sent)
    for cell, typed in (
        ("A5", "=Mustermann"),
        ("D5", "Erika Mustermann"),
        ("E5", "Mustermann"),
        ("G5", "Mustermann"),
        ("I5", "Mustermann"),
    ):
        book["Arbeitsgelegenheiten"][cell].value, book["Arbeitsgelegenheiten"][cell].data_type = typed, "s"
    book.save(sent)
    where = (*SETTLE, tmp_path / "outputs", "--inputs", tmp_path / "inputs", "--by", "Zacharias Zwiebelfisch")
    answer = orchestrator.call(*where)
    assert (answer.code, answer.err) == (1, "")
    assert "Mustermann" not in answer.out
    stored = b"".join(path.read_bytes() for path in orchestrator.database.parent.glob("*.db*"))
    assert b"mittelsachsen" in stored  # the run itself is recorded
    for personal in (b"Zwiebelfisch", b"FG-1041", b"FRB-207", b"Mustermann"):
        assert personal not in stored
