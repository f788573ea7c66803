"""Takes the picture of the workspace that the README shows: `python -m docs.screenshot`, with Chromium.

Everything in it is made for it, from the shipped returns, in a folder of its own.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.command import call
from tests.web.http import county, faulty
from tests.web.workplace import CHROMIUM, people_in, serve, signed_in

PICTURE = Path(__file__).with_name("arbeitsplatz.png")
WIDTH, HEIGHT = 1120, 830
MONTH = "2024-12"
RETURNS = ("Brand-Erbisdorf", "Doebeln", "Floeha", "Freiberg", "Mittweida", "Penig")


def main() -> None:
    """A drafted month as whoever approves it sees it: one return is held back, with its cell."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        inputs, outputs = county(Path(folder))
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
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--lang=de"]
        )
        page = signed_in(browser, served.address, "frida")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.goto(f"{served.address}/mittelsachsen/{MONTH}")
        page.screenshot(path=PICTURE)
        browser.close()
        served.stop()


if __name__ == "__main__":
    main()
