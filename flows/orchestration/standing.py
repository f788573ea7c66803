"""A Prefect server and what serves the flows on it, beside a workspace for as long as that is open."""

import json
import os
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from flows.durable import replacing
from flows.orchestration.server import API, LOOK_SECONDS, Own, child, configured, end_child, prepare, start
from schemas.refusal import Refusal

FOLDER = ".prefect"  # in the outputs: what our own server knows
KEY = "zugang.txt"  # in it: what lets in
AGAIN_SECONDS = 10.0  # before what ended is started again
LATER_SECONDS = 60.0  # before what could not be started is tried again
ANSWER_SECONDS = 60  # on a busy machine


@dataclass(frozen=True)
class Standing:
    """What stands: where the server answers, and the file with what lets in, of a server of our own."""

    address: str
    key: Path | None = None


Told = Callable[[Standing | Refusal], None]


@contextmanager
def standing(outputs: Path, port: int, program: str, told: Told) -> Iterator[None]:
    """A server of our own beside what is done inside, unless one is configured, and a process that runs `program` on it.

    Both are started beside it, started again when they end, and end with it. `told` hears where the server answers, or
    that it could not be started: then what is done inside goes on without one, and it is tried again.
    """
    end = threading.Event()
    keeping = threading.Thread(target=_keep, args=(outputs, port, program, told, end), name="prefect")
    keeping.start()
    try:
        yield
    finally:
        end.set()
        keeping.join()


def _keep(outputs: Path, port: int, program: str, told: Told, end: threading.Event) -> None:
    said = ""
    while not end.is_set():
        try:
            with _server(outputs, port, end) as (stands, own):
                said = ""
                told(stands)
                _serve_on(program, own, end)
        except (Refusal, OSError) as error:
            wrong = error if isinstance(error, Refusal) else Refusal("orchestrator-not-started")
            if not end.is_set() and str(wrong) != said:  # told once, however often it is tried
                said = str(wrong)
                told(wrong)
            end.wait(LATER_SECONDS)
        else:
            end.wait(AGAIN_SECONDS)


@contextmanager
def _server(outputs: Path, port: int, end: threading.Event) -> Iterator[tuple[Standing, Own | None]]:
    """The server: the one that is configured, or our own, with which this process then works."""
    api = configured()
    prepare(api)
    if api is not None:
        yield Standing(api.removesuffix("/api")), None
        return
    key = _key(outputs / FOLDER)
    access = key.read_text(encoding="utf-8").strip()
    home = {"PREFECT_HOME": str((outputs / FOLDER).absolute())}
    own = start(home | {"PREFECT_SERVER_API_AUTH_STRING": access}, port, lambda: not end.is_set())
    try:
        _end_what_was_interrupted(own, access)
        with _environment(home | {"PREFECT_API_AUTH_STRING": access, API: own.api}):  # long work runs there now
            yield Standing(own.api.removesuffix("/api"), key), own
    finally:
        own.end()


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """These settings in the environment of this process, and what it had before after it."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _end_what_was_interrupted(own: Own, access: str) -> None:
    """Runs that a crash of the workspace left running: only it works with its own server, and it has just begun."""
    going = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}}
    crashed = {"state": {"type": "CRASHED", "message": "Der Arbeitsplatz endete während des Laufs."}, "force": True}
    for run in _ask(own, access, "/flow_runs/filter", going):
        _ask(own, access, f"/flow_runs/{run['id']}/set_state", crashed)


def _ask(own: Own, access: str, path: str, body: dict[str, Any]) -> Any:
    """What the server answers; asked without Prefect's client, which takes longer to import than a settlement.

    While its database is busy it says 503 and is asked again. Refusal where it does not answer in the end.
    """
    signed = b64encode(access.encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {signed}"}
    asked = Request(f"{own.api}{path}", json.dumps(body).encode(), headers)
    until = monotonic() + ANSWER_SECONDS
    while True:
        try:
            with build_opener(ProxyHandler({})).open(asked, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)
        except OSError as error:
            busy = isinstance(error, HTTPError) and error.code == HTTPStatus.SERVICE_UNAVAILABLE
            if not busy or monotonic() > until:
                raise Refusal("orchestrator-lost", address=own.api) from error
            sleep(1)


def _serve_on(program: str, server: Own | None, end: threading.Event) -> None:
    """The process that serves the flows, until the server ends or all is to end."""
    while not end.is_set():
        serving = child(program, dict(os.environ))
        try:
            while not end.wait(LOOK_SECONDS) and serving.poll() is None:
                if server is not None and server.process.poll() is not None:
                    return
        finally:
            end_child(serving)
        end.wait(AGAIN_SECONDS)


def _key(folder: Path) -> Path:
    """The file with what lets into our own server: anybody at this machine could reach it otherwise."""
    key = folder / KEY
    if not key.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(key) as part:
            part.write_text(f"arbeitsplatz:{secrets.token_urlsafe(24)}\n", encoding="utf-8")
    return key
