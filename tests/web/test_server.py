"""The server that runs for real: many uploads at once, and a kill in the middle of a draft and of an approval. No browser is needed."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.command import call
from tests.web.http import county
from tests.web.workplace import PASSWORD, Served, people_in, serve

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))
UPLOADS = 200
MOMENTS = (0.0, 0.2, 0.6)  # seconds into the work at which the server dies


CLIENTS: list[httpx.Client] = []  # to be closed at the end


class Person:
    """Somebody who works with the server."""

    def __init__(self, address: str, login: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=300)
        CLIENTS.append(self.client)
        self.client.post("/anmelden", data={"login": login, "password": PASSWORD})
        found = re.search(r'name="formular" value="([^"]+)"', self.client.get("/").text)
        assert found is not None
        self.token = found[1]

    def submit(self, path: str, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
        """A form of a page."""
        return self.client.post(
            path, data={"formular": self.token, **fields}, files={"dateien": file} if file else None
        )

    def state(self) -> str:
        """How the month stands."""
        found = re.search(r'role="status">Stand: .*?<span[^>]*>([^<]+)</span>', self.client.get(PAGE).text, re.DOTALL)
        assert found is not None
        return found[1].strip()

    def digest(self) -> str:
        """The draft that is looked at."""
        found = re.search(r'name="entwurf" value="([^"]+)"', self.client.get(f"{PAGE}/freigabe").text)
        return found[1] if found else ""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    inputs, outputs = county(tmp_path)
    people_in(outputs)
    yield inputs, outputs
    while CLIENTS:
        CLIENTS.pop().close()


def settled(served: Served) -> None:
    """Wait until no work goes on."""
    eva = Person(served.address, "eva")
    for _ in range(600):
        if "hx-get" not in eva.client.get(PAGE).text:
            return
        time.sleep(0.2)
    raise AssertionError("the draft never ended")


def test_two_hundred_uploads_at_once_are_all_kept(office: tuple[Path, Path]) -> None:
    """All under one name: none may take another's place."""
    inputs, outputs = office
    served = serve(inputs, outputs)
    try:
        eva = Person(served.address, "eva")
        sent = [f"Meldung {number}".encode() for number in range(UPLOADS)]
        with ThreadPoolExecutor(UPLOADS) as many:
            answers = list(many.map(lambda content: eva.submit(f"{PAGE}/meldungen", ("Meldung.xlsx", content)), sent))
        assert {answer.status_code for answer in answers} == {200}
        assert all("angenommen" in answer.text for answer in answers)
    finally:
        served.stop()
    kept = [path.read_bytes() for path in (inputs / "mittelsachsen/returns" / MONTH).iterdir()]
    assert sorted(kept) == sorted(sent)


def test_killed_in_a_draft_and_in_an_approval_nothing_is_lost_or_done_twice(office: tuple[Path, Path]) -> None:
    inputs, outputs = office
    returns = inputs / "mittelsachsen/returns" / MONTH
    returns.mkdir(parents=True)
    for path in RETURNS:
        (returns / path.name).write_bytes(path.read_bytes())
    for moment in MOMENTS:
        served = serve(inputs, outputs)
        Person(served.address, "eva").submit(f"{PAGE}/entwurf")
        time.sleep(moment)
        served.stop(kill=True)
    served = serve(inputs, outputs)
    eva = Person(served.address, "eva")
    assert eva.state() in ("nicht abgerechnet", "Entwurf")
    assert len(list(returns.glob("*.xlsx"))) == len(RETURNS)
    assert "wurde unterbrochen" in eva.client.get(PAGE).text or eva.state() == "Entwurf"
    eva.submit(f"{PAGE}/entwurf")
    settled(served)
    assert eva.state() == "Entwurf"
    served.stop()

    for moment in MOMENTS:
        served = serve(inputs, outputs)
        frida = Person(served.address, "frida")
        if frida.state() == "freigegeben":
            served.stop()
            break
        approval = threading.Thread(target=_approve, args=(frida,))
        approval.start()
        time.sleep(moment)
        served.stop(kill=True)
        approval.join()
    served = serve(inputs, outputs)
    frida = Person(served.address, "frida")
    if frida.state() == "Entwurf":
        assert frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest()).status_code in (200, 303)
    assert frida.state() == "freigegeben"
    again = frida.submit(f"{PAGE}/freigabe", entwurf="irgendeiner")
    assert (again.status_code, again.text.count('role="alert"')) == (409, 1)
    served.stop()
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("verify", *where).code == 0
    clean = outputs.parent / "ungestoert"
    for command in (("settle", MONTH, "--by", "Eva Beispiel", "--direct"), ("approve", MONTH, "--by", "Frida Beispiel")):  # fmt: skip
        assert call(*command, "--inputs", inputs, "--outputs", clean).code == 0
    month = outputs / "mittelsachsen" / MONTH
    assert {path.relative_to(month): path.read_bytes() for path in month.rglob("*") if path.is_file()} == {
        path.relative_to(clean / "mittelsachsen" / MONTH): path.read_bytes()
        for path in (clean / "mittelsachsen" / MONTH).rglob("*")
        if path.is_file()
    }


def _approve(person: Person) -> None:
    """Approve what stands there; the server may die over it."""
    with suppress(httpx.TransportError):
        person.submit(f"{PAGE}/freigabe", entwurf=person.digest())
