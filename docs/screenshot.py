"""Takes the picture of the workspace that the README shows: `python -m docs.screenshot`, after `make demo`, with Chromium.

It opens the demo's outputs with an account of its own in a copy, so that nothing of the demo changes.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.web.workplace import CHROMIUM, people_in, serve, signed_in

PICTURE = Path(__file__).with_name("arbeitsplatz.png")
WIDTH, HEIGHT = 1120, 700


def main() -> None:
    """The account of a municipality of Kreis Düren, as the office sees it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        outputs = Path(folder) / "outputs"
        shutil.copytree("outputs", outputs, ignore=shutil.ignore_patterns("accounts.db*"))
        people_in(outputs)
        served = serve(Path("inputs"), outputs)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = signed_in(browser, served.address, "eva")
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.goto(f"{served.address}/dueren/kommunen/05358036")
        page.screenshot(path=PICTURE)
        browser.close()
        served.stop()


if __name__ == "__main__":
    main()
