"""Kalkulation, over HTTP: moved terms are answered by the settlement's own engine, and nothing is kept."""

import re
import shutil
from datetime import date

import pytest

from tests.command import call, contents, day_is
from tests.web.http import Office, Visitor, county

PAGE = "/dueren/kalkulation"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A county that has its assumptions and no placement yet."""
    inputs, outputs = county(tmp_path_factory.mktemp("kalkulation"), "dueren")
    shutil.copy("inputs/dueren/annahmen.toml", inputs / "dueren")
    return Office(inputs, outputs)


@pytest.fixture
def eva(office: Office) -> Visitor:
    return office.visitor("eva")


def figure(page: str, label: str) -> str:
    """A figure by its label."""
    found = re.search(rf"<dt>{label}</dt><dd>([^<]+)</dd>", page)
    assert found is not None, page
    return found[1]


def test_before_the_first_placement_the_page_says_what_helps(eva: Visitor) -> None:
    answer = eva.get(PAGE)
    assert answer.status_code == 409
    assert "Es ist noch keine Vermittlung abgerechnet und freigegeben." in answer.text
    assert "den Annahmen (annahmen.toml)" in answer.text


def test_what_is_agreed_is_answered_as_the_command_answers(
    office: Office, eva: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.clock.date", day_is(date(2026, 2, 2)))
    page = eva.get(f"{PAGE}?grundlage=annahmen").text
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    said = call("calibrate", "--assumptions", office.inputs / "dueren/annahmen.toml", *where)
    assert said.out.splitlines()[0] in page
    assert '<output for="wert">80 %</output>' in page  # the share that is agreed, beside its slider
    workbook = next((office.outputs / "dueren").glob("Kalkulation-*.xlsx"))
    assert eva.get(f"{PAGE}/mappe.xlsx?grundlage=annahmen").content == workbook.read_bytes()
    workbook.unlink()


def test_share_cap_and_cost_are_moved(office: Office, eva: Visitor) -> None:
    """By hand, from annahmen.toml: 45 placements at 600.00 a month, 20 % for 1, 40 % for 6, 40 % for 12 months:
    45 × 600 × (0.2 + 2.4 + 4.8) = 199,800.00 saved. With 50 %, no cap, and waiting days that one month does not
    reach (42 days), the premium is half of what 6 and 12 months save: 45 × 300 × (2.4 + 4.8) = 97,200.00.
    Start-up 15 × 10,000.00; income 247,200.00 of a cost of 300,000.00 is 82.4 %.
    """
    before = contents(office.outputs / "dueren")
    page = eva.get(f"{PAGE}/antwort?grundlage=annahmen&wert=50&hoechstbetrag=&kosten=300.000,00").text
    assert "<html" not in page
    assert figure(page, "Ersparnis der Kommunen") == "199.800,00 €"
    assert figure(page, "Prämien") == "97.200,00 €"
    assert figure(page, "Anschubfinanzierung") == "150.000,00 €"
    assert figure(page, "Kostendeckung") == "82,4 %"
    # Capped at 1,000.00, the 36 placements that last 6 or 12 months (1,800.00 and 3,600.00) bring 36,000.00.
    capped = eva.get(f"{PAGE}/antwort?grundlage=annahmen&wert=50&hoechstbetrag=1.000,00&kosten=300000").text
    assert figure(capped, "Prämien") == "36.000,00 €"
    note = eva.get(f"{PAGE}/vermerk.txt?grundlage=annahmen&wert=50&hoechstbetrag=&kosten=300.000,00")
    assert "Prämien: 97.200,00 €" in note.text
    assert "vereinbart: 80 %" in note.text
    assert contents(office.outputs / "dueren") == before  # nothing is kept


@pytest.mark.parametrize(("query", "said"), [("wert=101", "kein Anteil"), ("wert=50&kosten=viel", "kein Betrag"), ("wert=50&hoechstbetrag=1.000", "kein Betrag"), ("wert=50&hoechstbetrag=-5", "kein Betrag")])  # fmt: skip
def test_what_is_no_figure_is_said_in_place(eva: Visitor, query: str, said: str) -> None:
    for path in (f"{PAGE}/antwort", PAGE):
        answer = eva.get(f"{path}?grundlage=annahmen&{query}")
        assert re.search(rf'role="alert".*{said}', answer.text, re.DOTALL), answer.text


@pytest.mark.parametrize("login", ["bea", "paul", "toni", "vera"])
def test_only_who_writes_reports_calculates(office: Office, login: str) -> None:
    assert office.visitor(login).get(f"{PAGE}?grundlage=annahmen").status_code == 404
