"""A month in the browser, by two people: returns in, a draft, a refusal, the approval, the documents."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.views.month import read_run
from tests.command import call
from tests.web.http import county, faulty
from tests.web.workplace import Workspace, people_in, serve, signed_in, stands

MONTH = "2024-12"
RETURNS = Path("inputs/mittelsachsen/returns") / MONTH


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Workspace]:
    inputs, outputs = county(tmp_path_factory.mktemp("arbeitsplatz"))
    people_in(outputs)
    served = serve(inputs, outputs)
    yield Workspace(inputs, outputs, served.address)
    served.stop()


def drafted(page: Page) -> None:
    """Compute a draft and wait until it stands."""
    page.get_by_role("button", name="Entwurf rechnen").click()
    stands(page, "Entwurf")


def saved(page: Page, name: str) -> bytes:
    """What a link saves."""
    with page.expect_download() as downloading:
        page.get_by_role("link", name=name).click()
    return Path(downloading.value.path()).read_bytes()


def mended(workbook: bytes, cell: str, right: object) -> bytes:
    """The correction workbook with the marked cell put right, as its sender returns it."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book["Arbeitsgelegenheiten"][cell].value = right
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_two_people_settle_a_month_and_it_is_the_same_as_by_command(
    workspace: Workspace, browser: Browser, tmp_path: Path
) -> None:
    """Both may approve; who drafted may not, and is told so."""
    files = sorted(RETURNS.glob("*.xlsx"))
    spoilt, cell = faulty(files[0])
    right = openpyxl.load_workbook(files[0])["Arbeitsgelegenheiten"][cell].value
    page = f"{workspace.address}/mittelsachsen/{MONTH}"
    frida = signed_in(browser, workspace.address, "frida")
    frida.goto(page)
    expect(frida.get_by_role("heading", level=1)).to_have_text("Dezember 2024")
    expect(frida.get_by_role("status").filter(has_text="Stand")).to_contain_text("nicht abgerechnet")
    (tmp_path / files[0].name).write_bytes(spoilt)
    frida.get_by_label("Meldungen hinzufügen").set_input_files([tmp_path / files[0].name, *files[1:]])
    frida.get_by_role("button", name="Hinzufügen", exact=True).click()
    expect(frida.get_by_text("angenommen")).to_have_count(15)
    expect(frida.get_by_role("row", name=files[0].name)).to_contain_text("wird zurückgestellt")
    expect(frida.get_by_role("row", name=f"Arbeitsgelegenheiten {cell}")).to_contain_text("viele")

    back = tmp_path / "berichtigt.xlsx"
    back.write_bytes(mended(saved(frida, f"14522050-{files[0].stem}.xlsx"), cell, right))
    frida.get_by_label("Meldungen hinzufügen").set_input_files(back)
    frida.get_by_role("button", name="Hinzufügen", exact=True).click()
    frida.get_by_role("button", name=f"{files[0].name} herausnehmen", exact=True).click()
    expect(frida.get_by_role("row", name=back.name)).to_contain_text("wird übernommen")
    drafted(frida)
    frida.get_by_role("button", name="Freigeben").click()
    frida.get_by_role("button", name="Freigabe bestätigen").click()
    expect(frida.get_by_role("alert")).to_contain_text("freigeben muss eine zweite Person")

    freya = signed_in(browser, workspace.address, "freya")
    freya.goto(page)
    freya.get_by_role("button", name="Freigeben").click()
    freya.get_by_role("button", name="Freigabe bestätigen").click()
    stands(freya, "freigegeben")
    stands(freya, "von Freya Beispiel, entworfen von Frida Beispiel")
    frida.goto(page)
    packed = saved(freya, "Alle Unterlagen als ZIP")
    assert saved(frida, "Alle Unterlagen als ZIP") == packed
    journal = call("status", "--journal", *workspace.where).out
    assert "Frida Beispiel" in journal and "Freya Beispiel" in journal, journal
    assert "frida" in journal and "freya" in journal, journal  # the accounts, beside the names

    inputs, outputs = county(tmp_path / "kommandozeile")
    shutil.copytree(workspace.inputs / "mittelsachsen/returns" / MONTH, inputs / "mittelsachsen/returns" / MONTH)
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("settle", MONTH, "--by", "Frida Beispiel", "--direct", *where).code == 0
    ledger = SqliteLedger(workspace.outputs / "mittelsachsen/ledger.db")
    approved_on = read_run(ledger, MONTH).document_date  # the day in the browser, whatever day it is by now
    assert call("approve", MONTH, "--by", "Freya Beispiel", "--date", approved_on, *where).code == 0
    settled = outputs / "mittelsachsen" / MONTH
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert {
        path.relative_to(settled).as_posix(): path.read_bytes() for path in settled.rglob("*") if path.is_file()
    } == {name: archive.read(name) for name in archive.namelist()}

    page = signed_in(browser, workspace.address, "paul")
    expect(page.get_by_role("heading", level=1)).to_have_text("Übersicht")
    expect(page.get_by_role("row", name="Dezember 2024")).to_contain_text("210,10 €")  # docs/rules and README's sample
