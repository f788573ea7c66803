"""Orders in the browser: a manual line by keyboard alone until it is booked, a Storno from its document, opening balances."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.http import county
from tests.web.settled import Settled
from tests.web.test_accessible import AXE, by_keyboard, problems, tab_to
from tests.web.test_month import drafted
from tests.web.workplace import Workspace, at_rest, people_in, serve, signed_in, stands

FREIBERG = "Freiberg, Stadt (14522180)"


@pytest.fixture
def workspace(approved: Settled, tmp_path: Path, browser: Browser) -> Iterator[Workspace]:
    """An approved December, and January's returns."""
    found = approved.copy(tmp_path)
    shutil.copytree("inputs/mittelsachsen/returns/2025-01", found.inputs / "mittelsachsen/returns/2025-01")
    served = serve(found.inputs, found.outputs)
    yield Workspace(found.inputs, found.outputs, served.address)
    served.stop()


def unhindered(*pages: Page) -> None:
    """Nothing that axe-core finds, at this width and on a telephone (at 200 %, every page: test_accessible.py)."""
    for page in pages:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            if AXE.is_file():
                assert problems(page) == [], (page.url, width)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_a_manual_line_by_keyboard_alone_until_another_person_has_booked_it(
    workspace: Workspace, browser: Browser
) -> None:
    """Freiberg's January: 91.25 h × 0.80 = 73.00, and 12.40 proven; 12.50 credited: 72.90."""
    eva = by_keyboard(browser, workspace.address, "eva")
    tab_to(eva, "Anordnungen")
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("heading", level=1)).to_have_text("Anordnungen Landkreis Mittelsachsen")
    for field, typed in (("Kommune", "Freiberg"), ("Leistungsmonat", "Januar 2025")):
        tab_to(eva, field)
        eva.keyboard.type(typed)
    tab_to(eva, "zulasten der Kommune")
    eva.keyboard.press("ArrowDown")
    for field, typed in (("Betrag in Euro", "-12,50"), ("Beleg", "FK-17"), ("Grund", "Fahrtkosten doppelt erhoben")):
        tab_to(eva, field)
        eva.keyboard.type(typed)
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("alert")).to_contain_text("„-12,50“ ist kein Betrag ohne Vorzeichen.")
    unhindered(eva)
    tab_to(eva, "Betrag in Euro")  # what was typed is selected with the focus and typed over
    eva.keyboard.type("12,50")
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("status").filter(has_text="Vorgemerkt")).to_be_visible()
    waiting = eva.get_by_role("row", name=re.compile("Manuelle Buchung, Beleg FK-17 Freiberg"))
    expect(waiting).to_contain_text("zugunsten 12,50 €")
    expect(waiting).to_contain_text("Eva Beispiel")
    unhindered(eva)

    eva.goto(workspace.address)
    expect(eva.get_by_text("1 Anordnung wartet auf die Freigabe durch eine zweite Person")).to_be_visible()
    tab_to(eva, "Weiter mit Januar 2025")
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("heading", level=1)).to_have_text("Januar 2025")
    tab_to(eva, "Entwurf rechnen")
    eva.keyboard.press("Enter")
    stands(eva, "Entwurf")
    expect(eva.get_by_role("row", name=re.compile("14522180 Freiberg"))).to_contain_text("72,90 €")

    frida = by_keyboard(browser, workspace.address, "frida")
    frida.goto(f"{workspace.address}/mittelsachsen/2025-01")
    tab_to(frida, "Freigeben")
    frida.keyboard.press("Enter")
    expect(frida.get_by_text("angeordnet von Eva Beispiel: Fahrtkosten doppelt erhoben")).to_be_visible()
    unhindered(frida)
    tab_to(frida, "Freigabe bestätigen")
    frida.keyboard.press("Enter")
    stands(frida, "freigegeben")
    paul = signed_in(browser, workspace.address, "paul")
    paul.goto(f"{workspace.address}/mittelsachsen/pruefung")
    booked = paul.get_by_role("row", name=re.compile("Manuelle Buchung, Beleg FK-17 Freiberg"))
    expect(booked).to_contain_text("gebucht Januar 2025")
    expect(booked).to_contain_text("Frida Beispiel")
    unhindered(paul)
    for page in (eva, frida, paul):
        page.context.close()


