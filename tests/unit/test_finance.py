"""The carrier's account, outstanding months and changes: small books, worked out by hand."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.compute.finance import carrier_account, changes, finance, outstanding, received_for_carrier
from schemas.finance import CarrierPart
from tests.broken.programmes import COMPLETE, WITH_ALLOWANCE, loaded
from tests.golden.books import books, postings, taken_in

ALDENHOVEN, DUEREN = "05358004", "05358008"
MEMBERS = (ALDENHOVEN, DUEREN)


def account(
    *owed: tuple[str, str, int], months: tuple[str, ...] = ("2016-03", "2016-04", "2016-05", "2016-06")
) -> list[object]:
    rows = [(month, DUEREN, kind, month, cents, 1) for month, kind, cents in owed]
    return carrier_account(books(months, postings(*rows), taken_in())).drop("settled_in").rows()  # type: ignore[return-value]


def test_a_negative_balance_is_carried_forward_and_never_paid() -> None:
    assert account(
        ("2016-03", "premium", 500_00), ("2016-03", "start_up", 10_000_00),
        ("2016-04", "premium", -800_00), ("2016-05", "premium", 300_00), ("2016-06", "premium", 600_00),
    ) == [
        (0, 500_00, 0, 10_000_00, 10_500_00, 0),
        (0, -800_00, 0, 0, 0, -800_00),
        (-800_00, 300_00, 0, 0, 0, -500_00),
        (-500_00, 600_00, 0, 0, 100_00, 0),
    ]  # fmt: skip


def test_what_is_made_good_to_a_municipality_is_the_carriers_to_bear() -> None:
    """Charged 704.00, made good 452.00: 252.00 are paid. In April 100.00 are made good beyond that month's premium."""
    assert account(
        ("2016-03", "premium", 704_00), ("2016-03", "neutrality", -452_00),
        ("2016-04", "premium", 50_00), ("2016-04", "neutrality", -150_00), months=("2016-03", "2016-04"),
    ) == [(0, 704_00, -452_00, 0, 252_00, 0), (0, 50_00, -150_00, 0, 0, -100_00)]  # fmt: skip


def test_only_premiums_and_start_up_are_the_carriers() -> None:
    assert account(
        ("2016-03", "allowance", 100_00), ("2016-03", "expense", 7_00), ("2016-03", "adjustment", 50_00), ("2016-03", "premium", 1),
        months=("2016-03", "2016-04"),
    ) == [(0, 1, 0, 0, 1, 0), (0, 0, 0, 0, 0, 0)]  # fmt: skip


def test_opening_balances_were_passed_on_before_this_software() -> None:
    """500.00 charged before, 200.00 of it taken back in March: nothing is paid, −200.00 carried forward."""
    before = postings(("2016-02", DUEREN, "premium", "2016-01", 500_00, 1))
    known = books(
        ("2016-03",), postings(("2016-03", DUEREN, "premium", "2016-01", -200_00, 1)), taken_in(), opening=before
    )
    assert carrier_account(known).rows() == [("2016-03", 0, -200_00, 0, 0, 0, -200_00)]


def test_a_reversal_that_settles_anew_changes_nothing_for_the_carrier() -> None:
    """−500.00 and 500.00 in one run: the postings are added up before anything is paid."""
    assert account(("2016-03", "premium", 500_00), months=("2016-03", "2016-04")) == [
        (0, 500_00, 0, 0, 500_00, 0), (0, 0, 0, 0, 0, 0),
    ]  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30))
def test_what_is_owed_is_paid_or_carried_forward(amounts: list[int]) -> None:
    """After every run: payments so far + balance = owed so far; no payment is negative, no balance positive."""
    months = tuple(f"{2016 + number // 12}-{number % 12 + 1:02d}" for number in range(len(amounts)))
    rows = [(month, DUEREN, "premium", month, cents, 1) for month, cents in zip(months, amounts, strict=True) if cents]
    frame = carrier_account(books(months, postings(*rows), taken_in()))
    paid, balances = frame["payment_cents"].cum_sum().to_list(), frame["carried_forward_cents"].to_list()
    for number, (so_far, balance) in enumerate(zip(paid, balances, strict=True), 1):
        assert so_far + balance == sum(amounts[:number])
        assert balance <= 0
    assert min(frame["payment_cents"]) >= 0


def test_the_estimate_repeats_the_newest_settled_month() -> None:
    """March: 40.00, corrected by −4.00 in May: 36.00. April's return is held back, May's missing."""
    known = books(
        ("2016-03", "2016-04", "2016-05"),
        postings(
            ("2016-03", DUEREN, "allowance", "2016-03", 40_00, 2),
            ("2016-03", DUEREN, "start_up", "2016-03", 10_000_00, 1),
            ("2016-05", DUEREN, "adjustment", "2016-03", 5_00, 1),
            ("2016-05", DUEREN, "allowance", "2016-03", -4_00, 1),
        ),
        taken_in(
            (ALDENHOVEN, "2016-04", True), (ALDENHOVEN, "2016-05", True),
            (DUEREN, "2016-03", True), (DUEREN, "2016-04", False), (DUEREN, "2020-01", False),
        ),
    )  # fmt: skip
    assert outstanding(known, MEMBERS, {}).rows() == [
        (ALDENHOVEN, "2016-03", False, None, None),  # nothing was settled before: no estimate
        (DUEREN, "2016-04", True, "2016-03", 36_00),
        (DUEREN, "2016-05", False, "2016-03", 36_00),
    ]


