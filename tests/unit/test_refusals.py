"""The catalogue of refusals: every code is raised, every raise fits its sentences, and every mend leads somewhere."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli import cli
from flows.commands.printed import NAME
from schemas.refusal import Refusal
from schemas.refusals import REFUSALS, Action
from schemas.refusals.wording import GERMAN_ACTION, GERMAN_FIELD
from tests.refusals import printed, sample

CATALOGUE = Path("schemas/refusals")
TREES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("flows", "schemas")
    for path in sorted(Path(folder).rglob("*.py"))
    if CATALOGUE not in path.parents
}


def raised() -> Iterator[tuple[str, list[str], set[str]]]:
    """Where, codes (one, or one of two) and figures of every Refusal that is made."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                code = node.args[0]
                either = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
                codes = [str(each.value) for each in either if isinstance(each, ast.Constant)]
                yield f"{path}:{node.lineno}", codes, {keyword.arg or "**" for keyword in node.keywords}


RAISED = list(raised())


def test_every_raise_names_a_code_of_the_catalogue_and_gives_just_its_figures() -> None:
    """One function is handed the code: it reads two kinds of file."""
    assert len(RAISED) > 100
    assert [place.split(":")[0] for place, codes, _ in RAISED if not codes] == ["schemas/programme/file.py"]
    wrong = [
        (place, code, sorted(given ^ REFUSALS[code].figures) if code in REFUSALS else "unknown")
        for place, codes, given in RAISED
        for code in codes
        if code not in REFUSALS or given != REFUSALS[code].figures
    ]
    assert wrong == []


def test_every_code_is_raised_somewhere() -> None:
    handed_on = {
        str(node.args[-1].value)
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "read_toml"
        and isinstance(node.args[-1], ast.Constant)
    }
    assert REFUSALS.keys() - {code for _, codes, _ in RAISED for code in codes} == handed_on


def test_no_code_stands_twice_in_the_catalogue() -> None:
    written = [
        key.value
        for path in sorted(CATALOGUE.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Call)
    ]
    assert sorted(map(str, written)) == sorted(REFUSALS)


@pytest.mark.parametrize("code", REFUSALS)
def test_the_command_line_words_every_refusal(code: str) -> None:
    refusal = sample(code)
    sentence = printed(refusal)
    assert sentence
    assert not set("{}") & set(sentence)
    assert (f"„{NAME} " in sentence) == (refusal.action is not None)
    for field in refusal.fields:
        assert f"--{field}" in sentence


@pytest.mark.parametrize("code", REFUSALS)
def test_without_a_door_there_is_no_command_no_option_no_person_no_case_and_no_finding(code: str) -> None:
    """The sample's text of a figure is its name."""
    sentence = str(sample(code))
    assert f"{NAME} " not in sentence.replace("Bitte placement-premium aktualisieren", "")
    assert "--" not in sentence
    assert not {"name", "case_id", "problem"} & set(re.findall(r"\w+", sentence))


def test_an_argument_is_named_as_in_the_help_of_its_command() -> None:
    missing = Refusal("amount-missing")
    assert printed(missing, "adjust") == "Es fehlt die Angabe BETRAG. Erwartet wird die Form 1234,50 oder -1234,50."


def test_every_option_that_a_mend_names_is_one_of_the_command_line() -> None:
    options = {
        option.lstrip("-") for command in cli.commands.values() for each in command.params for option in each.opts
    }
    named = {field for entry in REFUSALS.values() for field in entry.fields}
    assert named <= options
    assert named | {"amount"} == set(GERMAN_FIELD)


def test_every_action_has_a_name_and_every_name_an_action() -> None:
    assert {entry.action.use_case for entry in REFUSALS.values() if entry.action} == set(GERMAN_ACTION)


def test_an_action_carries_what_is_known_and_leaves_the_rest_to_a_person() -> None:
    refusal = Refusal("reversal-drafted", number="AGH-2025-0006", draft="2025-01", name="Olga")
    expected = {"number": "AGH-2025-0006", "withdraw": True, "reason": None, "by": None}
    assert refusal.action == Action("cancel", expected)
    assert refusal.fields == ()
    assert Refusal("approver-missing").fields == ("by",)


def test_a_refusal_comes_back_whole_from_another_process() -> None:
    refusal = Refusal("draft-before", draft="2025-01")
    back = pickle.loads(pickle.dumps(refusal))
    assert (type(back), back.code, back.figures) == (Refusal, "draft-before", {"draft": "2025-01"})


@pytest.mark.parametrize("given", [{}, {"draft": "2025-01", "month": "2025-02"}])
def test_a_refusal_with_other_figures_than_its_sentences_want_is_a_defect(given: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="draft-before wants"):
        Refusal("draft-before", **given)
