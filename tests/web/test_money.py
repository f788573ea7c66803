"""Zahlungen over HTTP: statements handed in, unclear movements assigned and released, what is open; worked out by hand.

December of the shipped Mittelsachsen: Brand-Erbisdorf owes 82.30, Frankenberg 30.00, Freiberg 53.00, Roßwein 44.80, among
others (tests/sample/statements.py).
"""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI

from tests.bank import Booked, camt
from tests.web.settled import Caller, Settled, workspace_of
from tests.web.test_orders import alert, plain

MONEY = "/mittelsachsen/zahlungen"
PAID = Booked(date(2025, 2, 10), "53.00", "AGH-2025-0006", "Stadt Freiberg", "DE92999999990014522180", "B-1")
PART = Booked(date(2025, 2, 11), "20.00", "Abschlag", "Stadt Frankenberg", "DE29999999990014522150", "B-2")
RENT = Booked(date(2025, 2, 12), "350.00", "Pacht <Kantine>", "Kantinenbetrieb", "", "B-3")


@pytest.fixture
def app(approved: Settled, tmp_path: Path) -> FastAPI:
    """An approved December."""
    return workspace_of(approved.copy(tmp_path))


def hand_in(app: FastAPI, login: str = "eva") -> str:
    answer = Caller(app, login).post(MONEY, ("auszug.xml", camt([PAID, PART, RENT])))
    assert answer.status_code == 200, alert(answer.text)
    return str(answer.text)


def test_statements_are_handed_in_once(app: FastAPI) -> None:
    page = hand_in(app)
    assert "Übernommen: 3 Umsätze, davon zugeordnet 1, ungeklärt 2." in plain(page)
    assert "Freiberg, Stadt: AGH-2025-0006" in plain(page)
    assert "Belegnummer im Verwendungszweck auszug.xml, Buchung 1" in plain(page)
    assert "AGH-2025-0005, Frankenberg/Sa., Stadt, offen 30,00 €" in plain(page)
    assert "Nummer wie AGH-2025-0006, oder der Gemeindeschlüssel" in plain(page)
    assert "<Kantine>" not in page  # what a bank tells is text
    again = Caller(app, "frida").post(MONEY, ("auszug.xml", camt([PAID, PART, RENT])))
    assert "Übernommen: 0 Umsätze" in plain(again.text)
    assert "Was schon bekannt war, ist nicht doppelt." in plain(again.text)


def test_an_unclear_movement_is_assigned_and_released(app: FastAPI) -> None:
    hand_in(app)
    eva = Caller(app, "eva")
    said = eva.post(f"{MONEY}/zuordnen", umsatz="2", ziel="AGH-2025-0005", grund="Telefonat").text
    assert "Zugeordnet: Umsatz 2." in plain(said)
    assert "von Hand zugeordnet (Eva Beispiel): Telefonat" in plain(said)
    assert "teilweise bezahlt" in plain(said)
    said = eva.post(f"{MONEY}/zuordnen", umsatz="3", ziel="fremd", grund="Pacht").text
    assert "Kein Umsatz ist ungeklärt." in plain(said)
    said = eva.post(f"{MONEY}/aufheben", umsatz="2", grund="falsch verstanden").text
    assert "Umsatz 2 ist wieder ungeklärt." in plain(said)
    said = eva.post(f"{MONEY}/zuordnen", umsatz="2", beleg="agh-2025-0011", grund="doch Roßwein").text
    assert "Roßwein, Stadt: AGH-2025-0011" in plain(said)


def test_what_is_refused_stays_as_it_was_typed(app: FastAPI) -> None:
    hand_in(app)
    eva = Caller(app, "eva")
    for form, words in (
        ({"umsatz": "2", "ziel": "", "grund": "x"}, "Wozu der Umsatz gehört"),
        (
            {"umsatz": "2", "beleg": "AGH-2025-9999", "grund": "Telefonat"},
            "weder die Nummer eines freigegebenen Belegs",
        ),
        ({"umsatz": "2", "ziel": "AGH-2025-0005", "grund": " "}, "Grund"),
        ({"umsatz": "9", "ziel": "AGH-2025-0005", "grund": "x"}, "Einen Umsatz 9 gibt es nicht"),
    ):
        answer = eva.post(f"{MONEY}/zuordnen", **form)
        assert answer.status_code == 409
        assert words in alert(answer.text)
    answer = eva.post(f"{MONEY}/zuordnen", umsatz="2", beleg="AGH-2025-9999", grund="Telefonat")
    assert 'value="AGH-2025-9999"' in answer.text
    assert 'value="Telefonat"' in answer.text
    for name, content, words in (
        ("auszug.xml", camt([PAID], iban="DE92999999990014522180"), "gehört zu einem anderen Konto"),
        ("auszug.xml", b"<html/>", "kein Kontoauszug"),
    ):
        answer = eva.post(MONEY, (name, content))
        assert answer.status_code == 409
        assert words in alert(answer.text)
    assert "Ungeklärt: 2 Umsätze über 370,00 €" in plain(eva.get(MONEY).text)


def test_who_only_reads_sees_it_and_changes_nothing(app: FastAPI) -> None:
    hand_in(app)
    paul = Caller(app, "paul")
    page = paul.get(MONEY).text
    assert "Pacht" in plain(page)
    assert "Übernehmen" not in page
    assert f'action="{MONEY}' not in page
    assert paul.post(f"{MONEY}/zuordnen", umsatz="2", ziel="fremd", grund="x").status_code in (403, 404)


def test_what_is_open_is_saved_as_a_workbook(app: FastAPI) -> None:
    hand_in(app)
    eva = Caller(app, "eva")
    assert f'href="{MONEY}/offene-posten.xlsx"' in eva.get(MONEY).text
    book = openpyxl.load_workbook(io.BytesIO(eva.get(f"{MONEY}/offene-posten.xlsx").content), data_only=True)
    assert book.sheetnames == ["Offene Posten", "Umsätze"]
    numbers = {row[2].value for row in book["Offene Posten"].iter_rows(min_row=4)}
    assert "AGH-2025-0005" in numbers
    assert "AGH-2025-0006" not in numbers  # Freiberg has paid
