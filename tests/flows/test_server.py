"""Which Prefect server a command uses, and what becomes of the one that it starts itself."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest

from flows.orchestration.server import LOOPBACK, is_configured, prepare
from flows.orchestration.standing import Standing, standing
from schemas.refusal import Refusal
from tests.command import PATIENCE
from tests.flows.conftest import Server, in_process, status

SETTLE = ("settle", "2024-12", "--by", "Eva", "--programme", "mittelsachsen", "--outputs")
NOWHERE = "http://127.0.0.1:9"  # nothing listens there: whatever is sent through it fails
PROXIES = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), NOWHERE)
# Starts the embedded server, says where it is, and goes on until it is killed.
HOLDING = """
import os, time
from flows.orchestration.server import available
with available():
    print(os.environ["PREFECT_API_URL"], flush=True)
    time.sleep(3600)
"""


def test_loopback_is_no_proxys_affair_on_a_running_server(server: Server, tmp_path: Path) -> None:
    answer = server.call(*SETTLE, tmp_path, **PROXIES)
    assert (answer.code, answer.err) == (0, "")


def test_loopback_is_no_proxys_affair_on_the_embedded_server(home: Path, tmp_path: Path) -> None:
    environment = os.environ | PROXIES | {"PREFECT_HOME": str(home)}
    answer = in_process(*SETTLE, tmp_path / "outputs", "--orchestrated", environment=environment)
    assert (answer.code, answer.err) == (0, "")


class _Lost(BaseHTTPRequestHandler):
    """A server that is well when it is asked how it is, and gone when it is to do something."""

    def do_GET(self) -> None:  # as the library calls it
        told = {"/api/health": True, "/api/admin/version": version("prefect")}.get(self.path)
        if told is None:
            self.close_connection = True
            return
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_POST(self) -> None:  # as the library calls it
        self.close_connection = True  # without an answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def lost() -> Iterator[str]:
    """The address of a server that is lost while a run is under way."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Lost) as listening:
        serving = threading.Thread(target=listening.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{listening.server_port}/api"
        listening.shutdown()
        serving.join()


def test_a_server_that_is_lost_on_the_way_ends_the_command_in_one_sentence(lost: str, tmp_path: Path) -> None:
    """And tells where to see what was approved: a run may have been under way when it went."""
    asked = {"PREFECT_HOME": str(tmp_path / "home"), "PREFECT_API_URL": lost, "PREFECT_CLIENT_MAX_RETRIES": "0"}
    answer = in_process(*SETTLE, tmp_path / "outputs", environment=os.environ | asked)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        f"Der Prefect-Server unter {lost} antwortet nicht mehr. Bitte den Server prüfen und noch einmal starten, oder mit "
        f"--direct ohne ihn arbeiten; was freigegeben ist, zeigt „placement-premium status --programme mittelsachsen --outputs {tmp_path / 'outputs'}“.\n"
    )


@pytest.mark.parametrize(
    ("api", "before", "after"),
    [
        (None, {}, {"NO_PROXY": ",".join(LOOPBACK), "no_proxy": ",".join(LOOPBACK)}),
        (
            "http://localhost:4200/api",
            {"no_proxy": "kreis.example"},
            {"no_proxy": f"kreis.example,{','.join(LOOPBACK)}"},
        ),
        ("http://[::1]:4200/api", {"NO_PROXY": "*"}, {"NO_PROXY": "*"}),
        ("https://prefect.kreis.example/api", {"NO_PROXY": "kreis.example"}, {"NO_PROXY": "kreis.example"}),
    ],
)
def test_what_no_proxy_gets_is_only_loopback(
    api: str | None, before: dict[str, str], after: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "DO_NOT_TRACK", "PREFECT_SERVER_ANALYTICS_ENABLED"):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    prepare(api)
    assert {name: os.environ.get(name) for name in after} == after
    assert (os.environ["DO_NOT_TRACK"], os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
def test_a_killed_run_leaves_no_server_behind(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment["PREFECT_HOME"] = str(home)
    with subprocess.Popen([sys.executable, "-c", HOLDING], stdout=subprocess.PIPE, env=environment, text=True) as run:
        assert run.stdout is not None
        address = run.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert status(f"{address}/health") == HTTPStatus.OK
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while status(f"{address}/health") is not None:
        assert time.monotonic() < until, "the server outlives the run that started it"
        time.sleep(0.2)


def test_where_nothing_can_be_kept_for_a_server_that_is_said_and_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / ".prefect").write_text("a file where the folder belongs")
    said: list[Standing | Refusal] = []
    with standing(tmp_path, 0, "pass", said.append):
        until = time.monotonic() + PATIENCE
        while not said and time.monotonic() < until:
            time.sleep(0.05)
    (refusal,) = said
    assert isinstance(refusal, Refusal) and refusal.code == "orchestrator-not-started"
    assert "PREFECT_API_URL" not in os.environ


def test_a_server_that_could_not_be_started_is_tried_again_and_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = [Refusal("orchestrator-not-started"), Refusal("orchestrator-not-started"), None]
    stands, said = Standing("http://127.0.0.1:1"), list[Standing | Refusal]()

    @contextmanager
    def server(*_: object) -> Iterator[tuple[Standing, None]]:
        if wrong := attempts.pop(0):
            raise wrong
        yield stands, None

    monkeypatch.setattr("flows.orchestration.standing._server", server)
    monkeypatch.setattr("flows.orchestration.standing._serve_on", lambda _program, _own, end: end.wait())
    monkeypatch.setattr("flows.orchestration.standing.LATER_SECONDS", 0.01)
    until = time.monotonic() + PATIENCE
    with standing(tmp_path, 0, "pass", said.append):
        while stands not in said and time.monotonic() < until:
            time.sleep(0.01)
    assert [each.code if isinstance(each, Refusal) else each for each in said] == ["orchestrator-not-started", stands]


def test_without_a_server_a_command_runs_direct(tmp_path: Path) -> None:
    """Nothing names an API: no server is started, nothing of Prefect is written."""
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "home")}
    assert in_process(*SETTLE, tmp_path / "outputs", environment=environment).code == 0
    assert not (tmp_path / "home").exists()


def test_an_api_is_configured_by_environment_or_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert not is_configured()
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert is_configured()
    monkeypatch.delenv("PREFECT_API_URL")
    (tmp_path / "profiles.toml").write_text(
        'active = "kreis"\n[profiles.kreis]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n', encoding="utf-8"
    )
    asked = [
        sys.executable,
        "-c",
        "import json; from flows.orchestration.server import is_configured; print(json.dumps(is_configured()))",
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=PATIENCE, env=dict(os.environ))
    assert json.loads(done.stdout) is True
