"""The catalogue of what a check of the ledger finds: every code is made, every making fits its sentence."""

import ast
import pickle
from pathlib import Path

import pytest

from flows.web.wording import Page
from schemas.problems import PROBLEMS, problem
from schemas.refusal import Refusal
from schemas.refusals.entry import figures_of
from schemas.refusals.wording import Plain

MADE = [
    (f"{path}:{node.lineno}", code, None if None in (names := [each.arg for each in node.keywords]) else set(names))
    for path in sorted(Path("flows").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "problem"
    for code in (
        [node.args[0].body.value, node.args[0].orelse.value]  # type: ignore[attr-defined]  # of one of two codes
        if isinstance(node.args[0], ast.IfExp)
        else [node.args[0].value]  # type: ignore[attr-defined]
    )
]


def test_every_problem_is_made_with_just_the_figures_of_its_sentence() -> None:
    """One is made from a row of the ledger: its figures are checked when it is made, as all are."""
    assert {code for _, code, _ in MADE} == PROBLEMS.keys()
    assert [
        (place, code) for place, code, names in MADE if names is not None and names != figures_of(PROBLEMS[code])
    ] == []
    assert [code for _, code, names in MADE if names is None] == ["line-sum"]


@pytest.mark.parametrize("figures", [{}, {"year": 2024, "month": "2024-12"}])
def test_other_figures_than_a_sentence_names_are_a_defect(figures: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="closing-changed wants"):
        problem("closing-changed", **figures)


def test_cases_and_files_are_told_only_by_a_door_that_may() -> None:
    broken = problem("guarantee/case", ags="05358008", case_id="D-1", service_month="2016-05")
    assert broken.sentence(Page()) == "05358008, Fall D-1, Mai 2016: Die Prämien übersteigen die Ersparnis."
    assert broken.sentence(Plain()) == "05358008, Fall (Fallnummer), Mai 2016: Die Prämien übersteigen die Ersparnis."
    gone = problem("archived-gone", file="Erika Muster.xlsx", sha256="0123456789abcdef")
    assert gone.sentence(Page()) == "Archiv: Die Datei Erika Muster.xlsx (0123456789ab…) fehlt."
    assert "Muster" not in gone.sentence(Plain())


def test_a_line_of_no_case_is_told_with_a_dash() -> None:
    row = {"settled_in": "2025-02", "ags": "05358008", "case_id": "", "service_month": "2025-01"}
    assert problem("line-sum", **row).sentence(Page()).startswith("Februar 2025, 05358008, Fall –, Januar 2025: ")


def test_a_month_that_is_none_is_named_as_it_stands() -> None:
    """Whoever tampers may write anything for a month."""
    assert problem("approval-lost", month="2025-1").sentence(Page()).startswith("2025-1: Der Monat war freigegeben")


def test_a_refusal_words_the_first_problem_as_the_door_does_and_travels_between_processes() -> None:
    found = problem("guarantee/case", ags="05358008", case_id="D-1", service_month="2016-05")
    refusal = pickle.loads(pickle.dumps(Refusal("ledger-broken", ledger="dueren", problem=found)))
    assert refusal.sentence(Page()).endswith(f"zuerst: {found.sentence(Page())}")
    assert str(refusal).endswith("zuerst: (siehe Prüfung)")
