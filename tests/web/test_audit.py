"""Prüfung and Recht: the ledger checked as work, seals, searches, who did what; the law of a day, the programme explained."""

import re
import sqlite3
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from flows.audit import sample
from flows.location import find_location
from schemas.months import Month
from tests.command import call
from tests.web.settled import Caller, Settled, work_ended, workspace_of
from tests.web.workplace import serve, signed_in

PAGE = "/mittelsachsen/pruefung"
OWN = "14522180"


@pytest.fixture
def workspace(settled: Settled, tmp_path: Path) -> Settled:
    return settled.copy(tmp_path)


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


def checked(app: FastAPI, **fields: str) -> str:
    """The page after a check of the ledger."""
    paul = Caller(app, "paul")
    assert paul.post(PAGE, **fields).status_code == 303
    work_ended(app, "pruefung")
    return paul.get(PAGE).text


def kept(workspace: Settled, query: str) -> str:
    """The one value that a query on the ledger answers."""
    with sqlite3.connect(workspace.outputs / "mittelsachsen/ledger.db") as connection:
        return str(connection.execute(query).fetchone()[0])


def seal(workspace: Settled) -> str:
    return kept(workspace, "SELECT digest FROM runs WHERE month = '2024-12'")


def number(workspace: Settled) -> str:
    """The number of Freiberg's document."""
    return kept(workspace, f"SELECT number FROM documents WHERE ags = '{OWN}' AND number IS NOT NULL")


def test_a_whole_ledger_and_a_kept_seal_hold(app: FastAPI, workspace: Settled) -> None:
    archive = find_location(workspace.inputs, workspace.outputs, "mittelsachsen").archive
    (archive / f"{'0' * 64}.xlsx").write_bytes(b"")
    page = checked(app, siegel=f"12/2024 = {seal(workspace)[:16]}")
    assert "Geprüft: 1 freigegebener Monat, alles stimmt." in page
    assert "1 Datei liegt im Archiv, die zu keiner Meldung gehört (etwa aus einem neu gemachten Entwurf)." in page
    assert "Dezember 2024: Das Prüfsiegel stimmt überein." in page
    assert seal(workspace) in page


def test_another_seal_and_a_changed_document_are_named(app: FastAPI, workspace: Settled) -> None:
    changed = next((workspace.outputs / "mittelsachsen/2024-12/Kommunen").rglob("*.pdf"))
    changed.write_bytes(changed.read_bytes() + b" ")
    page = checked(app, siegel=f"2024-12={'0' * 16}")
    assert "Das Prüfsiegel im Buch ist nicht das angegebene" in page
    page = checked(app)
    assert changed.name in page
    assert "wurde verändert" in page
    assert "Das Prüfsiegel im Buch" not in page


def test_what_is_no_seal_is_said_and_kept(app: FastAPI) -> None:
    answer = Caller(app, "paul").post(PAGE, siegel="Dezember=abc")
    assert answer.status_code == 409
    assert "ist kein Prüfsiegel eines Monats" in answer.text
    assert "Dezember=abc</textarea>" in answer.text


def test_number_case_and_cell_lead_to_their_derivation(app: FastAPI, workspace: Settled) -> None:
    paul = Caller(app, "paul")
    lines = pl.read_parquet(workspace.outputs / "mittelsachsen/2024-12/lines.parquet").filter(ags=OWN, delta_cents=5300)
    line = lines.row(0, named=True)
    case, row, sheet = line["case_id"], line["row"], line["sheet"]
    to_case = f"/mittelsachsen/faelle/{case}?monat=2024-12&amp;ags={OWN}"
    assert to_case in paul.get(f"{PAGE}?suche={case.lower()}").text
    assert to_case in paul.get(f"{PAGE}?suche={sheet}!B{row} in Freiberg_2024-12.xlsx").text
    assert to_case in paul.get(f"{PAGE}?suche=H{row} freiberg_2024-12.xlsx").text
    assert to_case not in paul.get(f"{PAGE}?suche={sheet}!B{row} in Floeha_2024-12.xlsx").text
    assert f"/mittelsachsen/2024-12/{OWN}" in paul.get(f"{PAGE}?suche={number(workspace)}").text
    nothing = paul.get(f"{PAGE}?suche=AGH-2025-9999").text
    assert "steht nichts im Buch" in nothing


def test_a_sample_is_drawn_by_the_seal_and_each_position_leads_to_its_derivation(
    app: FastAPI, workspace: Settled
) -> None:
    """The order once more, as the rulebook has it (OUTPUTS section 17), from the month's own table."""
    paul = Caller(app, "paul")
    lines = pl.read_parquet(workspace.outputs / "mittelsachsen/2024-12/lines.parquet").filter(
        pl.col("delta_cents") != 0
    )
    keys = lines.select("service_month", "ags", "case_id", "kind", "reference").rows()
    expected = sorted(keys, key=lambda key: sha256("\n".join((seal(workspace), *key)).encode()).hexdigest())
    page = paul.get(f"{PAGE}?stichprobe=2024-12&umfang=10").text
    assert f"Stichprobe aus Dezember 2024: {lines.height} von {lines.height} Positionen mit Betrag" in page
    links = re.findall(r'href="([^"]+)" aria-label="Herleitung', page)
    assert links == [f"/mittelsachsen/faelle/{case}?monat={month}&amp;ags={ags}" for month, ags, case, *_ in expected]
    assert paul.get(links[0].replace("&amp;", "&")).status_code == 200
    few = sample(find_location(workspace.inputs, workspace.outputs, "mittelsachsen"), Month("2024-12"), 3)
    assert [(line.service_month, line.ags, line.case_id, line.kind, line.reference) for line in few.drawn] == expected[
        :3
    ]
    for wrong in ("stichprobe=2025-01&umfang=10", "stichprobe=2024-12&umfang=11", "stichprobe=x&umfang=10"):
        assert paul.get(f"{PAGE}?{wrong}").status_code == 404  # a draft has no seal