def test_a_storno_from_its_document_withdrawn_and_a_year_closed_and_opened(
    workspace: Workspace, browser: Browser
) -> None:
    """The draft that has the Storno in it goes with it; Freiberg's January without it is 85.40 again."""
    eva = signed_in(browser, workspace.address, "eva")
    month = f"{workspace.address}/mittelsachsen/2025-01"
    eva.goto(f"{workspace.address}/mittelsachsen/2024-12/14522180")
    eva.get_by_role("link", name="stornieren").click()
    expect(eva.get_by_label("Beleg", exact=True)).to_have_value(re.compile("AGH-2025-"))
    unhindered(eva)
    eva.get_by_label("Grund").fill("Falsche Anschrift")
    eva.get_by_role("button", name="Storno anordnen").click()
    expect(eva.get_by_role("row", name="Storno von AGH-2025-")).to_contain_text("zugunsten 53,00 €")
    eva.goto(month)
    drafted(eva)
    expect(eva.get_by_role("row", name=re.compile("14522180 Freiberg"))).to_contain_text("138,40 €")
    eva.goto(f"{workspace.address}/mittelsachsen/anordnungen")
    eva.locator("summary").click()
    withdrawing = eva.get_by_role("row", name="Storno von AGH-2025-")
    withdrawing.get_by_label("Grund").fill("Anschrift stimmt doch")
    withdrawing.get_by_role("button", name="Zurückziehen").click()
    expect(eva.get_by_role("status").filter(has_text="ist verworfen; bitte neu rechnen")).to_be_visible()
    expect(eva.get_by_text("Nichts wartet.")).to_be_visible()
    unhindered(eva)
    eva.goto(month)
    drafted(eva)
    expect(eva.get_by_role("row", name=re.compile("14522180 Freiberg"))).to_contain_text("85,40 €")

    frida = signed_in(browser, workspace.address, "frida")
    frida.goto(month)
    frida.get_by_role("button", name="Freigeben").click()
    frida.get_by_role("button", name="Freigabe bestätigen").click()
    stands(frida, "freigegeben")
    frida.goto(f"{workspace.address}/mittelsachsen/jahresabschluss")
    frida.get_by_role("button", name="Weiter zum Abschluss").click()
    unhindered(frida)
    frida.get_by_role("button", name="Abschluss 2024 bestätigen").click()
    expect(frida.get_by_text("Abgeschlossen sind die Leistungsmonate bis Dezember 2024.")).to_be_visible()
    frida.get_by_role("button", name="Weiter zum Öffnen").click()
    unhindered(frida)
    frida.get_by_label("Grund").fill("Prüfungsbemerkung 4")
    frida.get_by_role("button", name="Öffnen ab 2024 bestätigen").click()
    expect(frida.get_by_text("Noch ist kein Jahr abgeschlossen.")).to_be_visible()
    frida.goto(f"{workspace.address}/mittelsachsen/bescheinigungen")
    frida.get_by_label("Monat").select_option("Dezember 2024")
    frida.get_by_role("button", name="Bescheinigungen schreiben").click()
    packed = frida.get_by_role("link", name="Bescheinigungen Dezember 2024 (ZIP)")
    expect(packed).to_be_visible()
    at_rest(frida)
    with frida.expect_download() as downloading:
        packed.click()
    assert downloading.value.suggested_filename == "Bescheinigungen-mittelsachsen-2024-12.zip"
    unhindered(frida)
    for page in (eva, frida):
        page.context.close()


def test_opening_balances_by_two_persons(tmp_path: Path, browser: Browser) -> None:
    inputs, outputs = county(tmp_path)
    people_in(outputs)
    served = serve(inputs, outputs)
    file = tmp_path / "Salden.csv"
    rows = (
        "Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro",
        "2024-12;14522180;FG-1050;Mehraufwandsentschädigung;FG-03 2024-12-09;50,00",
    )
    file.write_text("\n".join(rows), encoding="utf-8")
    path = f"{served.address}/mittelsachsen/eroeffnungssalden"
    try:
        frida, freya = (signed_in(browser, served.address, login) for login in ("frida", "freya"))
        frida.goto(path)
        frida.get_by_label("CSV-Datei").set_input_files(file)
        frida.get_by_role("button", name="Vormerken").click()
        expect(frida.get_by_role("row", name="FG-1050")).to_contain_text("50,00 €")
        unhindered(frida)
        frida.get_by_role("button", name="Freigeben").click()
        frida.get_by_role("button", name="Freigabe bestätigen").click()
        expect(frida.get_by_role("alert")).to_contain_text("freigeben muss eine zweite Person")
        freya.goto(path)
        freya.get_by_role("button", name="Freigeben").click()
        unhindered(freya)
        freya.get_by_role("button", name="Freigabe bestätigen").click()
        expect(freya.get_by_text("vorgemerkt von Frida Beispiel, freigegeben von Freya Beispiel")).to_be_visible()
        unhindered(freya)
    finally:
        served.stop()
