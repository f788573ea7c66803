"""A workspace with a settled past, and people who are signed in there over HTTP without typing a password."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from flows import people
from flows.web.app import create_app
from flows.web.security import COOKIE, FORM_TOKEN, now
from flows.web.setup import Setup
from tests.command import PATIENCE, call
from tests.web.http import county
from tests.web.workplace import PEOPLE, people_in

File = tuple[str, bytes]  # name, content


@dataclass(frozen=True)
class Settled:
    """Where it lies."""

    inputs: Path
    outputs: Path

    @property
    def where(self) -> tuple[str, ...]:
        """The options by which commands find it."""
        return "--inputs", str(self.inputs), "--outputs", str(self.outputs)

    def copy(self, folder: Path) -> "Settled":
        """A copy that a test may change."""
        for name in ("inputs", "outputs"):
            shutil.copytree(getattr(self, name), folder / name)
        return Settled(folder / "inputs", folder / "outputs")


@pytest.fixture(scope="session")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """Mittelsachsen with an approved December and one account for each role; whoever changes it, copies it."""
    found = Settled(*county(tmp_path_factory.mktemp("freigegeben")))
    shutil.copytree("inputs/mittelsachsen/returns/2024-12", found.inputs / "mittelsachsen/returns/2024-12")
    people_in(found.outputs)
    assert call("settle", "2024-12", "--by", "Eva Beispiel", "--direct", *found.where).code == 0
    by = ("--by", "Frida Beispiel", "--date", "2025-01-15", "--direct")
    assert call("approve", "2024-12", *by, *found.where).code == 0
    return found


@pytest.fixture(scope="session")
def settled(approved: Settled, tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """The same with a drafted January beside it; whoever changes it, copies it."""
    found = approved.copy(tmp_path_factory.mktemp("entworfen"))
    shutil.copytree("inputs/mittelsachsen/returns/2025-01", found.inputs / "mittelsachsen/returns/2025-01")
    assert call("settle", "2025-01", "--by", "Eva Beispiel", "--direct", *found.where).code == 0
    return found


def workspace_of(found: Settled) -> FastAPI:
    """The workspace over it, in this process."""
    return create_app(Setup(found.inputs, found.outputs, people.accounts_of(found.outputs)))


def work_ended(app: FastAPI, month: str) -> None:
    """Wait until the work of a month has ended."""
    assert app.state.jobs.wait("mittelsachsen", month, PATIENCE)


class Caller:
    """Somebody who is signed in; without a login, somebody who is not."""

    def __init__(self, app: FastAPI, login: str | None) -> None:
        accounts = app.state.setup.accounts
        cookies, self.form_token = {}, "keines"
        if login is not None:
            token = people.begin(accounts, login=login, name=PEOPLE[login][0], now=now())
            session = people.session(accounts, token, now())
            assert session is not None
            cookies, self.form_token = {COOKIE: token}, session.form_token
        self._client = TestClient(app, base_url="http://localhost", follow_redirects=False, cookies=cookies)

    def get(self, path: str) -> Response:
        """A page."""
        return self._client.get(path)

    def post(self, path: str, file: File | None = None, **fields: str) -> Response:
        """A form of ours, sent."""
        chosen = [("dateien", file)] if file else None
        return self._client.post(path, data={FORM_TOKEN: self.form_token, **fields}, files=chosen)
