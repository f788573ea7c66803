"""Every page for every role: title, one heading, language, and nothing that axe-core finds; the whole month by keyboard alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.command import call
from tests.web.http import faulty
from tests.web.settled import Settled
from tests.web.workplace import PASSWORD, PEOPLE, Workspace, new_page, serve, signed_in, stands

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
FIRST, MONTH = "2024-12", "2025-01"
RETURNS = Path("inputs/mittelsachsen/returns")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_RUN = "standards => axe.run(document, { runOnly: standards })"
_OWN = re.compile(r'value="[^"]{20,}"|[A-Z][a-z]+ Beispiel')  # token and name of whoever is signed in
MOST_PAGES = 40  # for one role; alike ones are looked at once


@pytest.fixture(scope="module")
def workspace(approved: Settled, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Workspace]:
    """A county with an approved month, a report, and a month whose returns have come in, one of them faulty."""
    found = approved.copy(tmp_path_factory.mktemp("barrierefrei"))
    assert call("report", "--as-of", "31.12.2024", "--direct", *found.where).code == 0
    inputs, outputs = found.inputs, found.outputs
    folder = inputs / "mittelsachsen/returns" / MONTH
    folder.mkdir()
    files = sorted((RETURNS / MONTH).glob("*.xlsx"))
    (folder / files[0].name).write_bytes(faulty(files[0])[0])
    (folder / files[1].name).write_bytes(files[1].read_bytes())
    served = serve(inputs, outputs)
    yield Workspace(inputs, outputs, served.address)
    served.stop()


def alike(path: str) -> str:
    """What pages of one kind have in common: the path without municipalities, cases, months and days."""
    kind = re.sub(r"\d{8}", "AGS", urlsplit(path).path)
    return re.sub(r"/faelle/.*", "/faelle/FALL", kind)


CLEAN: set[str] = set()  # pages in which nothing was found, at a width; others see the very same ones


def problems(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    width, content = page.viewport_size, page.content()
    shown = f"{width} {_OWN.sub('', content)}"
    if shown in CLEAN:
        return []
    found = _problems(page)
    if not found:
        CLEAN.add(shown)
    return found


def _problems(page: Page) -> list[str]:
    found = []
    if page.locator("html").get_attribute("lang") != "de":
        found.append("language")
    if not page.title().strip() or page.get_by_role("heading", level=1).count() != 1:
        found.append(f"title {page.title()!r}, {page.get_by_role('heading', level=1).count()} h1")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append("wider than the window")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for violation in page.evaluate(_RUN, STANDARDS)["violations"]:
        found.append(f"{violation['id']}: {violation['nodes'][0]['html'][:200]}")
    return found


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm ci in tests/web)")
@pytest.mark.parametrize("login", [login for login in PEOPLE if login != "freya"])
def test_no_page_of_a_role_hinders_anybody(workspace: Workspace, browser: Browser, login: str) -> None:
    """All pages that links lead to, each kind once, and the page of what is not there."""
    page = signed_in(browser, workspace.address, login)
    todo, seen, wrong = ["/", "/gibt-es-nicht"], set[str](), {}
    while todo and len(seen) < MOST_PAGES:
        path = todo.pop(0)
        if alike(path) in seen:
            continue
        seen.add(alike(path))
        page.goto(workspace.address + path)
        if said := problems(page):
            wrong[path] = said
        links = page.locator("main a[href^='/']:not([download]), nav a[href^='/']")
        todo += links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    page.context.close()
    assert wrong == {}
    assert len(seen) > 1


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm ci in tests/web)")
@pytest.mark.parametrize("width", [390, 640])  # a telephone; 1,280 pixels at 200 %
def test_narrow_and_enlarged_pages_hinder_nobody(workspace: Workspace, browser: Browser, width: int) -> None:
    page = signed_in(browser, workspace.address, "frida")
    page.set_viewport_size({"width": width, "height": 800})
    wrong = {}
    for path in ("/", f"/mittelsachsen/{FIRST}", f"/mittelsachsen/{MONTH}", "/mittelsachsen/berichte/2024-12-31", f"/mittelsachsen/{FIRST}/versand"):  # fmt: skip
        page.goto(workspace.address + path)
        if said := problems(page):
            wrong[path] = said
    page.context.close()
    assert wrong == {}


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus; it must be seen there."""
    for _ in range(400):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return [e.ariaLabel, e.labels?.[0]?.textContent, e.textContent].map(t => (t || '').trim().replace(/\\s+/g, ' ')) }"
        )
        if any(text == name or text.startswith(name) for text in focused if text):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"no Tab leads to {name}")


def by_keyboard(browser: Browser, address: str, login: str) -> Page:
    """Somebody who signs in without a mouse."""
    page = new_page(browser)
    page.goto(address)
    for label, text in (("Anmeldename", login), ("Passwort", PASSWORD)):
        tab_to(page, label)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Übersicht")
    return page


def test_the_whole_month_by_keyboard_alone(workspace: Workspace, browser: Browser) -> None:
    eva = by_keyboard(browser, workspace.address, "eva")
    tab_to(eva, "Weiter mit Januar 2025")
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("heading", level=1)).to_have_text("Januar 2025")
    files = sorted((RETURNS / MONTH).glob("*.xlsx"))
    tab_to(eva, f"{files[0].name} herausnehmen")
    eva.keyboard.press("Enter")
    expect(eva.get_by_role("status").filter(has_text="herausgenommen")).to_be_visible()
    tab_to(eva, "Meldungen hinzufügen")  # what the system's own dialog chooses is put into the field
    eva.get_by_label("Meldungen hinzufügen").set_input_files(files)
    tab_to(eva, "Hinzufügen")
    eva.keyboard.press("Enter")
    expect(eva.get_by_text("wird übernommen")).to_have_count(2 * len(files))  # of files and of municipalities
    tab_to(eva, "Entwurf rechnen")
    eva.keyboard.press("Enter")
    stands(eva, "Entwurf")

    frida = by_keyboard(browser, workspace.address, "frida")
    tab_to(frida, "Weiter mit Januar 2025")
    frida.keyboard.press("Enter")
    expect(frida.get_by_role("heading", level=1)).to_have_text("Januar 2025")
    tab_to(frida, "Freigeben")
    frida.keyboard.press("Enter")
    expect(frida.get_by_role("heading", level=1)).to_have_text("Januar 2025 freigeben")
    tab_to(frida, "Freigabe bestätigen")
    frida.keyboard.press("Enter")
    stands(frida, "freigegeben")
    tab_to(frida, "Alle Unterlagen als ZIP")
    with frida.expect_download() as downloading:
        frida.keyboard.press("Enter")
    assert downloading.value.suggested_filename == f"mittelsachsen-{MONTH}.zip"
    eva.context.close()
    frida.context.close()
