"""Opening balances carry cap, months and saving (RULES section 5.3)."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.compute.indicators.placements import money_amounts
from flows.ledger.views.report import read_report_books
from tests.attacks.county import County, employed

OCTOBER = date(2016, 10, 1)
MONTHS = ("2016-10", "2016-11", "2016-12")


def premiums(folder: Path, openings: list[dict[str, Any]], **terms: Any) -> list[int]:
    """What October to December 2016 are charged of a case that saves 694.00 a month, behind its opening premiums."""
    county = County.opened(folder, start="2016-08", **terms)
    county.opening(*openings)
    for month in MONTHS:
        county.report(month, employed(begin=OCTOBER))
        county.settle(month)
        assert county.problems() == []
    return [county.posted().get(month, 0) for month in MONTHS]


AUGUST = {"service_month": "2016-08"}


@pytest.mark.parametrize(
    ("openings", "terms", "charged"),
    [
        # 2,500.00 were charged: the cap is reached, and a second 2,500.00 would make 5,000.00.
        ([AUGUST | {"cents": 2500_00}], {"cap_eur": "2500.00"}, [0, 0, 0]),
        # 5,000.00 under a cap of 2,500.00: what was too much is given back with the first month.
        ([AUGUST | {"cents": 5000_00}], {"cap_eur": "2500.00"}, [-2500_00, 0, 0]),
        # Target 2,000.00 + 0.80 × 694.00 = 2,555.20, the cap 2,500.00: 500.00 are left.
        ([AUGUST | {"cents": 2000_00}], {"cap_eur": "2500.00", "share": "0.80"}, [500_00, 0, 0]),
        # Two months of four counted: October and November are the last.
        ([AUGUST | {"cents": 100_00}, {"service_month": "2016-09", "cents": 100_00}], {"max_months": 4}, [694_00, 694_00, 0]),
        # One row for three months of four: October is the last.
        ([AUGUST | {"cents": 300_00, "counted_months": 3}], {"max_months": 4}, [694_00, 0, 0]),
        # 500.00 charged of 300.00 saved: saved to date is 300.00 + 694.00 = 994.00, of which 500.00 are charged.
        ([AUGUST | {"cents": 500_00, "saved_cents": 300_00}], {}, [494_00, 694_00, 694_00]),
        # Balances that come to nothing, or less, count for nothing.
        ([AUGUST | {"cents": 100_00}, {"service_month": "2016-09", "cents": -100_00}], {"max_months": 3}, [694_00, 694_00, 694_00]),
        # October has 31 days, the waiting period ends in November: 0.80 × 694.00 = 555.20 a month from there on.
        ([AUGUST | {"cents": 100_00}], {"share": "0.80", "waiting_days": 42}, [0, 1110_40, 555_20]),
        # Employed since July, told with August: October's placement begins on the day after September, 14 days may lie between.
        ([{"service_month": "2016-09", "cents": 100_00, "employed_since": date(2016, 7, 1)}], {"share": "0.80", "waiting_days": 42}, [555_20, 555_20, 555_20]),
        # The same told with August: 30 days lie between, a new employment begins.
        ([AUGUST | {"cents": 100_00, "employed_since": date(2016, 7, 1)}], {"share": "0.80", "waiting_days": 42}, [0, 1110_40, 555_20]),
    ],
)  # fmt: skip
def test_what_was_charged_before_counts(
    openings: list[dict[str, Any]], terms: dict[str, Any], charged: list[int], tmp_path: Path
) -> None:
    assert premiums(tmp_path, openings, **terms) == charged


MILESTONES = {
    "schedule": "milestones", "amount_eur": "1000.00",
    "milestones": ({"after_days": 42, "share": "0.5"}, {"after_days": 100, "share": "0.5"}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("opening", "charged"),
    [
        # Half of 1,000.00 was charged; nobody tells for which milestone. In November (61 days) the first is reached, and
        # with it the whole amount is charged: never more than was agreed.
        ({"cents": 500_00}, [0, 500_00, 0]),
        # Employed since 1 August, so 61 days at the end of September: the first milestone was reached then. The second is
        # reached on the 100th day, 8 November.
        ({"cents": 500_00, "employed_since": date(2016, 8, 1)}, [0, 500_00, 0]),
        # 20 days at the end of September: the first milestone on 22 October, the second (500.00 more) on 19 December.
        ({"cents": 1, "employed_since": date(2016, 9, 11)}, [500_00, 0, 499_99]),
    ],
)
def test_milestones_of_a_case_taken_over_come_to_the_agreed_amount(
    opening: dict[str, Any], charged: list[int], tmp_path: Path
) -> None:
    assert premiums(tmp_path, [{"service_month": "2016-09"} | opening], **MILESTONES) == charged


def test_an_opening_balance_counts_no_longer_once_a_return_tells_of_its_month(tmp_path: Path) -> None:
    """Cap 1,000.00, 900.00 taken over for September. October may charge 100.00. Then September's return comes: it
    saved 694.00, of which 206.00 of 900.00 go back; October's 306.00 reach the cap.
    """
    county = County.opened(tmp_path, start="2016-08", cap_eur="1000.00")
    county.opening({"service_month": "2016-09", "cents": 900_00})
    county.report("2016-10", employed(begin=OCTOBER))
    county.settle("2016-10")
    assert county.posted() == {"2016-09": 900_00, "2016-10": 100_00}
    county.report("2016-09", employed(begin=date(2016, 9, 1), end=date(2016, 9, 30)))
    county.settle("2016-11")
    assert county.posted() == {"2016-09": 694_00, "2016-10": 306_00}
    assert county.problems() == []


def test_the_board_report_has_them_on_neither_side(tmp_path: Path) -> None:
    """100.00 for September stand, October saves 694.00 and is charged 0.80 of it; then September is reported, with as much."""
    county = County.opened(tmp_path, start="2016-08", share="0.80")
    county.opening({"service_month": "2016-09", "cents": 100_00, "saved_cents": 150_00})
    county.report("2016-10", employed(begin=OCTOBER))
    county.settle("2016-10")
    assert _report_sums(county) == {"savings": 694_00, "premiums": 555_20, "taken_over": 100_00}
    assert read_report_books(county.ledger, with_draft=False).months == ("2016-10",)
    county.report("2016-09", employed(begin=date(2016, 9, 1)))
    county.settle("2016-11")
    assert _report_sums(county) == {"savings": 2 * 694_00, "premiums": 2 * 555_20}  # with the balance that was settled


def _report_sums(county: County) -> dict[str, int]:
    money = money_amounts(read_report_books(county.ledger, with_draft=False))
    return dict(money.group_by("purse").agg(pl.col("amount").sum()).iter_rows())
