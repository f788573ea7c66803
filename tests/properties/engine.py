"""The engine as the tests call it: plain rows in, plain rows out.

The engine holds every frame that it hands out against its model; doing that again here would find nothing more.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from flows.compute.law import Law, load_law
from flows.compute.rules.allowance import allowance_lines
from flows.compute.rules.eligibility import judged_placements
from flows.compute.rules.lines import premium_lines, start_up_lines
from flows.compute.rules.premium import case_months
from flows.compute.rules.settlement import settle
from schemas.programme.programme import Programme
from schemas.results import COMPUTED_LINES, LINES, frame_schema
from schemas.returns import BENEFITS, OPPORTUNITIES, PLACEMENTS, Table, frame_columns

LAW_FOLDER = Path(__file__).parents[2] / "inputs" / "law"

Row = dict[str, Any]


@cache
def law() -> Law:
    """The law of the repository, loaded once."""
    return load_law(LAW_FOLDER)


def premiums(benefits: list[Row], placements: list[Row], programme: Row) -> tuple[list[Row], list[Row]]:
    """Case months and premium lines (RULES sections 3 to 5)."""
    terms = Programme.model_validate(programme)
    frames = rows_frame(BENEFITS, benefits), rows_frame(PLACEMENTS, placements)
    cases = case_months(*frames, terms, law())
    lines = premium_lines(cases, judged_placements(*frames, terms, law()), law())
    return cases.to_dicts(), lines.to_dicts()


def allowances(opportunities: list[Row], programme: Row) -> list[Row]:
    """Allowance and expense lines (RULES section 2)."""
    frame = rows_frame(OPPORTUNITIES, opportunities)
    return allowance_lines(frame, Programme.model_validate(programme), law()).to_dicts()


def start_up(programme: Row, month: str) -> list[Row]:
    """Start-up lines (RULES section 6)."""
    return start_up_lines(Programme.model_validate(programme), month).to_dicts()


def settled(computed: list[Row], posted: list[Row], month: str) -> list[Row]:
    """The lines of a run (RULES section 7)."""
    return settle(result_frame(COMPUTED_LINES, computed), result_frame(LINES, posted), month).to_dicts()


def rows_frame(table: Table, rows: list[Row]) -> pl.DataFrame:
    """Accepted rows of a sheet as the engine's frame."""
    return pl.DataFrame(rows, schema=frame_columns(table), orient="row")


def result_frame(model: pa.DataFrameSchema, rows: list[Row]) -> pl.DataFrame:
    """Result rows as a frame of the model."""
    return pl.DataFrame(rows, schema=frame_schema(model), orient="row")
