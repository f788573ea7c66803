"""The server that runs for real: many uploads at once, and a kill in the middle of a draft and of an approval. No browser is needed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
import pytest

from flows.web.jobs import FOLDER
from tests.command import call
from tests.web.http import county
from tests.web.person import Person, let_go
from tests.web.workplace import Served, people_in, serve

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))
UPLOADS = 200


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    inputs, outputs = county(tmp_path)
    people_in(outputs)
    yield inputs, outputs
    let_go()


def begun(outputs: Path) -> bool:
    """Whether work of the month goes on."""
    kept = outputs / FOLDER / f"mittelsachsen-{MONTH}.json"
    return kept.is_file() and json.loads(kept.read_bytes())["state"] == "running"


def making(outputs: Path) -> bool:
    """Whether documents are being made: the transaction is open."""
    return any((outputs / "mittelsachsen").glob("*.neu"))


def killed(
    served: Served, outputs: Path, person: Person, path: str, moment: Callable[[Path], bool], **fields: str
) -> None:
    """Kill the server at this moment of the work that a form begins, or as the form is answered: short work has no middle."""

    def send() -> None:
        with suppress(httpx.TransportError):
            person.submit(path, **fields)

    for kept in outputs.glob(f"{FOLDER}/*"):
        kept.unlink()  # of the last time
    sending = threading.Thread(target=send)
    sending.start()
    while sending.is_alive() and not moment(outputs):
        time.sleep(0.005)
    served.stop(kill=True)
    sending.join()


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
    for moment in (begun, making):
        served = serve(inputs, outputs)
        killed(served, outputs, Person(served.address, "eva"), f"{PAGE}/entwurf", moment)
    served = serve(inputs, outputs)
    eva = Person(served.address, "eva")
    assert eva.state(PAGE) in ("nicht abgerechnet", "Entwurf")
    assert len(list(returns.glob("*.xlsx"))) == len(RETURNS)
    assert "wurde unterbrochen" in eva.client.get(PAGE).text or eva.state(PAGE) == "Entwurf"
    eva.submit(f"{PAGE}/entwurf")
    Person(served.address, "eva").awaits(PAGE)
    assert eva.state(PAGE) == "Entwurf"
    served.stop()

    for moment in (begun, making):
        served = serve(inputs, outputs)
        frida = Person(served.address, "frida")
        if frida.state(PAGE) == "freigegeben":
            served.stop()
            break
        killed(served, outputs, frida, f"{PAGE}/freigabe", moment, entwurf=frida.digest(PAGE))
    served = serve(inputs, outputs)
    frida = Person(served.address, "frida")
    if frida.state(PAGE) == "Entwurf":
        assert frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest(PAGE)).status_code == 303
        Person(served.address, "eva").awaits(PAGE)
    assert frida.state(PAGE) == "freigegeben"
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
