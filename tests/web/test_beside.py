"""What the cash office does beside the months, over HTTP: years closed and opened, opening balances, certificates."""

import io
import re
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from flows import people
from flows.web.app import create_app
from flows.web.setup import Setup
from tests.command import call, contents
from tests.golden.sums import statement_total
from tests.web.http import county
from tests.web.settled import Caller, Settled, work_ended, workspace_of
from tests.web.test_orders import FREIBERG, LINE, ORDERS, alert, december_number, journal, plain
from tests.web.workplace import people_in

YEARS, OPENING, CERTIFICATES = (
    f"/mittelsachsen/{page}" for page in ("jahresabschluss", "eroeffnungssalden", "bescheinigungen")
)
HEADING = "Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro"
BALANCE = f"2024-12;{FREIBERG};FG-1050;Mehraufwandsentschädigung;FG-03 2024-12-09;50,00"


@pytest.fixture
def december(approved: Settled, tmp_path: Path) -> Settled:
    """An approved December and nothing else."""
    return approved.copy(tmp_path)


@pytest.fixture
def beginning(tmp_path: Path) -> Settled:
    """December's returns, and nothing settled yet."""
    found = Settled(*county(tmp_path))
    shutil.copytree("inputs/mittelsachsen/returns/2024-12", found.inputs / "mittelsachsen/returns/2024-12")
    people_in(found.outputs)
    return found


def csv(*rows: str) -> tuple[str, bytes]:
    return "Salden.csv", "\n".join((HEADING, *rows)).encode()


def looked_at(app: FastAPI, login: str) -> str:
    """The file that somebody looks at before they approve."""
    (sha256,) = re.findall(r'name="datei" value="([0-9a-f]{64})"', Caller(app, login).get(f"{OPENING}/freigabe").text)
    return str(sha256)


def test_a_year_is_closed_once_more_asked_and_opened_with_a_reason(december: Settled) -> None:
    app = workspace_of(december)
    eva, number = Caller(app, "eva"), december_number(app)
    assert "Abschluss 2024 bestätigen" not in eva.get(YEARS).text
    assert "Abschluss 2024 bestätigen" in eva.get(f"{YEARS}?jahr=2024").text
    assert "Abgeschlossen: Leistungsmonate bis Dezember 2024." in eva.post(YEARS, jahr="2024").text
    assert journal(december)[-1] == "closing Eva Beispiel eva 2024"

    line = LINE | {"monat": "2024-12"}
    refused = eva.post(f"{ORDERS}/buchung", **line)
    assert "Dezember 2024 ist abgeschlossen. Bitte einen offenen Monat nennen oder zuerst „Wieder öffnen“" in alert(refused.text)  # fmt: skip
    assert '<option value="2024-12">' not in refused.text  # open months alone can be chosen
    refused = eva.post(f"{ORDERS}/storno", kommune=FREIBERG, beleg=number, grund="Falsche Anschrift")
    assert "enthält abgeschlossene Monate (Dezember 2024)" in alert(refused.text)
    assert "bereits abgeschlossen" in alert(eva.post(YEARS, jahr="2024").text)
    assert "freigegeben ist erst Dezember 2024" in alert(eva.post(YEARS, jahr="2025").text)

    without_reason = eva.post(f"{YEARS}/oeffnen", jahr="2024", grund="")
    assert (without_reason.status_code, "Der Grund ist leer." in alert(without_reason.text)) == (409, True)
    assert "Öffnen ab 2024 bestätigen" in without_reason.text
    said = eva.post(f"{YEARS}/oeffnen", jahr="2024", grund="Prüfungsbemerkung 4")
    assert "Geöffnet: Leistungsmonate ab Januar 2024 werden wieder abgerechnet." in said.text
    assert "Noch ist kein Jahr abgeschlossen." in said.text
    assert "2024 wieder geöffnet Dezember 2024 Eva Beispiel Prüfungsbemerkung 4" in plain(said.text)
    assert eva.post(f"{ORDERS}/buchung", **line).status_code == 200


