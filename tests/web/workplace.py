"""A workspace that runs for real, and people who use it in a browser."""

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from atexit import register
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.command import EXECUTABLE, PATIENCE, call

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "ein langes Passwort"
expect.set_options(timeout=1000 * PATIENCE)
# login → name, role, AGS
PEOPLE = {
    "eva": ("Eva Beispiel", "sachbearbeitung", None),
    "frida": ("Frida Beispiel", "freigabe", None),
    "freya": ("Freya Beispiel", "freigabe", None),
    "toni": ("Toni Beispiel", "kommune", "14522180"),
    "bea": ("Bea Beispiel", "projektbeirat", None),
    "paul": ("Paul Beispiel", "pruefung", None),
    "vera": ("Vera Beispiel", "verwaltung", None),
}


@dataclass(frozen=True)
class Workspace:
    """Where a workspace lies and where it answers."""

    inputs: Path
    outputs: Path
    address: str

    @property
    def where(self) -> tuple[str, ...]:
        """The options by which commands find it."""
        return "--inputs", str(self.inputs), "--outputs", str(self.outputs)


def people_in(outputs: Path) -> None:
    """One account for each role, and a second approver."""
    shutil.copy(_accounts(), outputs)


@cache
def _accounts() -> Path:
    """The database of these accounts, made once: passwords take long to hash."""
    outputs = Path(mkdtemp(prefix="konten-"))
    register(shutil.rmtree, outputs, ignore_errors=True)
    for login, (name, role, ags) in PEOPLE.items():
        of = ("--ags", ags) if ags else ()
        answer = call("user", "add", login, "--name", name, "--role", role, *of, "--password-stdin", "--outputs", str(outputs), stdin=f"{PASSWORD}\n")  # fmt: skip
        assert answer.code == 0, answer
    kept = outputs / "accounts.db"
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is copied is whole
    return kept


class Served:
    """A server process, and what it says: kept in files, so that whoever waits for a word of it need not wait for ever."""

    def __init__(self, command: list[str | Path], environment: dict[str, str] | None) -> None:
        self._said = Path(mkdtemp(prefix="arbeitsplatz-"))
        with (self._said / "out").open("wb") as out, (self._said / "err").open("wb") as err:
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=environment)
        self.address = self.says(r"geöffnet: (http://\S+) \(")[1]

    def says(self, words: str) -> re.Match[str]:
        """These words, once it says them; a server that ends before, or never does, ends with what it says instead."""
        until = time.monotonic() + PATIENCE
        while True:
            is_late = self.process.poll() is not None or time.monotonic() > until
            if found := re.search(words, (self._said / "out").read_text(encoding="utf-8")):
                return found
            if is_late:
                said = "".join(path.read_text(encoding="utf-8") for path in sorted(self._said.iterdir()))
                self.stop(kill=True)
                raise AssertionError(f"the server does not say {words!r}, but: {said}")
            time.sleep(0.05)

    def stop(self, kill: bool = False) -> None:
        """End it, kindly or not."""
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait(PATIENCE)
        if self._said.exists():
            sys.stderr.write((self._said / "err").read_text(encoding="utf-8"))  # shown with a test that fails
            shutil.rmtree(self._said)


def serve(
    inputs: Path,
    outputs: Path,
    *options: str,
    environment: dict[str, str] | None = None,
    direct: bool = True,
    program: tuple[str | Path, ...] = (EXECUTABLE,),
) -> Served:
    """Start the workspace at a port of its own and wait until it says that it answers; unless `direct`, with Prefect beside."""
    command = [*program, "serve", "--port", "0", "--inputs", str(inputs), "--outputs", str(outputs)]
    command += ["--direct"] if direct else []
    return Served([*command, *options], environment)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield found
        found.close()


def new_page(browser: Browser) -> Page:
    """A page in a context of its own, which waits as long as all tests do."""
    context = browser.new_context(accept_downloads=True, locale="de-DE")
    context.set_default_timeout(1000 * PATIENCE)
    return context.new_page()


def signed_in(browser: Browser, address: str, login: str) -> Page:
    """A page of somebody who has just signed in."""
    page = new_page(browser)
    page.goto(address)
    page.get_by_label("Anmeldename").fill(login)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    return page


def at_rest(page: Page) -> None:
    """Wait until no work goes on that the page tells of: it loads itself anew when work ends, whatever its reader does."""
    expect(page.locator("#arbeit:not([hx-get])")).to_be_attached()
    page.wait_for_load_state()


def stands(page: Page, state: str) -> None:
    """Wait until the month stands so, and the work that brought it there has ended: a run is kept before its work ends."""
    expect(page.get_by_role("status").filter(has_text="Stand")).to_contain_text(state)
    at_rest(page)
