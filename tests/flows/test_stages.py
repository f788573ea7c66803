"""Stages as tasks: tried again where the disk did not answer, never where a rule says no; what fails is told without its words."""

import json
import subprocess
import sys
from pathlib import Path

from tests.command import PATIENCE
from tests.flows.conftest import Server

# A flow of stages that fail: what the caller gets is printed.
FAILING = """
import json, sys
from pathlib import Path
from prefect import flow
from prefect.states import Completed
from flows.orchestration.tasks import discreet, orchestrated, outcome
from schemas.refusal import Refusal

folder = Path(sys.argv[1])

def tried(name):
    path = folder / name
    path.write_text(path.read_text() + "x" if path.exists() else "x")
    return len(path.read_text())

def busy(names):
    if tried(names[0]) < 3:
        raise PermissionError(13, "denied", "Erika Mustermann.xlsx")
    return names

def unreadable(names):
    tried(names[0])
    try:
        raise OSError("Erika Mustermann")
    except OSError as error:
        raise Refusal("return-unreadable", path="Erika Mustermann.xlsx", reason="denied") from error

def refusing(name):
    tried(name)
    raise Refusal("month-approved", month="2025-01")

def broken(name):
    tried(name)
    raise KeyError("Erika Mustermann")

def of(work):
    @flow(name="failing", persist_result=False)
    @discreet
    def failing():
        with orchestrated() as stages:
            return Completed(data=work(stages))
    try:
        return outcome(failing(return_state=True))
    except Exception as error:
        return [type(error).__name__, str(error)]

print(json.dumps([
    of(lambda stages: stages.map("lesen", busy, ["busy"])),
    of(lambda stages: stages.map("lesen", unreadable, ["unreadable"])),
    of(lambda stages: stages.write("schreiben", refusing, "refusing")),
    of(lambda stages: stages.call("rechnen", broken, "broken")),
]))
"""


def test_only_the_disk_is_asked_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text(FAILING, encoding="utf-8")
    tries = tmp_path / "tries"
    tries.mkdir()
    done = subprocess.run(
        [sys.executable, tmp_path / "failing.py", tries],
        env=server.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    busy, unreadable, refusing, broken = json.loads(done.stdout)
    assert busy == ["busy"]  # the third try, after two waits
    assert unreadable == ["Refusal", "Die Datei (Dateiname) lässt sich nicht lesen (denied). Bitte die Rechte prüfen."]
    assert refusing[0] == "Refusal"
    assert refusing[1].startswith("Januar 2025 ist bereits freigegeben.")
    assert broken == ["KeyError", "'Erika Mustermann'"]
    assert {path.name: len(path.read_text(encoding="utf-8")) for path in tries.iterdir()} == {
        "busy": 3, "unreadable": 3, "refusing": 1, "broken": 1,
    }  # fmt: skip
    assert "Mustermann" not in done.stderr
    assert "Traceback" not in done.stderr
    for run in server.ask("/flow_runs/filter", flows={"name": {"any_": ["failing"]}}):
        assert not [told for told in server.logs(run["id"]) if "Traceback" in told or "NoneType" in told]
    stored = server.stored()
    assert "Mustermann" not in stored
    assert "Fehler im Programm (KeyError" in stored