def test_who_did_what_is_told_with_the_reason(app: FastAPI, workspace: Settled) -> None:
    ordered = call("adjust", OWN, "12,50", "--month", "2024-12", "--reason", "Nachzahlung", "--voucher", "B-1", "--by", "Eva Beispiel", *workspace.where)  # fmt: skip
    assert ordered.code == 0, ordered
    page = Caller(app, "paul").get(PAGE).text
    for told in ("Dezember 2024: freigegeben mit Datum", "Frida Beispiel", "Januar 2025: entworfen", "Beleg B-1: angeordnet", "Nachzahlung"):  # fmt: skip
        assert told in page


def test_the_journal_tells_time_and_account_the_newest_first(app: FastAPI, workspace: Settled) -> None:
    """The times are the ledger's own (RULES section 8.7), on the office's clock."""
    page = Caller(app, "paul").get(PAGE).text
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition('aria-labelledby="journal"')[2].partition("<tbody>")[2])
    told = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]
    with sqlite3.connect(workspace.outputs / "mittelsachsen/ledger.db") as connection:
        query = "SELECT entered_at, act, subject, name, account FROM journal ORDER BY entry_id DESC"
        kept_entries = connection.execute(query).fetchall()
    words = {"draft": "Entwurf", "approval": "Freigabe", "2024-12": "Dezember 2024", "2025-01": "Januar 2025"}
    assert [[words[act], words[subject], name, account] for _, act, subject, name, account in kept_entries] == [
        row[1:] for row in told
    ]
    at = [datetime.fromisoformat(entry[0]).astimezone() for entry in kept_entries]
    assert [row[0] for row in told] == [moment.strftime("%d.%m.%Y, %H:%M Uhr") for moment in at]
    assert len(told) == 3  # December drafted and approved, January drafted


def test_the_law_of_a_day_with_its_source_and_the_programme_explained(app: FastAPI) -> None:
    vera = Caller(app, "vera")
    page = vera.get("/recht?tag=05.08.2016").text
    assert "1,05 € je Stunde" in page  # § 5 Abs. 2 AsylbLG until 5 August 2016
    assert "0,80 € je Stunde" in vera.get("/recht?tag=06.08.2016").text
    assert "bekannt bis" in page
    assert "Vier-Augen-Prinzip" in page
    assert "accounting.four_eyes" in page
    wrong = vera.get("/recht?tag=gestern")
    assert wrong.status_code == 422
    assert "„gestern“ ist kein Datum" in wrong.text
    assert 'value="gestern"' in wrong.text


def test_an_auditor_checks_the_ledger_and_follows_a_number(workspace: Settled, browser: Browser) -> None:
    served = serve(workspace.inputs, workspace.outputs)
    try:
        page = signed_in(browser, served.address, "paul")
        page.get_by_role("link", name="Prüfung", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Prüfung Landkreis Mittelsachsen")
        page.get_by_role("button", name="Buch prüfen").click()
        expect(page.get_by_text("alles stimmt")).to_be_visible()
        page.get_by_label("Belegnummer, Fallnummer oder Zelle").fill(number(workspace))
        page.get_by_role("button", name="Suchen").click()
        page.get_by_role("link", name=f"Rechnung {number(workspace)}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Freiberg, Stadt, Dezember 2024")
    finally:
        served.stop()


def test_what_left_the_usual_way_stands_by_itself(app: FastAPI, workspace: Settled) -> None:
    paul = Caller(app, "paul")
    assert "<p>Keine.</p>" in exceptions(paul)
    order = ("adjust", OWN, "12,50", "--month", "2024-12", "--voucher", "B-1", "--by", "Eva Beispiel", *workspace.where)
    assert call(*order, "--reason", "Nachzahlung").code == 0
    assert "<p>Keine.</p>" in exceptions(paul)
    assert call(*order, "--withdraw", "--reason", "Doppelt angeordnet").code == 0
    found = re.sub(r"<[^>]+>", " ", exceptions(paul))
    assert "Manuelle Buchung, Dezember 2024, Beleg B-1: zurückgezogen" in found
    assert "Doppelt angeordnet" in found
    assert "angeordnet Eva" not in " ".join(found.split())


def exceptions(caller: Caller) -> str:
    """That section of the page."""
    return caller.get(PAGE).text.partition('<section aria-labelledby="ausnahmen">')[2].partition("</section>")[0]