def test_a_month_settled_without_lines_is_expected_to_come_to_nothing() -> None:
    known = books(("2016-03", "2016-04"), postings(), taken_in((DUEREN, "2016-03", True)))
    assert outstanding(known, [DUEREN], {}).rows() == [(DUEREN, "2016-04", False, "2016-03", 0)]


def test_changes_add_up() -> None:
    """March 40.00 + 10,000.00 once; April 70.00 and −4.00 for March: 10,040.00 + 30.00 − 4.00 − 10,000.00 = 66.00."""
    known = books(
        ("2016-03", "2016-04"),
        postings(
            ("2016-03", DUEREN, "allowance", "2016-03", 40_00, 2),
            ("2016-03", DUEREN, "start_up", "2016-03", 10_000_00, 1),
            ("2016-04", DUEREN, "allowance", "2016-03", -4_00, 1),
            ("2016-04", DUEREN, "allowance", "2016-04", 70_00, 3),
        ),
        taken_in(),
    )
    assert changes(known, MEMBERS).rows() == [
        (ALDENHOVEN, 0, 0, 0, 0, 0, 0, 0),
        (DUEREN, 10_040_00, 30_00, -4_00, -10_000_00, 66_00, 2, 3),
    ]


def test_the_first_run_has_nothing_before_it() -> None:
    known = books(("2016-03",), postings(("2016-03", DUEREN, "premium", "2016-03", 40_00, 2)), taken_in())
    found = finance(known, loaded(COMPLETE), date(2016, 4, 15))
    assert found.previous_month is None
    assert found.changes.filter(pl.col("ags") == DUEREN).rows() == [(DUEREN, 0, 40_00, 0, 0, 40_00, 0, 2)]


def test_the_carrier_is_paid_when_the_invoices_fall_due() -> None:
    """30 days after 15 April 2016; a draft has no day yet, and without a carrier there is nothing to pay."""
    known = books(("2016-03",), postings(("2016-03", DUEREN, "premium", "2016-03", 40_00, 2)), taken_in())
    approved = finance(known, loaded(COMPLETE), date(2016, 4, 15))
    assert (approved.payment_cents, approved.payment_date) == (40_00, date(2016, 5, 15))
    assert finance(known, loaded(COMPLETE), None).payment_date is None
    without = finance(known, loaded(WITH_ALLOWANCE), date(2016, 4, 15))
    assert (without.account, without.payment_cents) == (None, 0)


@pytest.mark.parametrize(
    ("total", "carrier", "paid", "received"),
    [
        (100_00, 100_00, 0, 0),
        (100_00, 100_00, 40_00, 40_00),
        (100_00, 100_00, 150_00, 100_00),  # what is paid too much is not the carrier's
        (100_00, 60_00, 50_00, 30_00),  # half of it
        (3_00, 1_00, 1_00, 33),  # 33.3 cents
        (3_00, 2_00, 1_00, 67),  # 66.7 cents
        (-50_00, -50_00, -20_00, -20_00),  # a credit, paid out in part
        (-50_00, -50_00, 10_00, 0),
        (0, 25_00, 0, 25_00),  # set off in the document itself
        (100_00, 60_00, -10_00, 0),
    ],
)
def test_the_carriers_part_of_what_was_paid(total: int, carrier: int, paid: int, received: int) -> None:
    part = CarrierPart("VP-2016-0001", "2016-03", total, carrier, None)
    assert received_for_carrier([part], {"VP-2016-0001": paid}, "2016-04") == received
    assert received_for_carrier([part], {"VP-2016-0001": paid}, "2016-03") == 0  # made with the run itself
    taken_back = replace(part, reversed_in="2016-04")
    assert received_for_carrier([taken_back], {"VP-2016-0001": paid}, "2016-04") == received
    assert received_for_carrier([taken_back], {"VP-2016-0001": paid}, "2016-05") == 0


def test_a_carrier_that_waits_is_paid_what_came_and_never_more_than_it_is_owed() -> None:
    """Charged 100.00, 50.00, −80.00; received to date 0, 30.00, 130.00: pays 0, 30.00, then 40.00 of the 70.00 owed, not 100.00."""
    months = ("2016-01", "2016-02", "2016-03")
    rows = [(months[0], 100_00), (months[1], 50_00), (months[2], -80_00)]
    known = books(months, postings(*((month, DUEREN, "premium", month, cents, 1) for month, cents in rows)), taken_in())
    frame = carrier_account(known, {months[0]: 0, months[1]: 30_00, months[2]: 130_00})
    assert frame["payment_cents"].to_list() == [0, 30_00, 40_00]
    assert frame["carried_forward_cents"].to_list() == [100_00, 120_00, 0]
    back = carrier_account(known, {months[0]: 90_00, months[1]: 20_00, months[2]: 20_00})  # a payment was returned
    assert back["payment_cents"].to_list() == [90_00, 0, 0]
