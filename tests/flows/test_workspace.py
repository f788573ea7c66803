"""The workspace where a Prefect server is configured: its long work is runs there, in the name of whoever is signed in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.ledger import journal
from flows.ledger.store.sqlite import SqliteLedger
from schemas.schedules import SCHEDULES
from tests.flows.conftest import Server
from tests.web.person import Person, let_go
from tests.web.settled import Settled
from tests.web.settled import approved as approved
from tests.web.settled import settled as settled
from tests.web.workplace import serve

MONTH = "2025-01"  # drafted by Eva Beispiel
PAGE = f"/mittelsachsen/{MONTH}"
UNSCHEDULED = [part for schedule in SCHEDULES for part in ("--without", schedule.option)]


@pytest.fixture
def workspace(settled: Settled, tmp_path: Path) -> Iterator[Settled]:
    yield settled.copy(tmp_path)
    let_go()


def new(server: Server, before: list[dict[str, Any]], *tags: str) -> list[dict[str, Any]]:
    """The runs that came since: tests of other modules may have begun some of the same month, on the same server."""
    return [run for run in server.runs(*tags) if run["id"] not in {each["id"] for each in before}]


def test_an_approval_is_a_run_that_the_administrator_can_look_at(server: Server, workspace: Settled) -> None:
    before = server.runs("mittelsachsen", MONTH)
    served = serve(workspace.inputs, workspace.outputs, *UNSCHEDULED, environment=server.environment, direct=False)
    try:
        frida, vera = Person(served.address, "frida"), Person(served.address, "vera")
        assert frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest(PAGE)).status_code == 303
        assert frida.awaits(PAGE)
        assert frida.state(PAGE) == "freigegeben"
        shown = vera.client.get("/").text
    finally:
        served.stop()
    address = re.search(r'<th scope="row">Freigabe Januar 2025</th>.*?href="([^"]+)"', shown, re.DOTALL)
    assert address is not None
    (run,) = new(server, before, "mittelsachsen", MONTH)
    assert address[1] == f"{server.api.removesuffix('/api')}/runs/flow-run/{run['id']}"
    assert (run["name"], run["state_type"]) == (f"Freigabe mittelsachsen {MONTH}", "COMPLETED")
    server.tasks(run["id"], "Abrechnungen schreiben", "Finanzübersicht schreiben")
    *_, approved = journal.entries(SqliteLedger(workspace.outputs / "mittelsachsen/ledger.db"))
    assert (approved.account, approved.name) == ("frida", "Frida Beispiel")
    stored = server.stored()
    assert "Frida Beispiel" not in stored and "Eva Beispiel" not in stored


def test_a_check_is_a_run_that_tells_how_much_does_not_hold_and_not_what(server: Server, workspace: Settled) -> None:
    letter = next((workspace.outputs / "mittelsachsen/2024-12/Kommunen").rglob("*.pdf"))
    letter.write_bytes(b"")
    before = server.runs("mittelsachsen")
    served = serve(workspace.inputs, workspace.outputs, *UNSCHEDULED, environment=server.environment, direct=False)
    try:
        paul = Person(served.address, "paul")
        paul.submit("/mittelsachsen/pruefung")
        shown = paul.awaits("/mittelsachsen/pruefung")
    finally:
        served.stop()
    assert letter.name in shown
    (run,) = [run for run in new(server, before, "mittelsachsen") if run["name"].startswith("Prüfung mittelsachsen")]
    assert run["state"]["message"] == "1 freigegebener Monat · 1 Abweichung"
    assert letter.name not in server.stored()


def test_where_the_server_is_silent_the_page_says_so_and_nothing_is_approved(
    workspace: Settled, server: Server
) -> None:
    silent = server.environment | {"PREFECT_API_URL": "http://127.0.0.1:9/api"}  # nothing listens there
    served = serve(workspace.inputs, workspace.outputs, *UNSCHEDULED, environment=silent, direct=False)
    try:
        frida = Person(served.address, "frida")
        frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest(PAGE))
        page = frida.awaits(PAGE)
        assert "Der Prefect-Server unter http://127.0.0.1:9/api antwortet nicht." in page
        assert "„serve --direct“" in page
        assert frida.state(PAGE) == "Entwurf"
    finally:
        served.stop()