def test_no_year_is_closed_while_something_waits(settled: Settled, tmp_path: Path) -> None:
    """January is drafted; then an order waits."""
    app = workspace_of(settled.copy(tmp_path))
    eva = Caller(app, "eva")
    answer = eva.post(YEARS, jahr="2024")
    assert "Der Entwurf für Januar 2025 ist noch nicht freigegeben." in alert(answer.text)
    assert "Abschluss 2024 bestätigen" in answer.text


@pytest.mark.parametrize("year", ["", "zweitausend", "²⁰²⁴", "99999"])
def test_what_is_no_year_closes_none(december: Settled, year: str) -> None:
    eva = Caller(workspace_of(december), "eva")
    for path in (YEARS, f"{YEARS}/oeffnen"):
        answer = eva.post(path, jahr=year, grund="Versehen")
        assert (answer.status_code, alert(answer.text)) == (409, "Unter „Jahr“ ist nichts gewählt. Bitte dort eine Angabe wählen.")  # fmt: skip


def test_opening_balances_are_handed_in_looked_at_and_approved_by_another_person(beginning: Settled) -> None:
    """December: 66.25 h × 0.80 = 53.00, of which 50.00 were charged before: 3.00."""
    app = workspace_of(beginning)
    frida, freya = Caller(app, "frida"), Caller(app, "freya")
    said = frida.post(OPENING, csv(BALANCE))
    assert said.status_code == 200, said.text
    assert "Vorgemerkt von Frida Beispiel, noch nicht freigegeben." in said.text
    assert "Dezember 2024 Freiberg, Stadt (14522180) FG-1050 Mehraufwandsentschädigung FG-03 2024-12-09 50,00 €" in plain(said.text)  # fmt: skip
    assert "noch nicht freigegeben" in alert(Caller(app, "eva").post("/mittelsachsen/2024-12/entwurf").text)
    looked = looked_at(app, "freya")
    same_person = frida.post(f"{OPENING}/freigabe", datei=looked)
    assert "hat Frida Beispiel vorgemerkt; freigeben muss eine zweite Person" in alert(same_person.text)

    frida.post(OPENING, csv(BALANCE.replace("50,00", "51,00")))
    stale = freya.post(f"{OPENING}/freigabe", datei=looked)
    assert (stale.status_code, "andere Eröffnungssalden als die, die Sie angesehen haben" in alert(stale.text)) == (409, True)  # fmt: skip
    assert "noch nicht freigegeben" in stale.text
    frida.post(OPENING, csv(BALANCE))
    posted = freya.post(f"{OPENING}/freigabe", datei=looked_at(app, "freya"))
    assert "Freigegeben: Die Eröffnungssalden sind gebucht." in posted.text
    assert "vorgemerkt von Frida Beispiel, freigegeben von Freya Beispiel" in posted.text
    assert journal(beginning)[-1] == "opening_approval Freya Beispiel freya 2024-11"
    assert "bereits freigegeben" in alert(frida.post(OPENING, csv(BALANCE)).text)

    assert Caller(app, "eva").post("/mittelsachsen/2024-12/entwurf").status_code == 303
    work_ended(app, "2024-12")
    (path,) = (beginning.outputs / "mittelsachsen/2024-12").glob(f"Kommunen/{FREIBERG}-*/Abrechnung-*.xlsx")
    assert statement_total(openpyxl.load_workbook(path, data_only=True)) == Decimal("3.00")
    assert call("verify", *beginning.where).code == 0


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (None, "Unter „CSV-Datei“ ist nichts gewählt."),
        (("../Salden.csv", b"\xff\xfe"), "Salden.csv ist keine CSV-Datei in UTF-8 mit Semikolons. Bitte in Excel als „CSV UTF-8“ speichern."),
        (csv(), "Salden.csv enthält keine Salden."),
        (csv(BALANCE.replace("50,00", "fünfzig")), "Salden.csv, Zeile 2: Der Betrag „fünfzig“ ist nicht zu verstehen."),
        (csv(BALANCE, BALANCE), "Salden.csv, Zeile 3: Diese Position steht schon in Zeile 2."),
        (("<b>.csv", b"Betrag"), "<b>.csv, Zeile 1: Erwartet werden die Spalten"),
        (("Salden.csv", b" " * (20 * 1024 * 1024 + 1)), "Salden.csv ist größer als 20 MiB"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_named_with_place_and_mend(
    beginning: Settled, file: tuple[str, bytes] | None, told: str
) -> None:
    answer = Caller(workspace_of(beginning), "eva").post(OPENING, file)
    assert (answer.status_code, told in alert(answer.text)) == (409, True), alert(answer.text)
    assert not (beginning.outputs / "mittelsachsen/ledger.db").exists()


def test_before_anything_is_settled_every_page_says_what_there_is(beginning: Settled) -> None:
    eva = Caller(workspace_of(beginning), "eva")
    assert "Nichts wartet." in eva.get(ORDERS).text
    assert "gibt es keinen Beleg, der sich stornieren lässt" in eva.get(f"{ORDERS}/storno?kommune={FREIBERG}").text
    assert "Zurzeit lässt sich kein Jahr abschließen" in eva.get(YEARS).text
    assert "Datei vormerken" in eva.get(OPENING).text
    assert "Noch ist kein Monat freigegeben." in eva.get(CERTIFICATES).text
    assert eva.post(f"{ORDERS}/buchung", **LINE | {"monat": "2024-12"}).status_code == 200
    assert "Noch ist kein Monat freigegeben" in eva.get(CERTIFICATES).text
    assert not list((beginning.outputs / "mittelsachsen").glob("*-Bescheinigungen"))


def test_after_the_first_draft_there_are_no_opening_balances(december: Settled) -> None:
    eva = Caller(workspace_of(december), "eva")
    assert "Der erste Monat ist schon abgerechnet" in eva.get(OPENING).text
    assert "Dezember 2024 ist bereits freigegeben" in alert(eva.post(OPENING, csv(BALANCE)).text)


def test_certificates_are_those_that_the_command_writes(december: Settled, tmp_path: Path) -> None:
    app = workspace_of(december)
    eva = Caller(app, "eva")
    assert eva.get(f"{CERTIFICATES}/2024-12.zip").status_code == 404
    assert "Unter „Monat“ ist nichts gewählt." in alert(eva.post(CERTIFICATES).text)
    assert eva.post(CERTIFICATES, monat="2024-12").status_code == 303
    work_ended(app, "bescheinigungen")
    page = eva.get(CERTIFICATES).text
    assert f'href="{CERTIFICATES}/2024-12.zip"' in page
    packed = zipfile.ZipFile(io.BytesIO(eva.get(f"{CERTIFICATES}/2024-12.zip").content))
    packed.extractall(tmp_path / "aus dem Browser")
    assert call("certificates", "2024-12", *december.where).code == 0
    written = contents(december.outputs / "mittelsachsen/2024-12-Bescheinigungen")
    assert contents(tmp_path / "aus dem Browser") == written
    assert any("Auszahlungsliste" in name for name in written)
    eva.post(CERTIFICATES, monat="2025-01")
    work_ended(app, "bescheinigungen")
    assert "Januar 2025" in alert(eva.get(CERTIFICATES).text)


def test_without_accounts_four_eyes_rest_on_the_name(beginning: Settled) -> None:
    """A second spelling of the name is the same person."""
    app = create_app(Setup(beginning.inputs, beginning.outputs, people.accounts_of(beginning.outputs), with_accounts=False))  # fmt: skip

    def person(name: str) -> TestClient:
        client = TestClient(app, base_url="http://localhost", follow_redirects=False)
        assert client.post("/anmelden", data={"name": name}).status_code == 303
        return client

    def sent(client: TestClient, path: str, file: tuple[str, bytes] | None = None, **fields: str) -> str:
        (token, *_) = re.findall(r'name="formular" value="([^"]+)"', client.get("/").text)
        files = [("dateien", file)] if file else None
        return str(client.post(path, data={"formular": token, **fields}, files=files).text)

    assert "Vorgemerkt von Eva Entwurf" in sent(person("Eva Entwurf"), OPENING, csv(BALANCE))
    (sha256,) = re.findall(r'value="([0-9a-f]{64})"', person("Frida").get(f"{OPENING}/freigabe").text)
    assert "eine zweite Person" in alert(sent(person("eva entwurf."), f"{OPENING}/freigabe", datei=sha256))
    assert "freigegeben von Frida" in sent(person("Frida"), f"{OPENING}/freigabe", datei=sha256)
