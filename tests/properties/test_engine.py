"""The comparisons with the reference rely on it: the engine itself holds every frame that it hands out against its model."""

from datetime import date
from typing import Any

import pandera.polars as pa
import pytest

from schemas.results import CASES, COMPUTED_LINES, LINES
from schemas.returns import PROVIDER_KINDS
from tests.properties import engine
from tests.reference import sample

PROGRAMME = sample.programme(
    start=date(2015, 11, 1),
    savings={"health": ({"from": date(2015, 11, 1), "eur_per_month": "140.00"},)},
    premium=({"from": date(2015, 11, 1), "share": "0.80", "waiting_days": 0},),
    allowance={
        "payer": dict.fromkeys(PROVIDER_KINDS, "municipality"),
        "disbursed_by": dict.fromkeys(PROVIDER_KINDS, "county"),
    },
    start_up={"service_month": "2015-11", "eur_per_municipality": "10000.00"},
    municipality=(sample.municipality(sample.DUEREN),),
)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[tuple[pa.DataFrameSchema, list[dict[str, Any]]]]:
    """Every model that is held against a frame, and the rows of the frame."""
    found: list[tuple[pa.DataFrameSchema, list[dict[str, Any]]]] = []
    validate = pa.DataFrameSchema.validate

    def noted(model: pa.DataFrameSchema, frame: Any, *args: Any, **options: Any) -> Any:
        result = validate(model, frame, *args, **options)
        found.append((model, result.to_dicts()))
        return result

    monkeypatch.setattr(pa.DataFrameSchema, "validate", noted)
    return found


def test_every_frame_that_the_engine_hands_out_is_held_against_its_model(held: list[Any]) -> None:
    month = {"month": "2016-04"}
    cases, lines = engine.premiums(
        [sample.benefit(**month)], [sample.placement(begin=date(2016, 4, 1), **month)], PROGRAMME
    )
    worked = sample.opportunity(from_date=date(2016, 4, 1), to_date=date(2016, 4, 30), hours_hundredths=10_00, **month)
    allowances, start_up = engine.allowances([worked], PROGRAMME), engine.start_up(PROGRAMME, "2016-04")
    settled = engine.settled(start_up, [], "2016-04")
    for model, rows in (
        (CASES, cases), (COMPUTED_LINES, lines), (COMPUTED_LINES, allowances), (COMPUTED_LINES, start_up), (LINES, settled),
    ):  # fmt: skip
        assert rows
        assert any(seen is model and checked == rows for seen, checked in held)
