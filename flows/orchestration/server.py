"""The Prefect server: the one that is configured, else one of our own that ends with the process that needs it."""

import atexit
import os
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from schemas.refusal import Refusal

API = "PREFECT_API_URL"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STARTUP_SECONDS = 120  # of the embedded server, on a busy machine
LOOK_SECONDS = 2.0  # for one look at whether it answers
ENDING_SECONDS = 5  # that it has for what it has begun
# Apart from the terminal's group, so that Strg+C reaches whoever started it, who ends it kindly.
_APART: dict[str, Any] = (
    {"creationflags": 0x00000200}  # CREATE_NEW_PROCESS_GROUP
    if sys.platform == "win32"
    else {"start_new_session": True}
)

# Settings of Prefect unless its user sets others: no call to anywhere.
PRIVATE = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
# What is said at the keyboard, a command says; the server's log has the rest.
SILENT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
EMBEDDED = {"PREFECT_UI_ENABLED": "false", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
_SERVE = "from flows.orchestration.server import serve; serve({port})"


def is_configured() -> bool:
    """Whether a Prefect API is named, in the environment or a profile.

    Prefect is asked only where it could have something to say: importing it takes longer than a settlement.
    """
    if os.environ.get(API):
        return True
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    files = (Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml")), Path("prefect.toml"), Path(".env"))
    named = "PREFECT_PROFILE" in os.environ or any(file.exists() for file in files) or _is_in_project()
    return named and _api() is not None


def configured() -> str | None:
    """The address of the API that is configured."""
    return _api() if is_configured() else None


def _is_in_project() -> bool:
    """Whether one stands in the folder of a project that has settings for Prefect."""
    try:
        return "prefect" in tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def _api() -> str | None:
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value() or None


def prepare(api: str | None) -> None:
    """Set what Prefect reads in the environment of this process: nothing tells of us, and loopback is no proxy's affair.

    `api` is the server's address, or None for one on this machine.
    """
    for setting, value in PRIVATE.items():
        os.environ.setdefault(setting, value)
    if api is not None and urlsplit(api).hostname not in LOOPBACK:
        return
    for name in ("NO_PROXY", "no_proxy"):  # where both are set, the small letters win
        listed = [host for host in os.environ.get(name, "").split(",") if host]
        if "*" not in listed:
            os.environ[name] = ",".join([*listed, *(host for host in LOOPBACK if host not in listed)])


@contextmanager
def available() -> Iterator[None]:
    """A Prefect server for what is done inside. Refusal where the configured one does not answer, or none starts."""
    api = configured()
    prepare(api)
    for setting, value in SILENT.items():
        os.environ.setdefault(setting, value)
    embedded = {} if api else {API: _embedded()}
    os.environ.update(embedded)
    try:
        yield from _answering()
    finally:
        for setting in embedded:
            del os.environ[setting]


def _answering() -> Iterator[None]:
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()
    try:
        with get_client(sync_client=True) as client:
            problem = client.api_healthcheck()
    except RuntimeError as error:  # of another version
        problem = error
    if problem is not None:
        raise Refusal("orchestrator-silent", address=_api()) from problem
    try:
        yield
    except httpx.TransportError as error:
        raise Refusal("orchestrator-lost", address=_api()) from error


@cache
def _embedded() -> str:
    """The address of a server of our own, started once for this process."""
    started = start(EMBEDDED)
    atexit.register(started.end)
    return started.api


@dataclass(frozen=True)
class Own:
    """A server of our own: a process that ends when the pipe to it does, here or with a process that was killed."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def api(self) -> str:
        """What PREFECT_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}/api"

    def end(self) -> None:
        """End it, kindly at first."""
        end_child(self.process)


def start(settings: dict[str, str], port: int = 0, wanted: Callable[[], bool] = lambda: True) -> Own:
    """Start a server with these settings of Prefect, on the port that is named if it is free.

    Refusal where it does not answer, or is not `wanted` any more.
    """
    started = child(_SERVE.format(port=port), os.environ | settings, subprocess.PIPE)
    assert started.stdout is not None
    found = started.stdout.readline().decode().strip()
    own = Own(started, int(found or 0))
    if not found or not _is_healthy(own.api, started, wanted):
        own.end()
        raise Refusal("orchestrator-not-started")
    return own


def child(program: str, environment: dict[str, str], says: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    """A process of our own that is to end when the pipe to it does; keys typed at the terminal are not for it.

    `says`: where its standard output goes; a pipe that nobody reads on would stop it once it is full.
    """
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=says,
        stderr=subprocess.DEVNULL,
        env=environment,
        **_APART,
    )


def _is_healthy(address: str, server: "subprocess.Popen[bytes]", wanted: Callable[[], bool]) -> bool:
    until = monotonic() + STARTUP_SECONDS
    opener = build_opener(ProxyHandler({}))
    while monotonic() < until and server.poll() is None and wanted():
        try:
            with opener.open(f"{address}/health", timeout=LOOK_SECONDS) as answer:
                return bool(answer.status == 200)
        except OSError:  # its socket is there before it answers
            sleep(0.1)
    return False


def end_child(process: "subprocess.Popen[bytes]") -> None:
    """End a process by its pipe; one that does not is killed."""
    assert process.stdin is not None
    with suppress(OSError):  # it has ended by itself
        process.stdin.close()
    try:
        process.wait(2 * ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def serve(port: int) -> None:
    """Our own server, in a process of its own: says its port, and ends with the process that reads it."""
    with _listening(port) as listening:
        found = listening.getsockname()[1]
        os.environ["PREFECT_SERVER_UI_API_URL"] = f"http://127.0.0.1:{found}/api"  # read as Prefect is imported

        import uvicorn
        from prefect.server.api.server import create_app

        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error", lifespan="on"))
        end_with_parent(partial(setattr, server, "should_exit", True))
        print(found, flush=True)  # noqa: T201  # to the parent, which reads no more than this
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        server.run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:  # another program has it
        return socket.create_server(("127.0.0.1", 0))


def end_with_parent(end: Callable[[], None]) -> None:
    """End this process, kindly at first, when the one that started it ends or closes the pipe to it."""

    def waiting() -> None:
        sys.stdin.buffer.read()
        end()
        sleep(ENDING_SECONDS)
        os._exit(0)

    threading.Thread(target=waiting, daemon=True).start()
