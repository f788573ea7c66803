"""Whose participation ended, and what is paid out: small months, worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from flows.compute.participation import participations, payouts
from schemas.results import LINES, frame_schema
from schemas.returns import OPPORTUNITIES, frame_columns

FREIBERG, DOEBELN = "14522180", "14522080"
Row = dict[str, Any]


def row(month: str, first: int, last: int, case: str | None = "FG-101", **changes: Any) -> Row:
    """A row of Arbeitsgelegenheiten from one day of a month to another."""
    year, number = int(month[:4]), int(month[5:])
    return {
        "ags": FREIBERG, "month": month, "position_id": "FG-01", "provider_kind": "Kommune", "workplace": "Bauhof",
        "case_id": case, "from_date": date(year, number, first), "to_date": date(year, number, last),
        "hours_hundredths": 10_25, "expense_cents": 0, **changes,
    }  # fmt: skip


def frame(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=frame_columns(OPPORTUNITIES))


def returned(*months: str, ags: str = FREIBERG) -> pl.DataFrame:
    return pl.DataFrame({"ags": [ags] * len(months), "month": months}, schema={"ags": pl.String, "month": pl.String})


def certified(month: str, *rows: Row, known: tuple[str, ...] = ("2025-01", "2025-02")) -> list[str]:
    return participations(frame(*rows), returned(*known), month)["case_id"].unique().sort().to_list()


def test_a_verbleib_ends_a_participation() -> None:
    january, february = row("2025-01", 1, 31), row("2025-02", 1, 28, outcome="Wegzug")
    assert certified("2025-02", january, february) == ["FG-101"]
    assert certified("2025-01", january, february) == []


def test_an_end_before_the_months_end_is_known_at_once() -> None:
    assert certified("2025-02", row("2025-02", 1, 14)) == ["FG-101"]
    # the same person on another place afterwards goes on
    assert certified("2025-02", row("2025-02", 1, 14), row("2025-02", 15, 28, position_id="FG-02")) == []


def test_a_full_month_ended_only_when_a_later_return_no_longer_names_the_person() -> None:
    january = row("2025-01", 1, 31)
    assert certified("2025-01", january, known=("2025-01",)) == []
    assert certified("2025-01", january, known=("2025-01", "2025-02")) == ["FG-101"]
    assert certified("2025-01", january, row("2025-02", 1, 28)) == []
    assert participations(frame(january), returned("2025-02", ags=DOEBELN), "2025-01").is_empty()


def test_a_bescheinigung_counts_where_it_is_reported_first() -> None:
    on = {"certified_on": date(2025, 1, 30)}
    rows = [row("2025-01", 1, 31), row("2025-02", 1, 28, **on), row("2025-03", 1, 31, **on)]
    months = ("2025-01", "2025-02", "2025-03")
    assert [certified(month, *rows, known=months) for month in months] == [[], ["FG-101"], []]


def test_a_vacant_place_is_nobodys() -> None:
    assert certified("2025-02", row("2025-02", 1, 14, case=None, hours_hundredths=None)) == []


def test_periods_and_hours() -> None:
    """Three months in a row are one period, 3 × 10.25 h; a month without a row or another place begins a new one."""
    rows = [
        row("2024-10", 7, 31), row("2024-12", 2, 31), row("2025-01", 1, 31), row("2025-02", 1, 14),
        row("2025-02", 17, 20, position_id="FG-02", workplace="Park"), row("2025-03", 1, 31),  # after the month
    ]  # fmt: skip
    found = participations(frame(*rows, row("2025-02", 3, 20, case="FG-102", outcome="Suche")), returned(), "2025-02")
    assert found.filter(pl.col("case_id") == "FG-101").is_empty()  # goes on in March
    rows[4]["outcome"] = "Suche"
    found = participations(frame(*rows), returned(), "2025-02")
    assert found.select("position_id", "workplace", "begin", "end", "hours_hundredths").rows() == [
        ("FG-01", "Bauhof", date(2024, 10, 7), date(2024, 10, 31), 10_25),
        ("FG-01", "Bauhof", date(2024, 12, 2), date(2025, 2, 14), 30_75),
        ("FG-02", "Park", date(2025, 2, 17), date(2025, 2, 20), 10_25),
    ]


def line(settled_in: str, cost: int, kind: str = "allowance", hours: str = "10.00", **changes: Any) -> Row:
    """A line of FG-101 on FG-01 from 1 January 2025."""
    return dict.fromkeys(frame_schema(LINES)) | {
        "settled_in": settled_in, "service_month": "2025-01", "ags": FREIBERG, "case_id": "FG-101", "kind": kind,
        "reference": "FG-01 2025-01-01", "provider_kind": "Kommune", "quantity": Decimal(hours),
        "unit": "hour" if kind == "allowance" else "piece", "rate_cents": Decimal(80 if kind == "allowance" else cost),
        "cost_cents": cost, "computed_cents": cost, "posted_before_cents": 0, "delta_cents": cost, "reason": [],
        "legal_basis": "§ 5 Abs. 2 AsylbLG",
    } | changes  # fmt: skip


def paid(month: str, *lines: Row, rows: pl.DataFrame | None = None) -> list[tuple[Any, ...]]:
    found = payouts(
        pl.DataFrame(lines, schema=frame_schema(LINES)), frame(row("2025-01", 1, 31)) if rows is None else rows, month
    )
    columns = ("workplace", "hours", "allowance_cents", "expense_cents", "paid_before_cents", "payout_cents")
    return found.select(columns).rows()


FIRST = (line("2025-01", 8_00), line("2025-01", 5_00, "expense", "1.00"))


def test_allowance_and_expense_are_paid_in_one_row() -> None:
    assert paid("2025-01", *FIRST) == [("Bauhof", Decimal("10.00"), 8_00, 5_00, 0, 13_00)]


def test_a_correction_pays_the_difference() -> None:
    """12.50 h × 0.80 = 10.00; 8.00 were paid; the expense did not change."""
    assert paid("2025-02", *FIRST, line("2025-02", 10_00, hours="12.50")) == [
        ("Bauhof", Decimal("12.50"), 10_00, 0, 8_00, 2_00)
    ]


def test_a_withdrawn_row_is_set_off() -> None:
    gone = [line("2025-02", 0, hours="0.00"), line("2025-02", 0, "expense", "0.00")]
    assert paid("2025-02", *FIRST, *gone, rows=frame()) == [(None, Decimal("0.00"), 0, 0, 13_00, -13_00)]


@pytest.mark.parametrize("computed", [0, 8_00, -8_00])
def test_what_the_settlement_owes_does_not_change_what_a_person_gets(computed: int) -> None:
    assert paid("2025-01", line("2025-01", 8_00, computed_cents=computed))[0][-1] == 8_00


def test_a_line_whose_cost_stays_is_no_payout() -> None:
    assert paid("2025-02", *FIRST, line("2025-02", 8_00, reason=["x"])) == []


def test_the_lists_of_all_months_add_up_to_the_cost_that_holds() -> None:
    lines = [*FIRST, line("2025-02", 10_00, hours="12.50"), line("2025-03", 4_00, hours="5.00")]
    assert sum(entry[-1] for month in ("2025-01", "2025-02", "2025-03") for entry in paid(month, *lines)) == 4_00 + 5_00
