"""Settling orchestrated: the same bytes as without, one sentence where it is refused, and nothing personal recorded."""

import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.command import call, contents
from tests.flows.conftest import Server, in_process

WHERE = ("--programme", "mittelsachsen", "--outputs")
SETTLE = ("settle", "2024-12", "--by", "Eva", *WHERE)
TOO_EARLY = ("settle", "2015-01", "--by", "Eva", *WHERE)


def documents(outputs: Path) -> dict[str, str]:
    """The month's documents; their paths name no place outside the month."""
    return contents(outputs / "mittelsachsen" / "2024-12")


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outputs = tmp_path_factory.mktemp("direct")
    assert call(*SETTLE, outputs, "--direct").code == 0
    return outputs


def test_every_runner_writes_the_same_bytes(direct: Path, server: Server, tmp_path: Path) -> None:
    expected = documents(direct)
    assert len(expected) > 15
    for name, runs, options in (
        ("orchestrated", server.call, []),
        ("direct on processes", server.call, ["--direct", "--runner", "processes"]),
        ("orchestrated on processes", server.call, ["--runner", "processes"]),
    ):
        outputs = tmp_path / name.replace(" ", "-")
        before = len(server.runs("mittelsachsen", "2024-12"))
        answer = runs(*SETTLE, outputs, *options)
        assert answer.code == 0, answer.err
        assert documents(outputs) == expected, name
        recorded = len(server.runs("mittelsachsen", "2024-12")) - before
        assert recorded == (0 if "--direct" in options else 1), name


def test_an_approval_is_a_run_and_names_nobody(server: Server, tmp_path: Path) -> None:
    assert call("settle", "2024-12", "--by", "Eva", *WHERE, tmp_path, "--direct").code == 0
    answer = server.call("approve", "2024-12", "--by", "Zacharias Zwiebelfisch", *WHERE, tmp_path)
    assert answer.code == 0, answer.err
    assert "Freigegeben: Dezember 2024" in answer.out
    assert "Freigabe mittelsachsen 2024-12" in {run["name"] for run in server.runs("mittelsachsen", "2024-12")}
    assert "Zwiebelfisch" not in server.stored()


def test_nothing_personal_reaches_the_orchestrator(server: Server, tmp_path: Path) -> None:
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
    answer = server.call(*where)
    assert (answer.code, answer.err) == (1, "")
    assert "Mustermann" not in answer.out
    stored = server.stored()
    assert "1 zurückgestellt" in stored  # the run itself is recorded
    for personal in ("Zwiebelfisch", "FG-1041", "FRB-207", "Mustermann", "Freiberg_2024"):
        assert personal not in stored


def test_a_refusal_on_a_running_server_is_one_sentence(server: Server, tmp_path: Path) -> None:
    answer = server.call(*TOO_EARLY, tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Januar 2015 liegt vor dem Beginn des Programms")
    assert answer.err.count("\n") == 1


def test_a_refusal_on_the_embedded_server_is_one_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "home")}
    answer = in_process(*TOO_EARLY, tmp_path / "outputs", "--orchestrated", environment=environment)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Januar 2015 liegt vor dem Beginn des Programms")
    assert answer.err.count("\n") == 1
    assert (tmp_path / "home/prefect.db").exists()  # and it was a run of Prefect
