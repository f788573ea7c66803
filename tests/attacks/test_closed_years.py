"""Closed years: of a closed month stands what is posted, and the first open month settles the rest (RULES section 5.4)."""

from datetime import date
from pathlib import Path

from tests.attacks.county import County, employed

FIRST, NOVEMBER, ENDED, NEW_YEAR = date(2016, 10, 1), date(2016, 11, 1), date(2016, 11, 30), date(2017, 1, 1)


def test_a_municipality_does_not_pay_twice_after_a_year_is_closed(tmp_path: Path) -> None:
    """November and December are charged 694.00 each and closed. January's return tells that the employment ended on
    30 November, and that a new one began on 1 January: saved are 2 × 694.00 = 1,388.00, which are charged already.

    Computed from what December would come to today (0.00), January would be charged 694.00: 2,082.00 in all.
    """
    county = County.opened(tmp_path)
    for month in ("2016-11", "2016-12"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    county.close(2016)
    county.report("2017-01", employed(begin=NOVEMBER, end=ENDED), employed(begin=NEW_YEAR))
    settled = county.settle("2017-01")
    assert county.posted() == {"2016-11": 694_00, "2016-12": 694_00}
    january = settled.found.cases.filter(service_month="2017-01").row(0, named=True)
    assert (january["saved_to_date_cents"], january["premium_to_date_cents"], january["premium_cents"]) == (1388_00, 1388_00, 0)  # fmt: skip
    assert county.problems() == []
    county.report("2017-02", employed(begin=NEW_YEAR))
    county.settle("2017-02")
    assert county.posted() == {"2016-11": 694_00, "2016-12": 694_00, "2017-02": 694_00}
    assert county.problems() == []


def test_a_korrektur_of_a_closed_month_settles_with_the_first_open_one(tmp_path: Path) -> None:
    """October to December are charged 3 × 694.00. A Korrektur of December then says 500.00 were paid: it saved 194.00.

    January saves 694.00: 2 × 694.00 + 194.00 + 694.00 = 2,276.00 less 2,082.00 posted = 194.00. February 694.00.
    """
    county = County.opened(tmp_path)
    for month in ("2016-10", "2016-11", "2016-12"):
        county.report(month, employed(begin=FIRST))
        county.settle(month)
    county.close(2016)
    county.report("2016-12", employed(begin=FIRST, paid_cents=500_00))
    for month in ("2017-01", "2017-02"):
        county.report(month, employed(begin=FIRST))
        settled = county.settle(month)
        assert settled.found.closed_differences.height == (1 if month == "2017-01" else 0)
        assert county.problems() == []
    assert county.posted() == {"2016-10": 694_00, "2016-11": 694_00, "2016-12": 694_00, "2017-01": 194_00, "2017-02": 694_00}  # fmt: skip


def test_cap_and_reversals_of_a_closed_year_count_in_the_open_one(tmp_path: Path) -> None:
    """Cap 2,500.00. November's 694.00 are taken back in December and charged anew with what a Korrektur says: 494.00.

    Posted until December: 694.00 + (694.00 − 694.00 + 494.00) + 694.00 = 1,882.00. January 618.00 reach the cap; then 0.00.
    """
    county = County.opened(tmp_path, cap_eur="2500.00")
    for month in ("2016-10", "2016-11", "2016-12"):
        county.report(month, employed(begin=FIRST))
        if month == "2016-12":
            county.cancel("2016-11")
            county.report("2016-11", employed(begin=FIRST, paid_cents=200_00))
        county.settle(month)
    assert county.posted() == {"2016-10": 694_00, "2016-11": 494_00, "2016-12": 694_00}
    county.close(2016)
    for month in ("2017-01", "2017-02"):
        county.report(month, employed(begin=FIRST))
        county.settle(month)
        assert county.problems() == []
    assert county.posted() == {"2016-10": 694_00, "2016-11": 494_00, "2016-12": 694_00, "2017-01": 618_00}


def test_a_case_that_ended_in_the_closed_year_stays_as_it_is_posted(tmp_path: Path) -> None:
    """A Korrektur of December saves 500.00 less, but no open month of the case settles it: it is listed, not more.

    What the municipality was charged too much is made good (test_neutrality).
    """
    county = County.opened(tmp_path)
    for month in ("2016-11", "2016-12"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    county.close(2016)
    county.report("2016-12", employed(begin=NOVEMBER, paid_cents=500_00))
    for month in ("2017-01", "2017-02"):
        county.report(month)
        listed = county.settle(month).found.closed_differences
        assert listed.select("service_month", "old_cents", "new_cents", "cause").rows() == [
            ("2016-12", 694_00, 194_00, "correction")
        ]
    assert county.posted() == {"2016-11": 694_00, "2016-12": 694_00}


def test_what_the_county_changed_in_a_closed_year_moves_no_money_unless_it_is_accepted(tmp_path: Path) -> None:
    """November and December are charged half of 694.00 and closed; then the whole is agreed on, from the start.

    January would be charged 3 × 694.00 − 2 × 347.00 = 1,388.00, of which 694.00 are of the closed months.
    """
    county = County.opened(tmp_path, share="0.50")
    for month in ("2016-11", "2016-12"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    county.close(2016)
    county.programme = County.opened(tmp_path).programme
    county.report("2017-01", employed(begin=NOVEMBER))
    waiting = county.reckon("2017-01").found.to_accept
    assert waiting.select("service_month", "kind", "difference_cents").rows() == [
        ("2016-11", "premium", 347_00), ("2016-12", "premium", 347_00),
    ]  # fmt: skip
    accepted = county.settle("2017-01", accept="Nachtrag zur Vereinbarung").found
    assert accepted.to_accept.is_empty()
    assert set(accepted.closed_differences["accepted_reason"]) == {"Nachtrag zur Vereinbarung"}
    assert county.posted() == {"2016-11": 347_00, "2016-12": 347_00, "2017-01": 1388_00}
    assert county.problems() == []
