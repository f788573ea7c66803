"""A defect of the program ends with a sentence and its own code; what finds it stands in a file, and no case beside it."""

from pathlib import Path

import pytest

from flows.commands.defects import FILE, VARIABLE
from tests.command import Answer, call

CASE, NAME = "LIN-201", "Eva Entwurf"


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import location

    def fails(*_: object) -> None:
        try:
            raise KeyError(CASE)
        except KeyError as error:
            raise RuntimeError(f"{CASE} of {NAME}") from error

    monkeypatch.setattr(location, "find_location", fails)


def failed(outputs: Path) -> Answer:
    answer = call("explain", CASE, "--month", "2016-05", "--outputs", outputs)
    assert answer.code == 70
    assert answer.out == ""
    return answer


@pytest.mark.usefixtures("defect")
def test_the_reader_gets_a_sentence_and_who_mends_it_a_file_without_cases(tmp_path: Path) -> None:
    first, second = failed(tmp_path), failed(tmp_path)
    assert first == second
    assert first.err.count("\n") == 1
    assert f"RuntimeError in {Path(__file__).name}:" in first.err
    assert f"bitte die Datei {tmp_path / FILE} melden" in first.err
    kept = (tmp_path / FILE).read_text(encoding="utf-8")
    assert kept.count("UTC · explain") == 2
    assert kept.count("KeyError\n… then:") == 2
    assert "in location_of" in kept
    for confidential in ("LIN-201", "Entwurf", "2016-05"):
        assert confidential not in kept + first.err


@pytest.mark.usefixtures("defect")
def test_where_the_outputs_take_nothing_it_is_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "outputs" / FILE).mkdir(parents=True)
    for number, outputs in enumerate((tmp_path / "outputs", tmp_path / "none"), start=1):
        said = failed(outputs).err
        kept = list(tmp_path.glob(f"*-{FILE}"))
        assert len(kept) == number
        assert any(f"die Datei {path} melden" in said for path in kept)
    assert not (tmp_path / "none").exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert "bitte mit dieser Angabe melden" in failed(tmp_path / "none").err


@pytest.mark.usefixtures("defect")
def test_who_works_on_the_program_sees_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    said = failed(tmp_path).err
    assert "Traceback (most recent call last)" in said
    assert CASE in said
