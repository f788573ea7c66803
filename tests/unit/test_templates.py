"""The templates by which a service or a task starts the workspace: well formed, and their command line is one."""

import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flows.serving import serve

FOLDER = Path("docs/vorlagen")
TASK = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def parsed(arguments: list[str]) -> dict[str, object]:
    """As the command understands them, without running it."""
    assert arguments[0] == "serve"
    return serve.make_context("serve", list(arguments[1:]), resilient_parsing=False).params


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (FOLDER / "placement-premium.service").read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_the_workspace_behind_a_proxy() -> None:
    told = unit()
    program, *arguments = shlex.split(told["ExecStart"][0])
    asked = parsed(arguments)
    assert Path(program).name == "placement-premium"
    assert asked["names"] == ("abrechnung.kreis.example",) and asked["behind_tls"]
    assert str(asked["home"]) == told["WorkingDirectory"][0] == told["ReadWritePaths"][0]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    text = (FOLDER / "placement-premium.service").read_text(encoding="utf-8")
    copy = tmp_path / "placement-premium.service"
    copy.write_text(text.replace("/opt/placement-premium/bin/placement-premium", "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_task_starts_it_with_the_machine_and_never_ends_it() -> None:
    task = ElementTree.parse(FOLDER / "placement-premium.xml").getroot()
    asked = parsed(task.findtext("Actions/Exec/Arguments", "", TASK).split())
    assert str(asked["home"]) == task.findtext("Actions/Exec/WorkingDirectory", "", TASK)
    assert task.find("Triggers/BootTrigger", TASK) is not None
    assert task.findtext("Settings/ExecutionTimeLimit", "", TASK) == "PT0S"
