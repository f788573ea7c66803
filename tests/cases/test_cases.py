"""Every legal situation under tests/cases/<rule>/<date>/ against the engine and against the reference, to the cent.

A file names its source and shows the hand calculation its figures come from; both are mandatory. Rows are
written with the column names of the frames, `months: 2016-04..2016-09` repeats a row; what a row leaves out is
ordinary (tests/reference/sample.py). Expected rows name the columns that the situation is about; no row may be
missing and none may come on top.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from schemas.refusal import Refusal
from schemas.results import CASES, LINES
from tests.properties import engine
from tests.reference import allowance, premium, sample, settlement
from tests.reference.law import LawGapError

Row = dict[str, Any]

FOLDER = Path(__file__).parent
RULES = FOLDER.parents[1] / "docs/rules/RULES.md"
FILES = sorted(FOLDER.rglob("*.yaml"))
REQUIRED = {"source", "situation", "calculation", "expected"}
OPTIONAL = {"programme", "benefits", "placements", "opportunities", "posted", "run_month"}
LINE_KEY = ("service_month", "ags", "case_id", "kind", "reference")
CASE_KEY = ("service_month", "ags", "case_id")
DEFAULT_SECTIONS: Row = {
    "savings": {"health": ({"from": "2015-11-01", "eur_per_month": "0.00"},)},
    "premium": ({"from": "2015-11-01", "share": "0.80"},),
}


class Calculation(Protocol):
    """The rules, once fast and once slow, over the same rows."""

    def computed(self, situation: "Situation") -> tuple[list[Row], list[Row]]:
        """Computed lines and case months."""

    def settled(self, computed: list[Row], posted: list[Row], month: str) -> list[Row]:
        """The lines of a run."""


class Situation:
    """One YAML file, unfolded into plain rows."""

    def __init__(self, path: Path) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert content.keys() >= REQUIRED, f"{path}: es fehlt {REQUIRED - content.keys()}"
        assert content.keys() <= REQUIRED | OPTIONAL, f"{path}: unbekannt {content.keys() - REQUIRED - OPTIONAL}"
        assert all(str(content[name]).strip() for name in REQUIRED), f"{path}: leere Angabe"
        self.programme = _programme(content.get("programme", {}))
        self.benefits = [sample.benefit(**row) for row in _unfolded(content.get("benefits", []))]
        self.placements = [sample.placement(**row) for row in _unfolded(content.get("placements", []))]
        self.opportunities = [sample.opportunity(**row) for row in _unfolded(content.get("opportunities", []))]
        self.posted = [_posted(row) for row in content.get("posted", [])]
        self.run_month: str = content.get("run_month", "9999-12")
        self.expected: Row = content["expected"]


def _programme(overrides: Row) -> Row:
    sections: Row = {"start": "2015-11-01"} | DEFAULT_SECTIONS | overrides
    if "municipality" in sections:
        sections["municipality"] = [sample.municipality(**row) for row in overrides["municipality"]]
    programme: Row = _as_toml(sample.programme(**sections))
    return programme


def _as_toml(value: Any) -> Any:
    """Lists as tuples; the ISO dates of the defaults as dates."""
    if isinstance(value, dict):
        return {
            key: _date(entry) if key in ("from", "start", "end") else _as_toml(entry) for key, entry in value.items()
        }
    return tuple(_as_toml(entry) for entry in value) if isinstance(value, list | tuple) else value


def _date(value: Any) -> Any:
    return yaml.safe_load(value) if isinstance(value, str) else value


def _unfolded(rows: list[Row]) -> list[Row]:
    return [
        {key: value for key, value in row.items() if key != "months"} | {"month": month}
        for row in rows
        for month in _months(row)
    ]


def _months(row: Row) -> list[str]:
    if "month" in row:
        return [row["month"]]
    first, last = row["months"].split("..")
    year, number = int(first[:4]), int(first[5:])
    months = []
    while (month := f"{year:04d}-{number:02d}") <= last:
        months.append(month)
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
    return months


def _posted(row: Row) -> Row:
    ordinary: Row = {
        "ags": sample.DUEREN, "case_id": "A-001", "reference": "", "provider_kind": None, "quantity": Decimal(1),
        "unit": "month", "rate_cents": None, "cost_cents": 0, "posted_before_cents": 0, "reason": [],
        "legal_basis": "Förderbedingungen", "file_sha256": "0" * 64, "sheet": "Vermittlungen", "row": 5,
    }  # fmt: skip
    return ordinary | _named(row)


def _named(row: Row) -> Row:
    """A row of the file with `month` under its full name."""
    return {"service_month" if key == "month" else key: value for key, value in row.items()}


class Engine:
    """The fast engine over frames."""

    def computed(self, situation: Situation) -> tuple[list[Row], list[Row]]:
        cases, lines = engine.premiums(situation.benefits, situation.placements, situation.programme)
        lines += engine.start_up(situation.programme, situation.run_month)
        return lines + engine.allowances(situation.opportunities, situation.programme), cases

    def settled(self, computed: list[Row], posted: list[Row], month: str) -> list[Row]:
        return engine.settled(computed, posted, month)


class Reference:
    """The slow reference over dicts; what it does not compute of a line is filled in for the settlement."""

    def computed(self, situation: Situation) -> tuple[list[Row], list[Row]]:
        cases = premium.case_months(situation.benefits, situation.placements, situation.programme)
        lines = premium.premium_lines(cases) + premium.start_up_lines(situation.programme, situation.run_month)
        lines += allowance.allowance_lines(situation.opportunities, situation.programme)
        return [{"cost_cents": 0, "reason": []} | line for line in lines], cases

    def settled(self, computed: list[Row], posted: list[Row], month: str) -> list[Row]:
        return settlement.settle(computed, posted, month)


@pytest.mark.parametrize("calculation", [Engine(), Reference()], ids=["engine", "reference"])
@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER).with_suffix("")) for path in FILES])
def test_situation(path: Path, calculation: Calculation) -> None:
    situation = Situation(path)
    expected = situation.expected
    if expected.get("refused"):
        with pytest.raises((Refusal, LawGapError)):
            calculation.computed(situation)
        return
    lines, cases = calculation.computed(situation)
    _compare(cases, expected.get("cases"), CASE_KEY)
    _compare(lines, expected.get("lines"), LINE_KEY)
    if "settled" in expected:
        _compare(calculation.settled(lines, situation.posted, situation.run_month), expected["settled"], LINE_KEY)
    premiums = {
        tuple(line[name] for name in CASE_KEY): line["computed_cents"] for line in lines if line["kind"] == "premium"
    }
    assert premiums == {
        tuple(case[name] for name in CASE_KEY): case["premium_cents"] for case in cases if case["eligible"]
    }


def _compare(actual: list[Row], expected: list[Row] | None, key: tuple[str, ...]) -> None:
    if expected is None:
        return
    wanted = [{"ags": sample.DUEREN, "case_id": "A-001", "reference": ""} | _named(row) for row in expected]
    found = {tuple(row[name] for name in key): row for row in actual}
    assert sorted(found) == sorted(tuple(row[name] for name in key) for row in wanted)
    for row in wanted:
        unknown = row.keys() - CASES.columns.keys() - LINES.columns.keys()
        assert not unknown, f"keine Spalte: {unknown}"
        here = found[tuple(row[name] for name in key)]
        amounts = {name: Decimal(value) if name == "quantity" else value for name, value in row.items() if name in here}
        assert {name: here[name] for name in amounts} == amounts


def test_every_worked_figure_of_the_rulebook_and_twenty_more() -> None:
    figures = {path.name.split("-")[1] for path in FILES if path.name.startswith("figure-")}
    _, _, told = RULES.read_text(encoding="utf-8").partition("## Worked figures\n")
    assert figures == set(re.findall(r"^(\d+)\. ", told, re.MULTILINE))
    assert len(FILES) >= 30
