"""The server that runs for real: many uploads at once, and a kill in the middle of a draft and of an approval. No browser is needed."""

import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.views.month import read_run
from tests.command import PATIENCE, call
from tests.web.http import county
from tests.web.person import Person, let_go
from tests.web.workplace import people_in, serve

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))
UPLOADS = 200
# The command, which says by a file that it is about to call this function of a settlement, and waits there until it is killed.
HELD = """
import sys, threading
from pathlib import Path
from flows import settle
from flows.cli import main
step, reached = sys.argv[1:3]
def held(*_, **__):
    Path(reached).touch()
    threading.Event().wait()
assert callable(getattr(settle, step))
setattr(settle, step, held)
sys.argv = ["placement-premium", *sys.argv[3:]]
main()
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    inputs, outputs = county(tmp_path)
    people_in(outputs)
    yield inputs, outputs
    let_go()


def killed(office: tuple[Path, Path], login: str, form: str, step: str) -> tuple[str, str]:
    """Kill the server in the work that this form begins, where it is about to call this function: it waits there.

    How the month stood before, and what its page told of work that was killed then.
    """
    reached = office[1].parent / f"{form}-{step}"
    served = serve(*office, program=(sys.executable, "-c", HELD, step, reached))
    try:
        person = Person(served.address, login)
        before = person.state(PAGE), told(person)
        answer = person.submit(f"{PAGE}/{form}", entwurf=person.digest(PAGE) if form == "freigabe" else "")
        assert answer.status_code == 303, answer.text
        until = time.monotonic() + PATIENCE
        while not reached.exists():
            assert time.monotonic() < until, f"the work never came to {step}"
            time.sleep(0.05)
    finally:
        served.stop(kill=True)
    return before


def told(person: Person) -> str:
    """What the month's page tells of interrupted work."""
    found = re.search(r"<p>([^<]+ wurde unterbrochen\. [^<]+)</p>", person.client.get(PAGE).text)
    return found[1] if found else ""


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
    # Each server tells what the kill of the one before left: nothing is begun, documents are made in an open transaction,
    # the run is kept and its documents are not yet in their place.
    nothing = "Entwurf rechnen wurde unterbrochen. Gespeichert ist davon nichts; bitte noch einmal starten."
    assert [killed(office, "eva", "entwurf", step) for step in ("settle_month", "invoices", "put_in_place")] == [
        ("nicht abgerechnet", ""),
        ("nicht abgerechnet", nothing),
        ("nicht abgerechnet", nothing),
    ]
    assert len(list(returns.glob("*.xlsx"))) == len(RETURNS)
    assert [killed(office, "frida", "freigabe", step) for step in ("approve", "invoices", "put_in_place")] == [
        ("Entwurf", "Entwurf rechnen wurde unterbrochen. Es gilt der Entwurf, der hier steht; fehlt etwas darin, bitte noch einmal rechnen."),
        ("Entwurf", "Freigabe wurde unterbrochen. Gebucht ist nichts; bitte noch einmal freigeben."),
        ("Entwurf", "Freigabe wurde unterbrochen. Gebucht ist nichts; bitte noch einmal freigeben."),
    ]  # fmt: skip
    served = serve(inputs, outputs)
    frida = Person(served.address, "frida")
    assert (frida.state(PAGE), told(frida)) == (
        "freigegeben",
        "Freigabe wurde unterbrochen. Gebucht war schon: Der Monat ist freigegeben, noch einmal freizugeben ist nichts.",
    )
    again = frida.submit(f"{PAGE}/freigabe", entwurf="irgendeiner")
    assert (again.status_code, again.text.count('role="alert"')) == (409, 1)
    served.stop()
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("verify", *where).code == 0
    clean = outputs.parent / "ungestoert"
    approved_on = read_run(SqliteLedger(outputs / "mittelsachsen/ledger.db"), MONTH).document_date
    settle = ("settle", MONTH, "--by", "Eva Beispiel", "--direct")
    approve = ("approve", MONTH, "--by", "Frida Beispiel", "--date", approved_on)  # whatever day it is by now
    for command in (settle, approve):
        assert call(*command, "--inputs", inputs, "--outputs", clean).code == 0
    month = outputs / "mittelsachsen" / MONTH
    assert {path.relative_to(month): path.read_bytes() for path in month.rglob("*") if path.is_file()} == {
        path.relative_to(clean / "mittelsachsen" / MONTH): path.read_bytes()
        for path in (clean / "mittelsachsen" / MONTH).rglob("*")
        if path.is_file()
    }
