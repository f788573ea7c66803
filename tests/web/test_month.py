"""A month in the browser, by two people: returns in, a draft, a refusal, the approval, the documents."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.views.month import read_run
from tests.command import call
from tests.web.http import county, faulty
from tests.web.workplace import Workspace, people_in, serve, signed_in

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
    expect(page.get_by_role("status").filter(has_text="Stand")).to_contain_text("Entwurf")
    expect(page.locator("#arbeit progress")).to_have_count(0)


def test_two_people_settle_a_month_and_it_is_the_same_as_by_command(
    workspace: Workspace, browser: Browser, tmp_path: Path
) -> None:
    files = sorted(RETURNS.glob("*.xlsx"))
    spoilt, cell = faulty(files[0])
    eva = signed_in(browser, workspace.address, "eva")
    eva.goto(f"{workspace.address}/mittelsachsen/{MONTH}")
    expect(eva.get_by_role("heading", level=1)).to_have_text("Dezember 2024")
    expect(eva.get_by_role("status").filter(has_text="Stand")).to_contain_text("nicht abgerechnet")
    (tmp_path / files[0].name).write_bytes(spoilt)
    eva.get_by_label("Meldungen hinzufügen").set_input_files([tmp_path / files[0].name, *files[1:]])
    eva.get_by_role("button", name="Hinzufügen", exact=True).click()
    expect(eva.get_by_text("angenommen")).to_have_count(15)
    drafted(eva)
    expect(eva.get_by_role("row", name=files[0].name)).to_contain_text("zurückgestellt")
    expect(eva.get_by_role("row", name=f"Arbeitsgelegenheiten {cell}")).to_contain_text("viele")

    eva.get_by_label("Meldungen hinzufügen").set_input_files(files[0])
    eva.get_by_role("button", name="Hinzufügen", exact=True).click()
    eva.get_by_role("button", name=f"{files[0].name} herausnehmen", exact=True).click()
    drafted(eva)
    expect(eva.get_by_role("link", name="Freigeben")).to_have_count(0)  # her role may not

    frida = signed_in(browser, workspace.address, "frida")
    frida.goto(f"{workspace.address}/mittelsachsen/{MONTH}")
    frida.get_by_role("link", name="Freigeben").click()
    frida.get_by_role("button", name="Freigabe bestätigen").click()
    expect(frida.get_by_role("status").filter(has_text="Stand")).to_contain_text("freigegeben")
    with frida.expect_download() as downloading:
        frida.get_by_role("link", name="Alle Unterlagen als ZIP").click()
    packed = zipfile.ZipFile(downloading.value.path())

    inputs, outputs = county(tmp_path / "kommandozeile")
    shutil.copytree(RETURNS, inputs / "mittelsachsen/returns" / MONTH)
    shutil.move(inputs / "mittelsachsen/returns" / MONTH / files[0].name, inputs / "mittelsachsen/returns" / MONTH / f"{files[0].stem} (2).xlsx")  # fmt: skip
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("settle", MONTH, "--by", "Eva Beispiel", "--direct", *where).code == 0
    ledger = SqliteLedger(workspace.outputs / "mittelsachsen/ledger.db")
    approved_on = read_run(ledger, MONTH).document_date  # the day in the browser, whatever day it is by now
    assert call("approve", MONTH, "--by", "Frida Beispiel", "--date", approved_on, *where).code == 0
    settled = outputs / "mittelsachsen" / MONTH
    assert {
        path.relative_to(settled).as_posix(): path.read_bytes() for path in settled.rglob("*") if path.is_file()
    } == {name: packed.read(name) for name in packed.namelist()}

    page = signed_in(browser, workspace.address, "paul")
    expect(page.get_by_role("heading", level=1)).to_have_text("Übersicht")
    expect(page.get_by_role("row", name="Dezember 2024")).to_contain_text("210,10 €")  # docs/rules and README's sample
