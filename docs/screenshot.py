"""Takes the pictures of the workspace in README and handbook: `python -m docs.screenshot`, with Chromium.

Everything in them is made for it, from the shipped returns, in a folder of its own.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.command import call
from tests.golden.office import Office
from tests.web.http import county, faulty
from tests.web.workplace import CHROMIUM, people_in, serve, signed_in

PICTURE = Path(__file__).with_name("arbeitsplatz.png")
HANDBOOK = Path(__file__).with_name("handbuch") / "bilder"
WIDTH, HEIGHT = 1120, 830
MONTH = "2024-12"
RETURNS = ("Brand-Erbisdorf", "Doebeln", "Floeha", "Freiberg", "Mittweida", "Penig")
TOWNS = {"05358036": "Linnich", "05358040": "Merzenich", "05358052": "Noervenich"}


def main() -> None:
    """Each picture from the smallest county that shows what it is about."""
    HANDBOOK.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--lang=de"],
        )
        with tempfile.TemporaryDirectory() as folder:
            _work_opportunities(browser, Path(folder))
        with tempfile.TemporaryDirectory() as folder:
            _placements(browser, Path(folder))
        browser.close()


def _take(browser: Browser, address: str, login: str, path: str, picture: Path, at: str = "") -> None:
    """A page as somebody sees it, from the top or from where a text stands."""
    page = signed_in(browser, address, login)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(f"{address}{path}")
    if at:
        page.get_by_text(at).first.evaluate("place => place.scrollIntoView()")
    page.screenshot(path=picture)
    page.context.close()


def _work_opportunities(browser: Browser, folder: Path) -> None:
    """A drafted month as whoever approves it sees it: one return is held back, with its cell. Then, approved, a municipality's."""
    inputs, outputs = county(folder)
    received = inputs / "mittelsachsen/returns" / MONTH
    received.mkdir(parents=True)
    for town in RETURNS:
        path = Path("inputs/mittelsachsen/returns", MONTH, f"{town}_{MONTH}.xlsx")
        content = faulty(path)[0] if town == RETURNS[1] else path.read_bytes()
        (received / path.name).write_bytes(content)
    people_in(outputs)
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("settle", MONTH, "--by", "Eva Beispiel", "--direct", *where).code == 1  # some are held back
    served = serve(inputs, outputs)
    month = f"/mittelsachsen/{MONTH}"
    _take(browser, served.address, "frida", month, PICTURE)
    _take(browser, served.address, "eva", month, HANDBOOK / "monat.png", "Eingegangene Dateien")
    approved = call("approve", MONTH, "--by", "Frida Beispiel", "--date", "15.01.2025", "--direct", *where)
    assert approved.code <= 1, approved
    _take(browser, served.address, "toni", "/", HANDBOOK / "meine-kommune.png")
    served.stop()


def _placements(browser: Browser, folder: Path) -> None:
    """How a premium is derived, and a report, of some towns of Kreis Düren."""
    office = Office.opened(folder, "dueren", TOWNS)
    for month in ("2015-11", "2015-12", "2016-01", "2016-02", "2016-03"):
        office.settle(month)
        office.approve(month, "2016-04-15")
    office.done("report", "2016-Q1", "--direct")
    people_in(folder / "outputs")
    served = serve(folder / "inputs", folder / "outputs")
    case = "/dueren/faelle/LIN-201?monat=2016-03&ags=05358036"
    _take(browser, served.address, "paul", case, HANDBOOK / "herleitung.png", "Einkommen und Freibetrag")
    _take(browser, served.address, "bea", "/dueren/berichte/2016-Q1", HANDBOOK / "bericht.png")
    served.stop()


if __name__ == "__main__":
    main()
