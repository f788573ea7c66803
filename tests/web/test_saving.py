"""What placements save, what of it is charged and what is open, on the pages of a municipality; worked out by hand.

One case, employed from October 2016 on: need 354.00 + 200.00 accommodation, health 55.00, so 609.00 are saved a month and half
of it is the premium, 304.50.

run       what it settles                                       document   Storno
October   October                                                 304.50
November  October corrected to 210.00 accommodation: 619.00,        5.00
          309.50; no return for November
December  November late and December; October's document taken    913.50   −304.50
          back, and settled anew with 304.50

Saved are 619.00 + 609.00 + 609.00 = 1,837.00, charged 309.50 + 304.50 + 304.50 = 918.50, which leaves 918.50; that is what the
documents come to as well, 1,223.00 − 304.50.
"""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.ledger import erasure
from flows.ledger.store.sqlite import SqliteLedger
from schemas.programme.file import load_programme
from schemas.programme.parties import Retention
from tests.attacks.county import County, employed
from tests.bank import Booked, camt
from tests.command import call
from tests.web.settled import Caller, Settled, workspace_of
from tests.web.test_orders import alert, plain
from tests.web.workplace import people_in

OWN = "14522180"  # toni's
OFFICE = f"/dueren/kommunen/{OWN}"
BEGIN, CLOSED = date(2016, 10, 1), date(2027, 1, 15)
_TERMS = {
    'ags = "05358008"': f'ags = "{OWN}"',
    "2015-11-01": "2016-10-01",
    'share = "0.80"': 'share = "0.50"',
    "waiting_days = 42": "waiting_days = 0",
}


