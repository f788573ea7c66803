"""CONTRIBUTING.md knows every module, every folder of tests and every command of the Makefile."""

import re
import traceback
from pathlib import Path

import polars as pl
import pytest

from flows.compute.rules import settlement
from tests.command import call
from tests.house_map import CONTRIBUTING, HOUSE, first_line, house_map, parts

TEXT = CONTRIBUTING.read_text(encoding="utf-8")


def test_the_map_tells_of_every_module_what_it_says_of_itself() -> None:
    """Where this fails: python -m tests.house_map"""
    _, within, _ = parts(TEXT)
    ours, written = house_map().splitlines(), within.splitlines()
    assert [line for line in ours if line not in written] == [], "not in the map: run python -m tests.house_map"
    assert [line for line in written if line not in ours] == [], "gone: run python -m tests.house_map"
    assert within == house_map()


def test_every_module_stands_in_the_map_once() -> None:
    modules = [path for room in ("flows", "schemas") for path in HOUSE.glob(f"{room}/**/*.py")]
    rooms = len(re.findall("^### ", house_map(), re.MULTILINE))
    assert len(modules) > 300
    assert len(re.findall("^[|] `", house_map(), re.MULTILINE)) + rooms == len(modules)
    assert [path for path in modules if not first_line(path)] == []


def test_every_folder_of_tests_is_told_of() -> None:
    folders = {path.parent.name for path in HOUSE.glob("tests/*/__init__.py")}
    assert {name for name in folders if f"`tests/{name}`" not in TEXT} == set()


def test_what_is_named_in_code_letters_exists() -> None:
    """Files of the house and targets of the Makefile; `<…>` and `…` stand for a name."""
    before, _, _ = parts(TEXT)
    named = set(re.findall(r"`((?:flows|schemas|tests|docs|inputs)/[\w./-]+\.(?:py|md|csv))[`:]", before))
    assert len(named) > 30
    assert sorted(name for name in named if not (HOUSE / name).exists()) == []
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)`", before))
    assert {name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_what_a_recipe_names_in_a_module_is_there() -> None:
    before, _, _ = parts(TEXT)
    named = re.findall(r"`((?:flows|schemas)/[\w/]+\.py): (\w+)", before)
    assert len(named) > 10
    lacking = [(path, name) for path, name in named if not re.search(rf"\b{name}\b", (HOUSE / path).read_text("utf-8"))]
    assert lacking == []


def test_from_the_command_to_the_premium_are_the_six_functions_that_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who reads `stages.call(reckon, …)` goes on in `reckon`: how a stage is called is not on the way."""
    rule, passed = settlement.case_months, list[tuple[str, str]]()

    def watched(*given: object) -> pl.DataFrame:
        below = [(Path(frame.filename), frame.name) for frame in traceback.extract_stack()[:-1]]
        ours = [
            (path.relative_to(HOUSE).as_posix(), name) for path, name in below if path.is_relative_to(HOUSE / "flows")
        ]
        begun = next(index for index, (path, _) in enumerate(ours) if path == "flows/commands/settling.py")
        passed[:] = [frame for frame in ours[begun:] if frame[0] != "flows/orchestration/stages.py"]
        return rule(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(settlement, "case_months", watched)
    assert call("settle", "2015-11", "--programme", "dueren", "--outputs", tmp_path, "--direct").code == 0
    told = TEXT.split("**From the command to the premium**")[1].split("**`case_months`")[0]
    steps = re.findall(r"`(?:\w+[.])?(\w+)` in `([\w/]+[.]py)`", told)
    assert [name for _, name in passed] == [name for name, _ in steps]
    assert all(path.endswith(file) for (path, _), (_, file) in zip(passed, steps, strict=True))
    assert len(passed) <= 6
