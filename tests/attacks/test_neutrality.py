"""The guarantee is the municipality's, and what is compared is what was posted (RULES sections 5.2 and 8.4)."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from flows.ledger import closings, erasure, journal, posting
from flows.ledger.erasure_record import digest
from flows.ledger.store import triggers
from flows.ledger.store.tables import erased_savings, erasures
from schemas.journal import Act
from schemas.programme.parties import Retention
from schemas.results import LineKind
from tests.attacks.county import Case, County, employed
from tests.stores import unguard

OCTOBER, NOVEMBER = date(2016, 10, 1), date(2016, 11, 1)
GRANT = {"lost_state_grant": ({"from": OCTOBER, "eur_per_month": "930.00"},)}


def saves(case_id: str = "A-001") -> Case:
    """Need 354.00 + 210.00, health 140.00: 704.00 a month."""
    return employed(case_id, OCTOBER, accommodation_cents=210_00)


def costs() -> Case:
    """Entitled to nothing any more, so neither need nor health; the lump sum of 930.00 is lost: −930.00 a month."""
    return employed("A-002", OCTOBER, accommodation_cents=0, entitled_to=date(2016, 9, 30), state_grant=True)


def test_a_municipality_whose_cases_cost_more_than_they_save_is_charged_nothing(tmp_path: Path) -> None:
    """October and November: A-001 saves 704.00 a month, A-002 costs 930.00: −226.00 a month, −452.00 in all.

    A-001 alone is charged 2 × 704.00 = 1,408.00; all of it is made good.
    """
    county = County.opened(tmp_path, savings=GRANT)
    for month in ("2016-10", "2016-11"):
        county.report(month, saves(), costs())
        county.settle(month)
        assert county.problems() == []
    assert county.posted() == {"2016-10": 704_00, "2016-11": 704_00}
    assert county.posted(LineKind.NEUTRALITY) == {"2016-10": -704_00, "2016-11": -704_00}


def test_later_saving_makes_up_for_it(tmp_path: Path) -> None:
    """Half of the saving: 352.00 a month. A-002 costs in October and November only.

    month      saved together   charged   relief   neutrality
    October         −226.00      352.00   352.00     −352.00
    November        −452.00      704.00   704.00     −352.00
    December         252.00    1,056.00   804.00     −100.00
    January          956.00    1,408.00   452.00      352.00
    February       1,660.00    1,760.00   100.00      352.00
    March          2,364.00    2,112.00     0.00      100.00
    """
    county = County.opened(tmp_path, savings=GRANT, share="0.50")
    for number, month in enumerate(("2016-10", "2016-11", "2016-12", "2017-01", "2017-02", "2017-03")):
        county.report(month, saves(), *([costs()] if number < 2 else []))
        county.settle(month)
        assert county.problems() == []
    assert county.posted(LineKind.NEUTRALITY) == {
        "2016-10": -352_00, "2016-11": -352_00, "2016-12": -100_00, "2017-01": 352_00, "2017-02": 352_00, "2017-03": 100_00,
    }  # fmt: skip


def test_a_programme_may_agree_on_the_case_alone(tmp_path: Path) -> None:
    """A-001 is charged its 704.00, although the municipality loses 226.00; `verify` looks at the cases then."""
    county = County.opened(tmp_path, savings=GRANT | {"guarantee": "case"})
    county.report("2016-10", saves(), costs())
    county.settle("2016-10")
    assert county.posted() == {"2016-10": 704_00}
    assert county.posted(LineKind.NEUTRALITY) == {}
    assert county.problems() == []


@pytest.mark.parametrize("guarantee", ["municipality", "case"])
def test_a_charged_month_that_is_eligible_no_longer_is_no_broken_guarantee(guarantee: str, tmp_path: Path) -> None:
    """October and November are charged 694.00 each; a Korrektur then says that November was not insured: 694.00 go back."""
    county = County.opened(tmp_path, savings={"guarantee": guarantee})
    for month in ("2016-10", "2016-11"):
        county.report(month, employed(begin=OCTOBER))
        county.settle(month)
    county.report("2016-11", employed(begin=OCTOBER, insured=False))
    county.report("2016-12", employed(begin=OCTOBER, insured=False))
    county.settle("2016-12")
    assert county.posted() == {"2016-10": 694_00}
    assert county.problems() == []


@pytest.mark.parametrize(
    ("guarantee", "said"),
    [
        ("municipality", "05358008, Oktober 2016: Prämien und Ausgleich zur Kostenneutralität übersteigen die Ersparnis."),
        ("case", "05358008, Fall A-001, Oktober 2016: Die Prämien übersteigen die Ersparnis."),
    ],
)  # fmt: skip
def test_books_in_which_a_cent_too_much_is_charged_are_named(guarantee: str, said: str, tmp_path: Path) -> None:
    """A month that saved 694.00 is posted with 694.01, sealed and in order otherwise."""
    county = County.opened(tmp_path, savings={"guarantee": guarantee})
    county.report("2016-10", employed(begin=OCTOBER))
    county.draft("2016-10", lambda lines: lines.with_columns(pl.col("cost_cents", "computed_cents", "delta_cents") + 1))
    assert county.posted() == {"2016-10": 694_01}
    assert county.problems() == [said]


def test_what_a_closed_month_no_longer_saves_is_made_good_in_the_first_open_one(tmp_path: Path) -> None:
    """November and December are charged 2 × 694.00 and closed. A Korrektur of December: 500.00 were paid, it saved 194.00.

    The case has no open month: its 1,388.00 stand. Saved are 888.00, so January makes 500.00 good. Opened again, December
    is charged 500.00 less and nothing is left to make good.
    """
    county = County.opened(tmp_path)
    for month in ("2016-11", "2016-12"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    county.close(2016)
    county.report("2016-12", employed(begin=NOVEMBER, paid_cents=500_00))
    county.report("2017-01")
    county.settle("2017-01")
    assert county.posted() == {"2016-11": 694_00, "2016-12": 694_00}
    assert county.posted(LineKind.NEUTRALITY) == {"2017-01": -500_00}
    assert county.problems() == []
    closings.reopen(county.ledger, 2016, reason="Prüfung", by="Eva")
    settled = county.settle("2017-02")
    told = settled.found.corrections.select("service_month", "kind", "difference_cents", "cause").rows()
    assert told == [
        ("2016-12", "premium", -500_00, "correction"),
        # With December as it was posted nothing is to be made good; the Korrektur takes it out of the premium instead.
        ("2017-01", "neutrality", 500_00, "reopening"),
    ]
    assert county.posted() == {"2016-11": 694_00, "2016-12": 194_00}
    assert county.posted(LineKind.NEUTRALITY) == {}
    assert county.problems() == []


def test_months_after_the_last_counted_one_count_for_the_municipality(tmp_path: Path) -> None:
    """One month counts: October is charged 704.00. From November on the case costs 930.00 a month, which no premium
    shows: the municipality saved −226.00 by then, so October's 704.00 are made good.
    """
    county = County.opened(tmp_path, savings=GRANT, max_months=1)
    county.report("2016-10", saves())
    county.settle("2016-10")
    county.report("2016-11", costs() | {"case_id": "A-001"})
    county.settle("2016-11")
    assert county.posted() == {"2016-10": 704_00}
    assert county.posted(LineKind.NEUTRALITY) == {"2016-11": -704_00}
    assert county.problems() == []


@pytest.mark.parametrize("old", [False, True], ids=["saving kept", "erased before the saving was kept"])
def test_what_erased_cases_saved_goes_on_counting(old: bool, tmp_path: Path) -> None:
    """A-001 saves 694.00 in October and in December, uninsured in November: charged 1,388.00, closed and erased.

    A-002 costs 930.00 a month from January on. Saved together 458.00 in January: 930.00 are made good; −472.00 in
    February: all of the 1,388.00, so 458.00 more. A record of an older version keeps what was saved to date alone:
    694.00, nothing in November, 1,388.00.
    """
    county = County.opened(tmp_path, savings=GRANT)
    for month, insured in (("2016-10", True), ("2016-11", False), ("2016-12", True)):
        county.report(month, employed(begin=OCTOBER, insured=insured))
        county.settle(month)
    costly = employed(
        "A-002", date(2017, 1, 1), accommodation_cents=0, entitled_to=date(2016, 12, 31), state_grant=True
    )
    county.report("2017-01", costly)
    county.settle("2017-01")
    county.close(2016)
    kept = Retention(years=9)
    erasure.propose(county.ledger, 2017, "Eva", date(2027, 1, 15), kept)
    erasure.erase(county.ledger, 2017, "Frida", date(2027, 1, 15), kept)
    if old:
        forget_saving(county)
    county.report("2017-02", costly)
    county.settle("2017-02")
    assert county.posted() == {"2016-10": 694_00, "2016-12": 694_00}
    assert county.posted(LineKind.NEUTRALITY) == {"2017-01": -930_00, "2017-02": -458_00}
    assert county.problems() == []


def forget_saving(county: County) -> None:
    """The only erasure as the version before migration 0006 noted it: without the column, sealed without it, and no journal."""
    with county.ledger.transaction() as connection:
        unguard(connection)
        connection.execute(sa.update(erased_savings).values(saved_cents=None))
        connection.execute(sa.update(erasures).values(digest=digest(connection, 1)))
        connection.execute(sa.delete(journal.journal))
        journal.note(connection, "", Act.BEGUN, "", "2017-01")  # as migration 0008 does, up to the month approved last
        triggers.install(connection)


def test_it_is_drafted_like_every_line_and_told_to_nobody_else(tmp_path: Path) -> None:
    """A line of its own: no case, no reference, one month, the agreement as its basis, and in the municipality's document."""
    county = County.opened(tmp_path, savings=GRANT)
    county.report("2016-10", saves(), costs())
    settled = county.settle("2016-10")
    (line,) = settled.found.lines.filter(kind="neutrality").to_dicts()
    assert (line["case_id"], line["reference"], line["unit"], line["computed_cents"]) == ("", "", "month", -704_00)
    assert line["legal_basis"].startswith("Zusage der Kostenneutralität nach der Vereinbarung")
    assert posting.draft_documents(settled.found.lines, county.programme, "2016-10")["total_cents"].to_list() == [0, 0]
