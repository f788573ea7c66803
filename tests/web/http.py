"""The workspace without a browser: people signed in over HTTP, in this process."""

import io
import re
import shutil
from pathlib import Path

import openpyxl
from starlette.testclient import TestClient

from flows import people
from flows.web.app import create_app
from flows.web.setup import Setup
from schemas.accounts import Account, Role

PASSWORD = "ein langes Passwort"
_ACCOUNTS = (
    Account("eva", "Eva Beispiel", Role.CLERK),
    Account("frida", "Frida Beispiel", Role.APPROVER),
    Account("toni", "Toni Beispiel", Role.MUNICIPALITY, "14522180"),
    Account("bea", "Bea Beispiel", Role.BOARD),
    Account("paul", "Paul Beispiel", Role.AUDITOR),
    Account("vera", "Vera Beispiel", Role.ADMINISTRATOR),
)
PEOPLE = {account.login: account for account in _ACCOUNTS}
_TOKEN = re.compile(r'name="formular" value="([^"]+)"')


def county(folder: Path, programme: str = "mittelsachsen") -> tuple[Path, Path]:
    """A shipped programme without a return: inputs and outputs."""
    inputs, outputs = folder / "inputs", folder / "outputs"
    shutil.copytree("inputs/law", inputs / "law")
    (inputs / programme).mkdir()
    shutil.copy(f"inputs/{programme}/programme.toml", inputs / programme)
    outputs.mkdir()
    return inputs, outputs


class Office:
    """A workspace and the people of PEOPLE, one of each role."""

    def __init__(self, inputs: Path, outputs: Path) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.accounts = people.accounts_of(outputs)
        self.app = create_app(Setup(inputs, outputs, self.accounts))

    def visitor(self, login: str) -> "Visitor":
        """Somebody who has just signed in; their account is made for it, for passwords take long to hash."""
        if login not in {account.login for account in people.listed(self.accounts)}:
            people.add(self.accounts, PEOPLE[login], PASSWORD)
        return Visitor(self, login)


class Visitor(TestClient):
    """Somebody who is signed in; `submit` fills in the token that the page's forms carry."""

    __test__ = False

    def __init__(self, office: Office, login: str) -> None:
        super().__init__(office.app, base_url="http://localhost", follow_redirects=False)
        assert self.post("/anmelden", data={"login": login, "password": PASSWORD}).status_code == 303

    @property
    def token(self) -> str:
        """What every form of this session carries."""
        found = _TOKEN.search(self.get("/").text)
        assert found is not None
        return found[1]

    def submit(self, path: str, files: list[tuple[str, bytes]] | None = None, **fields: str):  # type: ignore[no-untyped-def]
        """A form of a page, with files of the field `dateien`."""
        chosen = [("dateien", file) for file in files] if files else None
        return self.post(path, data={"formular": self.token, **fields}, files=chosen)


def faulty(path: Path) -> tuple[bytes, str]:
    """The return with words where the hours of its first position belong, and the cell."""
    book = openpyxl.load_workbook(path)
    sheet = book["Arbeitsgelegenheiten"]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Stunden")
    cell = sheet.cell(head.row + 1, head.column, "viele")
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue(), cell.coordinate
