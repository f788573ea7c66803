"""One damaged return per defect: the findings' codes, severities and cells, the words of the sentences, nothing else.

Expected figures and cells come from the contract of the return, read against the layout of the form.
"""

import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from schemas.documents import ReturnState
from schemas.findings import SENTENCES, SEVERITIES
from schemas.intake import Intake
from tests.broken.defects import NO_ROWS, Defect, nil_return
from tests.broken.defects_cells import CELLS
from tests.broken.defects_rows import ROWS
from tests.broken.defects_sheets import COVER, SHEETS
from tests.broken.forms import (
    AT_WORK,
    DUEREN,
    EMPLOYED,
    PLACEMENT,
    faultless,
    form,
    found,
    messages,
    missing_words,
    taken_in,
)
from tests.broken.programmes import WITH_PREMIUM, loaded

ALL = {case.what: case for case in (*COVER, *SHEETS, *CELLS, *ROWS)}


@cache
def judged(what: str) -> Intake:
    """What the intake says about a damaged return."""
    case = ALL[what]
    return taken_in(case.sent(), programme=case.programme, month=case.month)


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_defect(case: Defect) -> None:
    intake = judged(case.what)
    assert sorted(found(intake)) == sorted(entry.found for entry in case.expected), intake.findings["message"].to_list()
    for entry in case.expected:
        assert not missing_words(messages(intake, entry.found.code), entry.words), messages(intake, entry.found.code)
    held_back = any(entry.found.severity == "error" for entry in case.expected)
    assert intake.held_back == (("meldung.xlsx",) if held_back else ())
    kept = sum(frame.height for frame in intake.rows.values())
    assert (kept == 0) if held_back else (intake.submissions[0].state == ReturnState.ACCEPTED)


def test_a_faultless_return_has_no_findings() -> None:
    intake = taken_in(faultless())
    assert found(intake) == []
    assert [(entry.ags, entry.month, entry.state) for entry in intake.submissions] == [
        (DUEREN, "2016-09", ReturnState.ACCEPTED)
    ]
    assert {name: frame.height for name, frame in intake.rows.items()} == {
        "benefits": 2, "opportunities": 2, "placements": 1, "needs": 1, "participations": 1, "stock": 1, "counselling": 1,
    }  # fmt: skip


def test_every_finding_says_where() -> None:
    intake = taken_in(form({"benefits": (EMPLOYED, AT_WORK | {"sex": "x"})}))
    assert intake.findings.select("ags", "file", "value").rows() == [(DUEREN, "meldung.xlsx", "x")]


def test_the_programme_without_allowance_does_not_ask_for_its_total() -> None:
    sent = form(NO_ROWS, sheets=("benefits", "placements"), total_hours_hundredths="")
    assert found(taken_in(sent, programme=loaded(WITH_PREMIUM))) == []


def test_several_defects_are_all_reported() -> None:
    sent = faultless().put(
        {"Leistungen!H6": "viel", "Leistungen!B5": None, "Vermittlungen!G5": "jein", "Deckblatt!B13": None}
    )
    codes = taken_in(sent).findings["code"].sort().to_list()
    assert codes == ["C01", "C02", "C04", "F06"]


def test_frames_stay_typed_where_every_value_is_empty() -> None:
    rows = taken_in(nil_return()).rows
    assert rows["opportunities"].schema["expense_cents"] == pl.Int64
    assert rows["placements"].schema["work_permit_on"] == pl.Date
    one = taken_in(form({"placements": (PLACEMENT,)})).rows["placements"]
    assert (one.schema["end"], one.schema["gross_month_cents"], one.schema["remark"]) == (pl.Date, pl.Int64, pl.String)


@pytest.mark.parametrize("variant", SENTENCES)
def test_every_sentence_says_what_is_to_be_done(variant: str) -> None:
    """It stands under the heading "Was ist zu tun?"; where nothing is, that is said."""
    sentence = SENTENCES[variant]
    assert re.search(r"\b[Bb]itte\b|Sie können|Sie brauchen nichts zu tun", sentence), sentence
    assert sentence.removesuffix("{hint}").endswith(".")


# Sentences about more than one return, about the file as a whole or after the calculation, and where they are tested.
ELSEWHERE = {
    "F01": "test_files", "F02": "test_files", "F02/unset": "test_passwords", "F03": "test_files",
    "F03/effort": "test_budget", "F03/findings": "test_budget",
    "F08/left": "../golden/test_leaving", "F09/approved": "test_intakes", "F09/intake": "test_intakes", "F10": "test_intakes",
    "F11/first": "test_intakes", "F11/hidden": "test_formats", "F11/macro": "test_formats", "R07": "test_intakes",
    "R11": "test_intakes", "W02": "test_doubts", "W03": "test_doubts", "W04": "test_intakes", "W06": "test_intakes",
    "W09/many": "test_intakes", "W09/one": "test_intakes", "W13": "test_intakes",
}  # fmt: skip


def test_no_sentence_is_left_out() -> None:
    """Each is said to a damaged return of the tables, or its code stands in the tests named above."""
    said = {
        variant
        for what in ALL
        for code, message in judged(what).findings.select("code", "message").rows()
        for variant, pattern in PATTERNS.items()
        if variant.partition("/")[0] == code and pattern.fullmatch(message)
    }
    assert said.isdisjoint(ELSEWHERE)
    assert said | ELSEWHERE.keys() == SENTENCES.keys()
    for variant, module in ELSEWHERE.items():
        text = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f'"{variant.partition("/")[0]}"' in text, variant
    assert {variant.partition("/")[0] for variant in SENTENCES} == SEVERITIES.keys()


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{[^}]*\})", sentence)
    return re.compile("".join(".*" if piece.startswith("{") else re.escape(piece) for piece in pieces), re.DOTALL)


PATTERNS = {variant: _pattern(sentence) for variant, sentence in SENTENCES.items()}
