"""The workspace with all that stands beside it: a Prefect server of its own, the flows served on it, and the clock."""

import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.command import PATIENCE, call
from tests.flows.conftest import answered, awaited, status
from tests.web.http import county
from tests.web.person import Person, let_go
from tests.web.workplace import Served, people_in, serve

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
CRON = {"intake": "30 5 * * *", "draft": "0 6 11 * *", "report": "0 7 1 2,5,8,11 *"}  # due on the 10th


class Beside:
    """The Prefect server of a workspace, as its administration gets to it."""

    def __init__(self, served: Served) -> None:
        found = served.says(r"(http://\S+) \(Zugang: (.+)\)")
        self.address, self.key = found[1], Path(found[2])

    def ask(self, path: str, sent: Any = None, *, key: str | None = None, **body: Any) -> Any:
        """What its API answers to a POST with what lets in."""
        signed = b64encode((self.key.read_text().strip() if key is None else key).encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {signed}"}
        return answered(Request(f"{self.address}/api{path}", json.dumps(sent or body).encode(), headers))

    def deployments(self) -> dict[str, dict[str, Any]]:
        """Flow → its deployment, once all are there."""
        return awaited(lambda: self._deployments(), "the flows are not served")

    def _deployments(self) -> dict[str, dict[str, Any]] | None:
        found = {
            entry["entrypoint"].removeprefix("flows.deployments."): entry for entry in self.ask("/deployments/filter")
        }
        return found if set(found) == set(CRON) and all(each["status"] == "READY" for each in found.values()) else None

    def messages(self, name: str) -> list[str]:
        """How the runs of a name ended, in their words."""
        found = self.ask("/flow_runs/filter", flow_runs={"name": {"any_": [name]}})
        return [run["state"]["message"] for run in found if run["state"]["message"]]

    def rest(self, deployment: str) -> None:
        """Stop the clock of a flow, and wait for what it has begun: people need not wait for the ledger behind it."""
        self.ask(f"/deployments/{deployment}/pause_deployment")
        begun = {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}
        of_it = {"id": {"any_": [deployment]}}
        awaited(lambda: self.ask("/flow_runs/filter", flow_runs=begun, deployments=of_it) == [] or None, "the clock's run does not end")  # fmt: skip

    def go_on(self, deployment: str) -> None:
        """Start its clock again."""
        self.ask(f"/deployments/{deployment}/resume_deployment")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    inputs, outputs = county(tmp_path)
    shutil.copytree(f"inputs/mittelsachsen/returns/{MONTH}", inputs / f"mittelsachsen/returns/{MONTH}")
    people_in(outputs)
    yield inputs, outputs
    let_go()


def opened(office: tuple[Path, Path], *options: str) -> tuple[Served, Beside]:
    """A workspace whose server looks each second whether it is time, not each minute."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1", "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    environment |= {"PREFECT_HOME": str(office[1] / "nobody's")}  # never made: it has a home of its own
    served = serve(*office, *options, environment=environment, direct=False)
    return served, Beside(served)


def words(page: str) -> str:
    """A page without its line ends."""
    return " ".join(page.split())


def is_silent(address: str) -> bool | None:
    return status(f"{address}/api/health") is None or None


def test_a_draft_comes_by_the_clock_and_all_is_whole_after_a_kill(office: tuple[Path, Path]) -> None:
    served, beside = opened(office, "--without", "bericht")
    try:
        found = beside.deployments()
        timed = {flow: [(each["schedule"]["cron"], each["schedule"]["timezone"]) for each in entry["schedules"]] for flow, entry in found.items()}  # fmt: skip
        assert timed == {"intake": [(CRON["intake"], "Europe/Berlin")], "draft": [(CRON["draft"], "Europe/Berlin")], "report": []}  # fmt: skip
        with pytest.raises(HTTPError, match="401") as refused:
            beside.ask("/deployments/filter", key="irgendwer")
        refused.value.close()
        assert (beside.key.stat().st_mode & 0o077) == 0
        with build_opener(ProxyHandler({})).open(f"{beside.address}/ui-settings", timeout=PATIENCE) as answer:
            assert json.load(answer)["api_url"] == f"{beside.address}/api"  # which its page asks

        often = [{"active": True, "schedule": {"interval": 5}}]  # instead of waiting for the 11th
        drafting = found["draft"]["id"]
        beside.ask(f"/deployments/{drafting}/schedules", often)
        eva, frida, vera = (Person(served.address, login) for login in ("eva", "frida", "vera"))
        awaited(lambda: eva.state(PAGE) == "Entwurf" or None, "the clock drafted nothing")
        beside.rest(drafting)
        page = words(frida.client.get(PAGE).text)
        assert "Entwurf</span> nach Zeitplan" in page and f'href="{PAGE}/freigabe"' not in page
        answer = frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest(PAGE))
        assert answer.status_code == 409
        assert "Dezember 2024 ist nach Zeitplan entworfen; gesehen hat ihn noch niemand" in answer.text

        eva.submit(f"{PAGE}/entwurf")
        assert "Entwurf</span> von Eva Beispiel" in words(eva.awaits(PAGE))
        left_alone = "Dezember 2024 · ein Entwurf ist da, nichts geändert"
        name = f"Entwurf nach Zeitplan mittelsachsen {MONTH}"
        before = beside.messages(name).count(left_alone)
        beside.go_on(drafting)
        awaited(lambda: beside.messages(name).count(left_alone) > before or None, "the clock did not come again")
        beside.rest(drafting)
        assert "Entwurf</span> von Eva Beispiel" in words(eva.client.get(PAGE).text)
        shown = vera.client.get("/").text
        assert beside.address in shown and str(beside.key) in shown and "am 11. jedes Monats um 6:00 Uhr" in shown
        assert "abgeschaltet" in shown
        going = beside.ask("/flow_runs/", flow_id=found["intake"]["flow_id"], state={"type": "RUNNING"})
    finally:
        served.stop(kill=True)
    awaited(lambda: is_silent(beside.address), "the server outlives the workspace")

    served, beside = opened(office)
    try:
        assert set(beside.deployments()) == set(CRON)
        [run] = beside.ask("/flow_runs/filter", flow_runs={"id": {"any_": [going["id"]]}})
        assert (run["state_type"], run["state"]["message"]) == ("CRASHED", "Der Arbeitsplatz endete während des Laufs.")
        frida = Person(served.address, "frida")
        assert frida.submit(f"{PAGE}/freigabe", entwurf=frida.digest(PAGE)).status_code == 303
        frida.awaits(PAGE)
        assert frida.state(PAGE) == "freigegeben"
        [approval] = beside.ask("/flow_runs/filter", flow_runs={"name": {"any_": [f"Freigabe mittelsachsen {MONTH}"]}})
        assert approval["state_type"] == "COMPLETED"
    finally:
        served.stop()
    assert is_silent(beside.address)
    assert served.process.returncode == 0
    assert call("verify", "--inputs", office[0], "--outputs", office[1]).code == 0
    assert not (office[1] / "nobody's").exists()
