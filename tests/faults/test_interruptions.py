"""Two runs at once, and what is left of a run that was interrupted: the next command finishes it by itself."""

import errno
import shutil
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.emit import month_folder
from flows.ledger.store.connect import VARIABLE
from tests.command import EXECUTABLE, Answer, call, contents

SETTLE = ("settle", "2024-12", "--direct", "--by", "Eva", "--programme", "mittelsachsen", "--outputs")
APPROVE = ("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", "--programme", "mittelsachsen", "--outputs")
STATUS = ("status", "--programme", "mittelsachsen", "--outputs")
NOTICE = "Nach einer Unterbrechung neu geschrieben: die Unterlagen für Dezember 2024."


def documents(outputs: Path) -> dict[str, str]:
    return contents(outputs / "mittelsachsen/2024-12")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month that was settled and approved without any trouble; the draft's documents lie beside it."""
    outputs = tmp_path_factory.mktemp("undisturbed")
    assert call(*SETTLE, outputs).code == 0
    shutil.copytree(outputs, outputs / "draft")
    assert call(*APPROVE, outputs).code == 0
    return outputs


@pytest.fixture
def drafted(undisturbed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(undisturbed / "draft", tmp_path / "outputs"))


def test_two_settling_at_once_take_turns(undisturbed: Path, tmp_path: Path) -> None:
    command = [EXECUTABLE, *SETTLE, tmp_path]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [Answer(one.wait(), *one.communicate()) for one in both]
    assert 0 in {answer.code for answer in answers}
    for answer in answers:
        assert answer.code == 0 or "arbeitet gerade ein anderer Lauf" in answer.err, answer.err
    assert documents(tmp_path) == documents(undisturbed / "draft")
    assert not month_folder.leftovers(tmp_path / "mittelsachsen", tmp_path / "mittelsachsen/archive")


def disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_documents_that_approval_could_not_write_are_written_by_the_next_command(
    undisturbed: Path, drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(month_folder, "put_in_place", disk_full)
        answer = call(*APPROVE, drafted)
    assert answer.code == 3
    assert "der Datenträger ist voll" in answer.err
    assert "Dezember 2024 ist freigegeben; die Unterlagen folgen" in answer.err
    assert documents(drafted) == documents(undisturbed / "draft")  # still the draft's
    answer = call(*STATUS, drafted)
    assert answer.code == 0
    assert NOTICE in answer.err
    assert documents(drafted) == documents(undisturbed)
    assert call(*STATUS, drafted).err == ""  # once


def test_a_command_that_only_reads_goes_on_although_the_disk_is_full(
    drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which ledger it is, is noted beside the outputs as every command begins, where that is new."""
    (drafted / "mittelsachsen/ledger-identity.json").unlink()
    monkeypatch.setattr("flows.belonging.write_card", disk_full)
    answer = call(*STATUS, drafted)
    assert answer.code == 0
    assert "Dezember 2024" in answer.out
    assert "steht noch etwas aus" in answer.err and "der Datenträger ist voll" in answer.err


def test_a_folder_taken_away_and_not_replaced_comes_back(undisturbed: Path, drafted: Path) -> None:
    programme = drafted / "mittelsachsen"
    (programme / "2024-12").rename(programme / ".2024-12.alt")
    (programme / ".2024-12.neu").mkdir()
    (programme / "archive/0123.xlsx.part").write_bytes(b"half a workbook")
    assert NOTICE in call(*STATUS, drafted).err
    assert contents(drafted).keys() == contents(undisturbed / "draft").keys()
    assert documents(drafted) == documents(undisturbed / "draft")


def test_documents_of_a_discarded_draft_go_even_if_the_run_that_discarded_it_could_not_remove_them(
    drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = drafted.parent / "inputs"
    shutil.copytree("inputs/mittelsachsen", inputs / "mittelsachsen")
    shutil.copytree("inputs/law", inputs / "law")
    where = ("--inputs", inputs, "--outputs", drafted)
    assert call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", *where).code == 0
    assert call("settle", "2025-02", "--direct", "--by", "Eva", *where).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(month_folder, "remove", disk_full)
        assert call("settle", "2025-01", "--direct", "--by", "Eva", *where).code == 3
    assert (drafted / "mittelsachsen/2025-02").is_dir()
    assert "die Unterlagen für Januar 2025" in call("status", *where).err
    assert not (drafted / "mittelsachsen/2025-02").exists()
    assert (drafted / "mittelsachsen/2025-01").is_dir()


def test_nothing_is_mended_while_another_run_is_at_work(drafted: Path) -> None:
    from flows.ledger.store.sqlite import SqliteLedger

    beside = drafted / "mittelsachsen/.2024-12.neu"
    beside.mkdir()
    with SqliteLedger(drafted / "mittelsachsen/ledger.db").alone():
        assert call(*STATUS, drafted).code == 0
        assert beside.exists()
    assert call(*STATUS, drafted).code == 0
    assert not beside.exists()


def test_both_stores_give_the_same_documents(
    undisturbed: Path, postgres: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres.render_as_string(hide_password=False))
    assert call(*SETTLE, tmp_path).code == 0
    assert documents(tmp_path) == documents(undisturbed / "draft")
    assert call(*APPROVE, tmp_path).code == 0
    assert documents(tmp_path) == documents(undisturbed)
    assert not (tmp_path / "mittelsachsen/ledger.db").exists()
    other = tmp_path / "practice"
    answer = call("settle", "2025-01", "--direct", "--by", "Eva", "--programme", "mittelsachsen", "--outputs", other)
    assert answer.code == 2
    assert "gehört das Archiv" in answer.err
    assert not other.exists()
