"""The engine's lines of work opportunities against the row-by-row reference (RULES section 2)."""

from typing import Any

from hypothesis import given

from tests.properties import engine
from tests.properties.line_strategies import opportunity_rows
from tests.properties.strategies import MODERATE
from tests.reference import allowance


@MODERATE
@given(opportunity_rows())
def test_allowance_lines_agree(drawn: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    programme, rows = drawn
    expected = allowance.allowance_lines(rows, programme)
    found = engine.allowances(rows, programme)
    assert len(found) == len(expected)
    by_key = {(line["ags"], line["case_id"], line["kind"], line["reference"]): line for line in found}
    for line in expected:
        here = by_key[line["ags"], line["case_id"], line["kind"], line["reference"]]
        assert {name: here[name] for name in line} == line
        assert here["legal_basis"].startswith("§ 5 Abs. 2 AsylbLG")
        assert here["reason"] == []
