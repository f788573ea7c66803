"""The flows on a Prefect server: found by their entrypoint, started by deployment, and silent about persons."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import openpyxl
import pytest

from tests.command import PATIENCE, call, contents
from tests.flows.conftest import PREFECT, Server, awaited

MONTH = "2016-05"
RETURNS = Path("inputs/dueren/returns") / MONTH


def prefect(server: Server, *arguments: str) -> str:
    """What an administrator types."""
    done = subprocess.run(
        [PREFECT, "--no-prompt", *arguments], env=server.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(server: Server, flow: str, name: str) -> Iterator[None]:
    """The flow, served from its entrypoint; what it prints lies in the server's home."""
    with open(server.home / f"{flow}.log", "wb") as log:  # noqa: PTH123  # handed to the process
        process = subprocess.Popen(
            [PREFECT, "flow", "serve", f"flows/deployments.py:{flow}", "--name", name],
            env=server.environment | {"PREFECT_RUNNER_POLL_FREQUENCY": "1"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def started(server: Server, flow: str, name: str, **parameters: object) -> str:
    """The id of a run of the deployment, asked for as soon as the deployment is there."""
    asked = {"deployments": {"name": {"any_": [name]}}, "flows": {"name": {"any_": [flow]}}}
    found = awaited(lambda: server.ask("/deployments/filter", **asked) or None, "the deployment did not appear")
    run = server.ask(f"/deployments/{found[0]['id']}/create_flow_run", parameters=parameters)
    return str(run["id"])


def personal(folder: Path) -> set[str]:
    """Every case number, employer and name of a contact in the returns of a folder."""
    found: set[str] = set()
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book:
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            for heading in ("Fallnummer", "Arbeitgeber"):
                for start, row in enumerate(rows):
                    if heading in row:
                        column = row.index(heading)
                        found |= {str(below[column]) for below in rows[start + 1 :] if below[column]}
            found |= {str(row[1]) for row in rows if row[:1] == ["Ansprechperson"] and row[1]}
    return found


def test_a_settlement_started_by_deployment(server: Server, tmp_path: Path) -> None:
    """Parameters in; name, tags, logs, artifacts and the documents out; nobody named in the server's database."""
    with served(server, "settle", "probe"):
        run_id = started(server, "settle", "probe", programme="dueren", month=MONTH, outputs=str(tmp_path / "served"))
        run, logged = server.run_of(run_id), server.logs(run_id)
    assert run["state"]["message"] == "Mai 2016 · 16 Meldungen übernommen, 0 zurückgestellt"
    assert run["name"] == "Entwurf dueren 2016-05"
    assert set(run["tags"]) >= {"dueren", MONTH}
    assert "Mai 2016 · 16 Meldungen übernommen, 0 zurückgestellt" in logged
    server.tasks(run_id, "Meldungen lesen", "Meldungen prüfen", "Abrechnung berechnen")
    shown = {entry["key"]: entry for entry in server.ask("/artifacts/filter", flow_runs={"id": {"any_": [run_id]}})}
    assert set(shown) == {f"dueren-2016-05-{what}" for what in ("betraege", "befunde", "unterlagen")}
    assert "Kreuzau" in shown["dueren-2016-05-betraege"]["data"]
    assert str(tmp_path / "served/dueren/2016-05") in shown["dueren-2016-05-unterlagen"]["data"]

    where = ("--programme", "dueren", "--outputs", tmp_path / "here")
    assert call("settle", MONTH, *where, "--direct").code == 0
    assert contents(tmp_path / "served/dueren" / MONTH) == contents(tmp_path / "here/dueren" / MONTH)

    names, stored = personal(RETURNS), server.stored()
    assert len(names) > 40
    assert MONTH in stored  # the run itself is recorded
    assert not (server.home / "storage").exists()  # and no result of it
    assert not {name for name in names if name in stored or json.dumps(name)[1:-1] in stored}


def test_a_refusal_is_a_failed_state_in_one_sentence(server: Server, tmp_path: Path) -> None:
    with served(server, "settle", "refused"):
        run_id = started(server, "settle", "refused", programme="dueren", month="2015-01", outputs=str(tmp_path))
        run, logged = server.run_of(run_id), server.logs(run_id)
    assert (run["state_type"], run["state"]["name"]) == ("FAILED", "Failed")
    assert run["state"]["message"].startswith("Januar 2015 liegt vor dem Beginn des Programms")
    assert "\n" not in run["state"]["message"]
    told = [*logged, (server.home / "settle.log").read_text(encoding="utf-8")]
    assert not [entry for entry in told if "Traceback" in entry or "NoneType" in entry]


def test_the_intake_tells_who_is_missing_and_changes_nothing(server: Server, tmp_path: Path) -> None:
    with served(server, "intake", "daily"):
        run_id = started(server, "intake", "daily", programme="mittelsachsen", month="2025-01", outputs=str(tmp_path))
        run = server.run_of(run_id)
    assert run["state"]["message"] == "Januar 2025 · 14 Dateien, 0 mit Fehlern · 1 Kommunen fehlen"
    assert run["name"] == "Eingang mittelsachsen 2025-01"
    [shown] = server.ask("/artifacts/filter", artifacts={"key": {"any_": ["mittelsachsen-2025-01-eingang"]}})
    assert shown["data"].count("fehlt") == 1
    assert not contents(tmp_path)


def test_a_deployment_explains_its_parameters_and_refuses_wrong_ones(server: Server) -> None:
    """`prefect deploy` finds all flows; the server checks what is typed into its form."""
    prefect(server, "work-pool", "create", "kreis", "--type", "process")
    for flow in ("settle", "approve", "report", "intake"):
        prefect(server, "deploy", f"flows/deployments.py:{flow}", "--name", "kreis", "--pool", "kreis")
        [found] = server.ask(
            "/deployments/filter", deployments={"name": {"any_": ["kreis"]}}, flows={"name": {"any_": [flow]}}
        )
        schema = found["parameter_openapi_schema"]["properties"]
        assert found["description"].endswith(".")
        assert all(entry["title"] != name and entry["description"] for name, entry in schema.items())
    [settle] = server.ask(
        "/deployments/filter", deployments={"name": {"any_": ["kreis"]}}, flows={"name": {"any_": ["settle"]}}
    )
    with pytest.raises(HTTPError, match="409") as refused:
        server.ask(f"/deployments/{settle['id']}/create_flow_run", parameters={"month": "Mai 2016"})
    refused.value.close()
