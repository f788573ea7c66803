"""Law by date: the row in force on the day, on the days around a change, and sums over the days of a period."""

from datetime import date
from functools import cache

import polars as pl
import pytest

from flows.compute.law import Law, load_law
from schemas.law import AGH_ALLOWANCE, ANALOGOUS_RATES, BASIC_RATES, INCOME_ALLOWANCE, MARGINAL_THRESHOLD, LawTable
from schemas.refusal import Refusal
from tests.broken.forms import LAW_FOLDER


@cache
def law() -> Law:
    return load_law(LAW_FOLDER)


def rate(table: LawTable, day: date, stage: int) -> int:
    rows = pl.DataFrame({"day": [day], "need_stage": [stage]})
    return int(law().in_force(table, rows, day="day", key="need_stage")["rate_cents"].item())


@pytest.mark.parametrize(
    ("table", "day", "stage", "cents"),
    [
        (BASIC_RATES, date(2016, 1, 1), 1, 364_00),
        (BASIC_RATES, date(2016, 3, 16), 1, 364_00),
        (BASIC_RATES, date(2016, 3, 17), 1, 354_00),
        (BASIC_RATES, date(2024, 4, 1), 1, 460_00),
        (BASIC_RATES, date(2026, 6, 1), 1, 455_00),
        (ANALOGOUS_RATES, date(2015, 12, 31), 1, 399_00),
        (ANALOGOUS_RATES, date(2016, 1, 1), 1, 404_00),
        (ANALOGOUS_RATES, date(2026, 6, 1), 1, 563_00),
    ],
)
def test_rate_of_the_day(table: LawTable, day: date, stage: int, cents: int) -> None:
    assert rate(table, day, stage) == cents


def test_the_order_of_rows_is_kept_and_the_source_comes_along() -> None:
    rows = pl.DataFrame({"day": [date(2024, 5, 1), date(2016, 5, 1), date(2022, 10, 1)], "name": ["c", "a", "b"]})
    found = law().in_force(MARGINAL_THRESHOLD, rows, day="day")
    assert found["name"].to_list() == ["c", "a", "b"]
    assert found["threshold_cents"].to_list() == [538_00, 450_00, 520_00]
    assert all("§ 8" in source for source in found["minijob_threshold_source"])
    assert not {"valid_from", "valid_to"} & set(found.columns)


def test_marginal_threshold_on_both_sides_of_its_changes() -> None:
    days = [
        date(2022, 9, 30),
        date(2022, 10, 1),
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2025, 1, 1),
        date(2026, 1, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 12, 31),
    ]
    found = law().in_force(MARGINAL_THRESHOLD, pl.DataFrame({"day": days}), day="day")
    # since 2022-10: minimum wage × 130 / 3, rounded up to euros; 2027: 14.60 × 130 / 3 = 632.67
    expected = [450_00, 520_00, 520_00, 538_00, 556_00, 603_00, 603_00, 633_00, 633_00]
    assert found["threshold_cents"].to_list() == expected


def test_the_marginal_threshold_of_2028_waits_for_its_minimum_wage() -> None:
    rows = pl.DataFrame({"day": [date(2028, 1, 1)]})
    with pytest.raises(Refusal, match=r"01\.01\.2028 .*minijob_threshold"):
        law().in_force(MARGINAL_THRESHOLD, rows, day="day")


def test_hourly_rate_changes_on_the_sixth_of_august() -> None:
    rows = pl.DataFrame({"day": [date(2016, 8, 5), date(2016, 8, 6)], "scheme": ["AGH_5"] * 2})
    assert law().in_force(AGH_ALLOWANCE, rows, day="day", key="scheme")["rate_cents"].to_list() == [105, 80]
    assert law().agh_rates().select("valid_from", "rate_cents").rows()[:2] == [
        (date(2013, 1, 1), 105),
        (date(2016, 8, 6), 80),
    ]


def test_percentages_and_caps() -> None:
    rows = pl.DataFrame({"day": [date(2016, 4, 1)] * 2, "regime": ["GRUND_3", "ANALOG_2"]})
    found = law().in_force(INCOME_ALLOWANCE, rows, day="day", key="regime")
    assert found.select("percent", "cap_percent").rows() == [(25, 50), (30, 50)]


def test_rate_days_over_a_change() -> None:
    """March 2016, stage 1: 16 days at 364 EUR and 15 at 354 EUR (RULES worked figure 2: 359.16 after division by 31)."""
    periods = pl.DataFrame(
        {"stage": [1, 1], "first": [date(2016, 3, 1), date(2016, 3, 17)], "last": [date(2016, 3, 31)] * 2}
    )
    sums = law().rate_days(BASIC_RATES, periods, key="stage", first="first", last="last").sort("first")
    assert sums["rate_days"].to_list() == [16 * 364_00 + 15 * 354_00, 15 * 354_00]


def test_no_rows_need_no_law() -> None:
    rows = pl.DataFrame(schema={"day": pl.Date, "need_stage": pl.Int64})
    assert law().in_force(BASIC_RATES, rows, day="day", key="need_stage").height == 0
