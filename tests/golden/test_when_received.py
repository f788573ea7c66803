"""A carrier that is paid what municipalities have paid: worked out by hand on one town of Kreis Düren.

November 2015 charges Linnich the start-up contribution of 10,000.00, which is all the carrier's. It pays 4,000.00, then
the rest.
"""

from datetime import date
from pathlib import Path

import pytest

from schemas.programme.file import load_programme
from tests.bank import Booked, camt
from tests.golden.office import Office, table
from tests.golden.sums import paid_cents

LINNICH = "05358036"
FIRST, SECOND, THIRD, FOURTH = "2015-11", "2015-12", "2016-01", "2016-02"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office.opened(tmp_path, "dueren", {LINNICH: "Linnich"})
    found.change(found.inputs / "programme.toml", "[carrier]\n", '[carrier]\npay = "when_received"\n')
    return found


def receive(office: Office, name: str, amount: str, number: str) -> None:
    iban = load_programme(office.inputs).accounting.county_iban
    path = office.folder / name
    path.write_bytes(camt([Booked(date(2016, 1, 4), amount, number, reference=name)], iban=iban))
    office.done("receipts", path, "--by", "Eva")


def account(office: Office, month: str) -> list[tuple[object, ...]]:
    """Brought forward, start-up, payment, balance, received; of each run."""
    return table(office.overview(month), "Trägerkonto", 1, 4, 5, 6, 7)


def test_the_carrier_waits_for_the_money(office: Office) -> None:
    office.settle(FIRST)
    office.approve(FIRST, "2015-12-15")
    (number,) = office.numbers(LINNICH, FIRST)
    assert account(office, FIRST) == [(0, 10_000_00, 0, 10_000_00, 0)]
    assert list((office.outputs / FIRST).glob("Zahlungen-*")) == []

    receive(office, "a.xml", "4000.00", number)
    office.settle(SECOND)
    assert account(office, SECOND)[1] == (10_000_00, 0, 4_000_00, 6_000_00, 4_000_00)
    receive(office, "b.xml", "1000.00", number)
    refused = office.refused("approve", SECOND, "--by", "Frida", "--date", "2016-01-15")
    assert "Seit dem Entwurf für Dezember 2015 wurden Umsätze übernommen" in refused
    assert "placement-premium settle 2015-12" in refused
    office.settle(SECOND)
    office.approve(SECOND, "2016-01-15")
    assert account(office, SECOND)[1] == (10_000_00, 0, 5_000_00, 5_000_00, 5_000_00)
    assert paid_cents(office.outputs / SECOND) == 5_000_00
    letter = office.done("send-out", SECOND)
    assert "geschrieben" in letter

    receive(office, "c.xml", "5000.00", number)
    office.done("emit", SECOND)  # what came later changes nothing
    assert account(office, SECOND)[1] == (10_000_00, 0, 5_000_00, 5_000_00, 5_000_00)
    office.done("verify")
    office.settle(THIRD)
    assert account(office, THIRD)[2][2:] == (5_000_00, 0, 10_000_00)


def test_a_county_that_changes_its_terms_pays_nothing_twice(office: Office) -> None:
    """November was still paid with the invoice; December pays as received, and what came is paid already."""
    programme = office.inputs / "programme.toml"
    office.change(programme, 'pay = "when_received"\n', "")
    office.settle(FIRST)
    office.approve(FIRST, "2015-12-15")
    assert paid_cents(office.outputs / FIRST) == 10_000_00
    (number,) = office.numbers(LINNICH, FIRST)
    office.change(programme, "[carrier]\n", '[carrier]\npay = "when_received"\n')
    receive(office, "a.xml", "10000.00", number)
    office.settle(SECOND)
    rows = table(office.overview(SECOND), "Trägerkonto", 1, 4, 5, 6, 7)
    assert rows == [(0, 10_000_00, 10_000_00, 0, "–"), (0, 0, 0, 0, 10_000_00)]


def test_what_is_set_off_has_come(office: Office) -> None:
    """November credits 4,000.00 by order, which wait; December's start-up of 10,000.00 is set against them: the carrier's
    part of that is all of it, so that January pays 4,000.00 before anything has come, and February the rest once it has.
    """
    programme = office.inputs / "programme.toml"
    office.change(programme, "[accounting]\n", '[accounting]\ncredits = "offset"\n')
    office.change(programme, 'service_month = "2015-11"', 'service_month = "2015-12"')
    office.done("adjust", LINNICH, "-4000,00", "--month", FIRST, "--reason", "laut Bescheid", "--voucher", "V-1", "--by", "Olga")  # fmt: skip
    for month, on in ((FIRST, "2015-12-15"), (SECOND, "2016-01-15")):
        office.settle(month)
        office.approve(month, on)
    (number,) = office.numbers(LINNICH, SECOND)
    assert account(office, SECOND)[1] == (0, 10_000_00, 0, 10_000_00, 0)
    office.settle(THIRD)
    office.approve(THIRD, "2016-02-15")
    assert account(office, THIRD)[2] == (10_000_00, 0, 4_000_00, 6_000_00, 4_000_00)
    receive(office, "a.xml", "6000.00", number)
    office.settle(FOURTH)
    assert account(office, FOURTH)[3] == (6_000_00, 0, 6_000_00, 0, 10_000_00)
