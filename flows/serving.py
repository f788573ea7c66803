"""The command that opens the browser's door: the workspace, on this machine or behind a county's proxy."""

import logging
import socket
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.console import GermanCommand
from flows.commands.ending import DONE
from flows.commands.options import folder_options, location_of
from schemas.refusal import Refusal
from schemas.schedules import SCHEDULES

if TYPE_CHECKING:
    from flows.web.setup import Beside

_LOG = logging.getLogger(__name__)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(
    cls=GermanCommand,
    help="Öffnet den Arbeitsplatz im Browser: Meldungen, Entwurf, Freigabe und Unterlagen auf deutschen Seiten.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADRESSE",
    help="Unter welcher Adresse er zu erreichen ist (Vorgabe: nur dieser Rechner).",
)
@click.option("--port", default=8420, metavar="ZAHL", help="An welchem Port (Vorgabe: 8420).")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Unter welchem Rechnernamen er außerdem aufgerufen wird; mehrfach möglich.",
)
@click.option(
    "--behind-tls", is_flag=True, help="Vor ihm steht ein Proxy, der verschlüsselt: Die Anmeldung gilt nur über https."
)
@click.option(
    "--trusted-proxy",
    metavar="ADRESSE",
    help="Adresse des Proxys, dessen Kopffeldern vertraut wird (X-Forwarded-For und --user-header).",
)
@click.option(
    "--user-header",
    metavar="NAME",
    help="Kopffeld, mit dem dieser Proxy sagt, wer angemeldet ist; gilt nur von --trusted-proxy.",
)
@click.option(
    "--direct",
    is_flag=True,
    help="Ohne Prefect-Server und Zeitplan, auch wo ein Server eingestellt ist; was abgerechnet wird, ist dasselbe.",
)
@click.option(
    "--without",
    "left_out",
    multiple=True,
    type=click.Choice([schedule.option for schedule in SCHEDULES]),
    metavar="WAS",
    help="Was nicht nach Zeitplan geschehen soll: eingang, entwurf oder bericht; mehrfach möglich.",
)
@folder_options
def serve(
    *,
    host: str,
    port: int,
    names: tuple[str, ...],
    behind_tls: bool,
    trusted_proxy: str | None,
    user_header: str | None,
    direct: bool,
    left_out: tuple[str, ...],
    inputs: Path,
    outputs: Path,
) -> int:
    """Serve the workspace until it is stopped."""
    import uvicorn

    from flows import people
    from flows.location import programmes
    from flows.web.app import create_app
    from flows.web.logs import kept
    from flows.web.setup import LOCAL_NAMES, Beside, Proxy, Setup

    class Announcing(uvicorn.Server):
        """A server that says where it is once it answers."""

        def __init__(self, config: uvicorn.Config, address: str) -> None:
            super().__init__(config)
            self._address = address

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Begin to answer."""
            await super().startup(sockets)
            _LOG.info("Arbeitsplatz geöffnet: %s", self._address)
            click.echo(f"Der Arbeitsplatz ist geöffnet: {self._address} (beenden mit Strg+C)")

    for programme in programmes(inputs):  # first finish what a power cut left
        try:
            location_of(programme, inputs, outputs)
        except Refusal as refusal:  # the programme's pages say it too; the others can be worked with
            click.echo(str(refusal), err=True)
    accounts = people.accounts_of(outputs)
    with_accounts = bool(people.listed(accounts))
    if host not in LOOPBACK and not with_accounts:
        raise Refusal("serving-without-accounts", host=host)
    if user_header is not None and trusted_proxy is None:
        raise Refusal("header-without-proxy")
    beside = None if direct else Beside(left_out=left_out)
    hosts = (*LOCAL_NAMES, host, *names)
    proxy = Proxy(trusted_proxy, user_header) if trusted_proxy is not None else None
    setup = Setup(
        inputs,
        outputs,
        accounts,
        with_accounts,
        secure=behind_tls,
        proxy=proxy,
        hosts=hosts,
        direct=direct,
        beside=beside,
    )
    config = uvicorn.Config(
        create_app(setup),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    with ExitStack() as until_it_ends:
        listening = until_it_ends.enter_context(_taken(host, port))
        until_it_ends.enter_context(kept(outputs))
        if beside is not None:
            until_it_ends.enter_context(_prefect(inputs, outputs, port + 1 if port else 0, beside))
        with suppress(KeyboardInterrupt):  # that is how it is ended
            Announcing(config, f"http://{host}:{listening.getsockname()[1]}").run(sockets=[listening])
        _LOG.info("Arbeitsplatz beendet")
    return DONE


def _prefect(inputs: Path, outputs: Path, port: int, beside: "Beside") -> AbstractContextManager[None]:
    """The Prefect server and the schedules, as long as the workspace is open; what there is to know of them is said."""
    from flows.orchestration.standing import Standing, standing

    def told(stands: Standing | Refusal) -> None:
        if isinstance(stands, Refusal):
            beside.address, beside.key, beside.hindered = None, None, stands
            _LOG.error("Prefect-Server: %s", stands)
            click.echo(str(stands), err=True)
            return
        beside.address, beside.key, beside.hindered = stands.address, stands.key, None
        _LOG.info("Prefect-Server: %s", stands.address)
        access = f" (Zugang: {stands.key})" if stands.key else ""
        click.echo(f"Läufe und Zeitpläne zeigt der Prefect-Server: {stands.address}{access}")

    program = f"from flows.scheduling import serve_schedules; serve_schedules({str(inputs.absolute())!r}, {str(outputs.absolute())!r}, {beside.left_out!r})"
    return standing(outputs, port, program, told)


def _taken(host: str, port: int) -> socket.socket:
    """The port, or a refusal where another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Refusal("port-taken", host=host, port=port) from error
    return listening
