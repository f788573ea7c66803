"""Settlement = computed − posted (RULES section 7): runs month by month against the reference."""

from typing import Any

from hypothesis import given

from tests.properties import engine
from tests.properties.line_strategies import snapshots
from tests.properties.strategies import MODERATE
from tests.reference.settlement import key_of, settle

Row = dict[str, Any]


@MODERATE
@given(snapshots())
def test_runs_add_up_to_what_the_rules_give(runs: list[tuple[str, list[Row]]]) -> None:
    posted: list[Row] = []
    for month, computed in runs:
        settled = engine.settled(computed, posted, month)
        expected = settle(computed, posted, month)
        assert {key_of(line): line for line in settled} == {key_of(line): line for line in expected}

        posted += settled
        assert engine.settled(computed, posted, month) == []
        today = {key_of(line): line["computed_cents"] for line in computed}
        for key in today.keys() | {key_of(line) for line in posted}:
            assert sum(line["delta_cents"] for line in posted if key_of(line) == key) == today.get(key, 0)
