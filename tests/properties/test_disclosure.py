"""No suppressed count can be narrowed to fewer than `minimum_count` values, and no small amount computed."""

from datetime import date

import polars as pl
import pytest

from flows.compute.indicators import indicators
from schemas.indicators import INDICATOR_ROWS, INDICATORS
from schemas.report import BOARD, key_date, quarter
from schemas.results import empty
from tests.properties.books import book, programme
from tests.properties.engine import law
from tests.reference.disclosure import Reader

YEAR_START = date(2015, 11, 1)
# Reports in the order in which they appear, with the last month that was approved by then.
REPORTS = (
    (quarter("2015-Q4"), "2015-12"), (key_date(date(2016, 2, 14)), "2016-02"), (quarter("2016-Q1"), "2016-03"),
    (quarter("2016-Q2"), "2016-06"), (key_date(date(2016, 7, 20)), "2016-07"),
)  # fmt: skip


def published(seed: int, minimum_count: int) -> pl.DataFrame:
    """Everything that the reports of a random programme show, one after another."""
    of = programme(minimum_count)
    shown = empty(INDICATOR_ROWS)
    for period, until in REPORTS:
        shown = pl.concat([shown, indicators(book(seed, of, until), of, law(), period, BOARD, shown)]).unique(
            maintain_order=True
        )
    return shown


@pytest.mark.parametrize(("seed", "minimum_count"), [(0, 3), (1, 3), (2, 3), (3, 3), (4, 5), (5, 5)])
def test_every_suppressed_count_keeps_enough_possible_values(seed: int, minimum_count: int) -> None:
    rows = published(seed, minimum_count).to_dicts()
    reader = Reader(rows, YEAR_START)
    suppressed = [row for row in rows if row["suppressed"] and INDICATORS[row["indicator"]].of_persons]
    assert suppressed
    for row in suppressed:
        key = (row["indicator"], row["dimension"], row["category"], row["period_from"], row["period_to"])
        assert len(reader.possible(key, minimum_count)) == minimum_count, key
