"""Opening balances on both stores: what is drafted, approved and sealed, and what a month makes of it."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemas.refusal import Refusal
from tests.attacks.county import County, employed
from tests.stores import STORES, new_ledger, unguard

TERMS = {"share": "0.80", "waiting_days": 42, "max_months": 4}
TOLD = {
    "service_month": "2016-09", "cents": 2000_00, "saved_cents": 1800_00, "counted_months": 3,
    "employed_since": date(2016, 7, 1),
}  # fmt: skip


@pytest.fixture(params=STORES)
def county(request: pytest.FixtureRequest, tmp_path: Path) -> County:
    return County.opened(tmp_path, start="2016-08", ledger=new_ledger(request.param, tmp_path, request), **TERMS)


def test_amount_saving_months_and_begin_come_back_as_they_were_told(county: County) -> None:
    """October saves 694.00 and is the fourth and last month; the employment since July has outlasted the 42 days.

    Target 2,000.00 + 0.80 × 694.00 = 2,555.20, but saved are 1,800.00 + 694.00 = 2,494.00: 494.00 are left to charge.
    """
    county.draft_opening(TOLD | {"cents": 1_00})  # replaced by the next draft
    county.opening(TOLD)
    for month in ("2016-10", "2016-11"):
        county.report(month, employed(begin=date(2016, 10, 1)))
        county.settle(month)
        assert county.problems() == []
    assert county.posted() == {"2016-09": 2000_00, "2016-10": 494_00}


def test_the_same_person_or_another_file_approves_nothing(county: County) -> None:
    with pytest.raises(Refusal, match="keine Eröffnungssalden vorgemerkt"):
        county.approve_opening(TOLD)
    county.draft_opening(TOLD)
    with pytest.raises(Refusal, match="zweite Person"):
        county.approve_opening(TOLD, by="E.v.a")
    with pytest.raises(Refusal, match="nicht die, die vorgemerkt wurde"):
        county.approve_opening(TOLD | {"counted_months": 2})
    assert county.posted() == {}
    county.approve_opening(TOLD)
    for again in (county.draft_opening, county.approve_opening):
        with pytest.raises(Refusal, match="bereits freigegeben"):
            again(TOLD)
    assert county.posted() == {"2016-09": 2000_00}


@pytest.mark.parametrize(
    "statement", ["UPDATE taken_over SET saved_cents = 1", "DELETE FROM taken_over", "UPDATE lines SET delta_cents = 1"]
)
def test_what_is_approved_is_sealed(county: County, statement: str) -> None:
    """A change is refused; one that was forced is found."""
    county.opening(TOLD)
    with pytest.raises(sa.exc.DBAPIError, match="sealed"), county.ledger.transaction() as connection:
        connection.exec_driver_sql(statement)
    assert county.problems() == []
    with county.ledger.transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql(statement)
    table = statement.removeprefix("UPDATE ").removeprefix("DELETE FROM ").split()[0]
    assert any(f"in der Tabelle {table}" in sentence for sentence in county.problems())