def agreed(inputs: Path) -> None:
    """The shipped programme of Düren: half of the saving from the first day on, no start-up contribution, toni a member."""
    text = Path("inputs/dueren/programme.toml").read_text(encoding="utf-8")
    for told, other in _TERMS.items():
        assert told in text
        text = text.replace(told, other)
    text, removed = re.subn(r"\[start_up\]\n.*?\n\n", "", text, flags=re.DOTALL)
    text, unbooked = re.subn(r', start_up = "\d+"', "", text)
    assert (removed, unbooked) == (1, 1)
    (inputs / "dueren").mkdir(parents=True)
    (inputs / "dueren/programme.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """The three runs; whoever changes it, copies it."""
    folder = tmp_path_factory.mktemp("erspart")
    found = Settled(folder / "inputs", folder / "outputs")
    shutil.copytree("inputs/law", found.inputs / "law")
    agreed(found.inputs)
    (found.outputs / "dueren").mkdir(parents=True)
    people_in(found.outputs)
    county = county_of(found)
    county.report("2016-10", employed(begin=BEGIN), ags=OWN)
    county.settle("2016-10")
    county.report("2016-10", employed(begin=BEGIN, accommodation_cents=210_00), ags=OWN)
    county.settle("2016-11")
    county.report("2016-11", employed(begin=BEGIN), ags=OWN)
    county.report("2016-12", employed(begin=BEGIN), ags=OWN)
    county.cancel("2016-10", OWN)
    county.settle("2016-12")
    assert county.problems() == []
    return found


def county_of(found: Settled) -> County:
    programme = load_programme(found.inputs / "dueren")
    return County(found.outputs, programme, SqliteLedger(found.outputs / "dueren/ledger.db"))


def ended_and_followed(found: Settled) -> None:
    """January 2017, in which another case is employed and A-001 is not named."""
    county = county_of(found)
    county.report("2017-01", employed("A-002", date(2017, 1, 1)), ags=OWN)
    county.settle("2017-01")


def erased(found: Settled) -> None:
    """The case data of 2016 are closed and erased."""
    county = county_of(found)
    county.close(2016)
    erasure.propose(county.ledger, 2017, "Eva", CLOSED, Retention(years=9))
    erasure.erase(county.ledger, 2017, "Frida", CLOSED, Retention(years=9))


@pytest.fixture
def workspace(told: Settled, tmp_path: Path) -> Settled:
    return told.copy(tmp_path)


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


def figures(page: str) -> dict[str, str]:
    """What the figures of a page say, by their names."""
    found = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)
    return {name: amount.replace("\N{NO-BREAK SPACE}", " ") for name, amount in found}


def month_by_month(page: str) -> list[str]:
    table = re.search(r"<caption>Ersparnis und Prämien: was bleibt</caption>.*?</table>", page, re.DOTALL)
    assert table is not None
    return [plain(row) for row in re.findall(r"<tr>.*?</tr>", table[0], re.DOTALL)][1:]


MONTHS = [
    "Dezember 2016 609,00 € 304,50 € 304,50 €",
    "November 2016 609,00 € 304,50 € 304,50 €",
    "Oktober 2016 619,00 € 309,50 € 309,50 €",
]


def test_saving_and_premiums_are_those_of_the_books(app: FastAPI) -> None:
    """The late return and the Korrektur are in both, the Storno is off the premiums; nothing of it is due in the future."""
    page = Caller(app, "toni").get("/").text
    assert figures(page) == {
        "abgerechnet, zusammen": "918,50 €",
        "noch nicht fällig": "0,00 €",
        "Ersparnis durch Vermittlungen": "1.837,00 €",
        "davon als Prämien an den Kreis": "918,50 €",
        "bleibt der Kommune davon": "918,50 €",
    }
    together = "Zusammen 1.837,00 € 918,50 € 918,50 €"
    assert month_by_month(page) == [*MONTHS, together]
    assert "<title>Ersparnis November 2016: 609,00" in page
    assert "Gelöschte Fälle" not in page
    assert month_by_month(Caller(app, "eva").get(OFFICE).text) == [*MONTHS, together]


def test_after_an_erasure_the_sums_stay_and_the_page_says_so(workspace: Settled, app: FastAPI) -> None:
    """January's case saves 609.00 too; A-001, whom no kept month names, is erased with all of 2016."""
    ended_and_followed(workspace)
    erased(workspace)
    page = Caller(app, "toni").get("/").text
    told = figures(page)
    assert told["Ersparnis durch Vermittlungen"] == "2.446,00 €"
    assert told["davon als Prämien an den Kreis"] == "1.223,00 €"
    assert told["bleibt der Kommune davon"] == "1.223,00 €"
    assert month_by_month(page)[1:-1] == MONTHS
    assert "Gelöschte Fälle sind mit ihren Summen enthalten" in page
    statement = Caller(app, "eva").get(f"/dueren/2016-10/{OWN}").text
    assert "gelöscht-000001" in statement
    assert "„gelöscht-…“ steht für einen Fall, dessen Daten gelöscht sind" in statement
    assert "/dueren/faelle/" not in statement  # there is nothing left to derive


def test_what_is_taken_back_is_not_offered_to_be_taken_back(app: FastAPI) -> None:
    eva = Caller(app, "eva")
    reversed_, stands = (eva.get(f"/dueren/{month}/{OWN}").text for month in ("2016-10", "2016-12"))
    assert "VP-2016-0001 stornieren" not in reversed_
    assert "Der Beleg VP-2016-0001 ist bereits storniert, mit dem Storno VP-2017-0001" in plain(reversed_)
    assert "VP-2017-0002 stornieren</a>" in stands


def test_a_kept_month_goes_out_after_an_erasure_as_it_was_issued(workspace: Settled, app: FastAPI) -> None:
    """Its letters and packages are what they were, byte for byte, for its documents lie there; nobody can write them again."""
    ended_and_followed(workspace)
    where = (*workspace.where, "--programme", "dueren")
    for month in ("2016-12", "2017-01"):
        assert call("emit", month, *where).code == 0
    eva = Caller(app, "eva")
    before = eva.get("/dueren/2017-01/versand.zip").content
    erased(workspace)
    assert "zeigten auch Fälle, deren Daten gelöscht sind" in call("emit", "2017-01", *where).err
    assert f"download>{OWN}-" in eva.get("/dueren/2017-01/versand").text
    assert eva.get("/dueren/2017-01/versand.zip").content == before
    assert 'href="/dueren/2017-01/versand"' in eva.get("/dueren/2017-01").text
    gone = eva.get("/dueren/2016-12").text  # its own cases are erased: it is not offered, and refused
    assert 'href="/dueren/2016-12/versand"' not in gone
    assert "Die Falldaten dieses Monats sind gelöscht." in gone
    assert eva.get("/dueren/2016-12/versand").status_code == 409


def test_what_is_open_and_overdue_is_told_once_money_is_known(app: FastAPI) -> None:
    """VP-2016-0002 over 5.00 is paid; the document of December (after its Storno) asks for 913.50, due in January 2017."""
    eva = Caller(app, "eva")
    before = plain(eva.get(OFFICE).text)
    assert "und keine Anordnung wartet. Ob bezahlt ist, steht hier, sobald Umsätze eingelesen sind." in before
    assert "913,50 € zu zahlen" not in before
    paid = Booked(date(2017, 2, 1), "5.00", "VP-2016-0002", "Stadt", "DE92999999990014522180", "B-1")
    other = Booked(date(2017, 2, 1), "-1.00", "Gebühr", "Bank", "", "B-2")
    answer = eva.post("/dueren/zahlungen", ("auszug.xml", camt([paid, other], iban="DE17999999990005358000")))
    assert answer.status_code == 200, alert(answer.text)
    assert "Nummer wie VP-2025-0006, Zahlung an den Träger wie VP-2025-06, oder" in plain(answer.text)
    told = figures(Caller(app, "toni").get("/").text)
    assert [told[name] for name in ("davon noch zu zahlen", "davon überfällig", "noch nicht fällig")] == [
        "913,50 €", "913,50 €", "0,00 €",
    ]  # fmt: skip
    page = plain(eva.get(OFFICE).text)
    assert "VP-2017-0002 (Dezember 2016), offen: 913,50 € zu zahlen, fällig am 31.01.2017, überfällig." in page
    assert "Zahlungen sind bis zum 01.02.2017 bekannt." in page
