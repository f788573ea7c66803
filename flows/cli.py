"""The command: its subcommands, its help, and how it ends. Everything it says is German."""

import io
import platform
import sys

import click

from flows.commands.audit import backup, explain, law, restore, verify
from flows.commands.beginning import init, programme
from flows.commands.console import GermanGroup, usage_sentence
from flows.commands.ending import DONE, REFUSED, interruptible
from flows.commands.office import adjust, cancel, close, erase, opening
from flows.commands.participants import certificates, send_out
from flows.commands.payments import account, assign, outstanding, receipts, remind
from flows.commands.people import user
from flows.commands.reporting import calibrate, report
from flows.commands.returns import check, forms, status
from flows.commands.settling import approve, demo, emit, settle
from flows.durable import keep_private
from flows.serving import serve
from schemas.provenance import software

INTRODUCTION = """Rechnet Arbeitsgelegenheiten (AGH, § 5 AsylbLG) und Vermittlungsprämien zwischen Kreis und Kommunen ab.

\b
So läuft ein Monat:
  0. placement-premium forms 2025-01           schreibt die vorausgefüllten Meldeformulare
  1. Meldungen der Kommunen nach inputs/<Programm>/returns/<Monat>/ legen
  2. placement-premium settle 2025-01          liest, prüft, rechnet, schreibt den Entwurf
  3. placement-premium approve 2025-01 --by NAME   gibt frei (zweite Person): Nummern, Buchung, Unterlagen
  4. placement-premium status                  zeigt, wie weit jeder Monat ist
Liegen unter inputs mehrere Programme, gehört zu diesen Befehlen --programme NAME.

\b
Einen eigenen Kreis beginnen: placement-premium init ORDNER
Zum Ansehen mit mitgelieferten Beispielen: placement-premium demo
"""


def _tell_version(context: click.Context, option: click.Parameter, asked: bool) -> None:  # noqa: ARG001  # click's signature
    """Program and Python, as whoever helps wants to know them."""
    if asked:
        click.echo(f"placement-premium {software()} (Python {platform.python_version()})")
        context.exit()


@click.group(
    cls=GermanGroup,
    help=INTRODUCTION,
    invoke_without_command=True,
    subcommand_metavar="BEFEHL …",
    options_metavar="[OPTIONEN]",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Die Version dieses Programms und die von Python zeigen.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """A bare call explains itself."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    forms,
    settle,
    approve,
    emit,
    certificates,
    send_out,
    receipts,
    assign,
    outstanding,
    remind,
    account,
    check,
    status,
    report,
    calibrate,
    explain,
    law,
    verify,
    backup,
    restore,
    adjust,
    cancel,
    opening,
    close,
    erase,
    serve,
    user,
    init,
    programme,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Entry point; the exit codes stand in `flows.commands.ending` (OUTPUTS section 1)."""
    # Pandera loads Hypothesis wherever it is installed, as it is beside the tests; no command has a use for it.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]  # None bars a module
    for stream in (sys.stdout, sys.stderr):  # a letter that the console does not know must not end a run
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    keep_private()
    try:
        with interruptible():
            sys.exit(cli.main(standalone_mode=False) or DONE)
    except click.UsageError as error:
        click.echo(usage_sentence(error), err=True)
    except click.Abort:  # before a command began
        click.echo("Abgebrochen.", err=True)
    sys.exit(REFUSED)
