"""Reminders and accounts in the browser: who gets one today, written as the commands write them, and saved as one ZIP.

December of the shipped Mittelsachsen, approved on 15 January 2025, is due on 14 February; reminders begin 14 days later.
Four towns owe something: Brand-Erbisdorf 82.30, Frankenberg 30.00, Freiberg 53.00, Roßwein 44.80 (tests/sample/statements.py).
"""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows import clock
from tests.bank import Booked, camt
from tests.command import call, contents, day_is
from tests.web.settled import Caller, Settled, work_ended, workspace_of
from tests.web.test_orders import alert, plain, row

LETTERS, MONEY = "/mittelsachsen/briefe", "/mittelsachsen/zahlungen"
ON = date(2025, 2, 28)
FREIBERG = Booked(date(2025, 2, 10), "53.00", "AGH-2025-0006", "Stadt Freiberg", "DE92999999990014522180", "B-1")
UNCLEAR = Booked(date(2025, 2, 12), "350.00", "Pacht", "Kantinenbetrieb", "", "B-2")


@pytest.fixture
def workspace(approved: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settled:
    monkeypatch.setattr(clock, "date", day_is(ON))
    return approved.copy(tmp_path / "kreis")


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


def unpacked(content: bytes, folder: Path) -> dict[str, str]:
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return contents(folder)


def test_who_has_not_paid_is_named_and_reminded_as_by_command(workspace: Settled, app: FastAPI, tmp_path: Path) -> None:
    eva, folder = Caller(app, "eva"), workspace.outputs / "mittelsachsen"
    assert eva.post(MONEY, ("auszug.xml", camt([FREIBERG, UNCLEAR]))).status_code == 200
    before = contents(folder)
    page = eva.get(LETTERS).text
    assert "Zahlungen sind bis zum 12.02.2025 bekannt." in plain(page)
    assert contents(folder) == before  # looking writes nothing
    assert row(page, "Brand-Erbisdorf, Stadt (14522050)").endswith("82,30 €")
    assert "Zahlungserinnerungen schreiben</button>" in page
    assert "Freiberg, Stadt (14522180)" not in plain(page)
    assert "Ein Umsatz ist ungeklärt . Bitte vor dem Senden ansehen" in plain(page)

    assert eva.post(f"{LETTERS}/erinnern").status_code == 303
    work_ended(app, "briefe")
    page = eva.get(LETTERS).text
    assert "3 Zahlungserinnerungen geschrieben. Gesendet ist noch nichts" in plain(page)
    assert "Zahlungserinnerungen vom 28.02.2025 (ZIP)" in plain(page)
    packed = eva.get(f"{LETTERS}/2025-02-28-Erinnerungen.zip").content
    written = unpacked(packed, tmp_path / "aus dem Browser")
    assert any(name.startswith("Zahlungserinnerung-14522050-") and name.endswith(".eml") for name in written)
    assert not any("14522180" in name for name in written)
    assert call("remind", "--date", "28.02.2025", "--by", "Eva Beispiel", *workspace.where).code == 0
    assert contents(folder / "2025-02-28-Erinnerungen") == written
    assert "Zahlungserinnerung geschrieben" in plain(Caller(app, "paul").get("/mittelsachsen/pruefung").text)


def test_the_day_before_nobody_is_reminded(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "date", day_is(date(2025, 2, 27)))
    eva = Caller(app, "eva")
    page = eva.get(LETTERS).text
    assert "Zu erinnern ist heute niemand." in plain(page)
    assert "Zahlungserinnerungen schreiben" not in page
    eva.post(f"{LETTERS}/erinnern")  # from a page that was loaded on another day
    work_ended(app, "briefe")
    assert "Zu erinnern ist niemand." in plain(eva.get(LETTERS).text)


def test_accounts_are_those_that_the_command_writes(workspace: Settled, app: FastAPI, tmp_path: Path) -> None:
    eva = Caller(app, "eva")
    for typed in ("", "2024", "2026", "heuer"):  # there are documents of 2025 alone
        answer = eva.post(f"{LETTERS}/kontoauszuege", jahr=typed)
        assert (answer.status_code, alert(answer.text)) == (
            409,
            "Unter „Jahr“ ist nichts gewählt. Bitte dort eine Angabe wählen.",
        ), typed
    assert eva.post(f"{LETTERS}/kontoauszuege", jahr="2025").status_code == 303
    work_ended(app, "briefe")
    assert "4 Kontoauszüge für 2025 geschrieben." in plain(eva.get(LETTERS).text)
    written = unpacked(eva.get(f"{LETTERS}/2025-Kontoauszuege.zip").content, tmp_path / "aus dem Browser")
    assert call("account", "2025", *workspace.where).code == 0
    assert contents(workspace.outputs / "mittelsachsen/2025-Kontoauszuege") == written


def test_whoever_reads_writes_nothing_and_no_other_folder_is_served(workspace: Settled, app: FastAPI) -> None:
    for folder in ("2025-02-30-Erinnerungen", "alle-Kontoauszuege"):  # nobody's letters
        (workspace.outputs / "mittelsachsen" / folder).mkdir()
    paul = Caller(app, "paul")
    page = paul.get(LETTERS).text
    assert "Noch sind keine Umsätze übernommen ; ob schon gezahlt ist" in plain(page)
    assert "Brand-Erbisdorf" in page
    assert "(ZIP)" not in page
    assert "<button" not in page.split("<main", 1)[1]
    for path in ("erinnern", "kontoauszuege"):
        assert paul.post(f"{LETTERS}/{path}", jahr="2025").status_code == 404
    for folder in ("2024-12", "2025-Kontoauszuege", "2025-02-30-Erinnerungen", "..", "%2e%2e%2f2024-12"):
        assert paul.get(f"{LETTERS}/{folder}.zip").status_code == 404, folder
