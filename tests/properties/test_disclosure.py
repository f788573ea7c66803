"""No suppressed count can be narrowed to fewer than `minimum_count` values, and no small amount computed."""

from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

from flows.compute.indicators.report import indicators
from schemas.indicators import INDICATOR_ROWS, INDICATORS, indicator_rows
from schemas.report import BOARD, key_date, quarter
from schemas.results import empty
from tests.properties.books import books, programme
from tests.properties.engine import law
from tests.reference.disclosure import Reader

YEAR_START = date(2015, 11, 1)
# Reports in the order in which they appear, with the last month that was approved by then.
REPORTS = (
    (quarter("2015-Q4"), "2015-12"), (key_date(date(2016, 2, 14)), "2016-02"), (quarter("2016-Q1"), "2016-03"),
    (quarter("2016-Q2"), "2016-06"), (key_date(date(2016, 7, 20)), "2016-07"),
)  # fmt: skip


_AGH_KINDS = ("Gemeinschaftseinrichtung", "Kommune", "Verein")
# Amount → what it adds up.
PARTS = {
    "savings": {"savings": 1}, "premiums": {"premiums": 1}, "start_up": {"start_up": 1},
    "net_effect": {"savings": 1, "premiums": -1, "start_up": -1},
    "agh_cost": {f"agh_cost {kind}": 1 for kind in _AGH_KINDS},
    "agh_hours": {f"agh_hours {kind}": 1 for kind in _AGH_KINDS},
}  # fmt: skip
KINDS = tuple(dict.fromkeys(kind for parts in PARTS.values() for kind in parts))
# Shares whose figures stand elsewhere than in the share's own category.
SHOWN_PARTS = {
    "potential_working_age_share": {("", ""), ("age_group", "18 bis 65")},
    "agh_facility_share": {("", ""), ("provider_kind", "Gemeinschaftseinrichtung")},
    "agh_voluntary_share": {("", ""), ("voluntary", "ja")},
}


@cache
def published(seed: int, minimum_count: int) -> pl.DataFrame:
    """Everything that the reports of a random programme show, one after another."""
    of = programme(minimum_count)
    shown = empty(INDICATOR_ROWS)
    for period, until in REPORTS:
        shown = pl.concat(
            [shown, indicator_rows(indicators(books(seed, of, until), of, law(), period, BOARD, shown))]
        ).unique(maintain_order=True)
    return shown


@pytest.mark.parametrize(("seed", "minimum_count"), [(0, 3), (1, 3), (2, 3), (3, 3), (4, 5), (5, 5)])
def test_every_suppressed_count_keeps_enough_possible_values(seed: int, minimum_count: int) -> None:
    rows = published(seed, minimum_count).to_dicts()
    reader = Reader(rows, YEAR_START)
    suppressed = [row for row in rows if row["suppressed"] and INDICATORS[row["indicator"]].of_persons]
    assert suppressed
    for row in suppressed:
        assert len(reader.possible(key_of(row), minimum_count)) == minimum_count, row


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["indicator"], row["dimension"], row["category"], row["period_from"], row["period_to"])


@pytest.mark.parametrize("seed", range(4))
def test_no_suppressed_amount_can_be_computed_from_published_ones(seed: int) -> None:
    """A suppressed amount is no combination of published ones: it would not raise the rank of what they span."""
    rows = published(seed, 3).filter(pl.col("unit").is_in(["EUR", "hours"])).to_dicts()
    days = sorted({day for row in rows for day in (row["period_from"], row["period_to"] + timedelta(days=1))})
    columns = {place: number for number, place in enumerate(product(KINDS, days))}
    known = np.zeros((1, len(columns)))
    for row in rows:
        if not row["suppressed"] and row["indicator"] in PARTS:
            known = np.vstack([known, vector(row, columns)])
    hidden = [row for row in rows if row["suppressed"]]
    rank = np.linalg.matrix_rank(known)
    for row in hidden:
        assert np.linalg.matrix_rank(np.vstack([known, vector(row, columns)])) == rank + 1, row


def vector(row: dict[str, Any], columns: dict[tuple[str, date], int]) -> np.ndarray:
    """The amount as a sum of what each kind brought in each stretch of time between two dates of the reports."""
    kinds = PARTS[row["indicator"]]
    if row["dimension"] == "provider_kind":
        kinds = {f"{row['indicator']} {row['category']}": 1}
    if row["dimension"] == "payer":  # the county pays in its own accommodation, the municipality elsewhere
        own = "agh_cost Gemeinschaftseinrichtung"
        kinds = {own: 1} if row["category"] == "county" else {kind: 1 for kind in kinds if kind != own}
    found = np.zeros(len(columns))
    for (kind, day), number in columns.items():
        if row["period_from"] <= day <= row["period_to"]:
            found[number] = kinds.get(kind, 0)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_share_is_published_without_both_of_its_figures(seed: int) -> None:
    rows = {key_of(row): row for row in published(seed, 3).to_dicts()}
    shares = [
        row for row in rows.values() if INDICATORS[row["indicator"]].denominator and row["indicator"] != "coverage"
    ]
    assert any(row["suppressed"] for row in shares)
    for row in shares:
        parts = [
            other for other in rows.values()
            if other["indicator"] in (INDICATORS[row["indicator"]].numerator, INDICATORS[row["indicator"]].denominator)
            and (other["period_from"], other["period_to"]) == (row["period_from"], row["period_to"])
            and (other["dimension"], other["category"]) in SHOWN_PARTS.get(row["indicator"], {(row["dimension"], row["category"])})
        ]  # fmt: skip
        assert len(parts) == 2, row
        assert row["suppressed"] == any(part["suppressed"] for part in parts), row
