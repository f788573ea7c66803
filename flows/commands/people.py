"""Commands on the accounts of the workspace."""

import sys
from pathlib import Path

import click

from flows.commands.console import GermanCommand, GermanGroup
from flows.commands.ending import DONE
from flows.commands.options import given_name, outputs_option
from schemas.identifiers import Ags
from schemas.spelling import visible

ROLES = ("sachbearbeitung", "freigabe", "kommune", "projektbeirat", "pruefung", "verwaltung")

_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Das Passwort aus der Standardeingabe lesen, statt danach zu fragen."
)


@click.group(cls=GermanGroup, help="Konten des Arbeitsplatzes: anlegen, zeigen, sperren, Passwörter vergeben.")
def user() -> None:
    """Accounts of the workspace."""


@user.command(cls=GermanCommand, help="Legt ein Konto an.")
@click.argument("login", metavar="ANMELDENAME", help="Womit sich die Person anmeldet.")
@click.option("--name", required=True, metavar="NAME", help="Wie die Person heißt; so steht sie in den Unterlagen.")
@click.option(
    "--role", required=True, type=click.Choice(ROLES), metavar="ROLLE", help=f"Was sie darf: {', '.join(ROLES)}."
)
@click.option("--ags", metavar="AGS", help="Gemeindeschlüssel, nur zur Rolle kommune.")
@_STDIN
@outputs_option
def add(
    *,
    login: str,
    name: str,
    role: str,
    ags: str | None,
    password_stdin: bool,
    outputs: Path,
) -> int:
    """Add an account."""
    from flows import people
    from schemas.accounts import Account, Role

    account = Account(visible(login).lower(), given_name(name), Role(role), Ags(ags) if ags is not None else None)
    accounts = people.accounts_of(outputs)
    people.check_new(accounts, account)
    people.add(accounts, account, _password(password_stdin))
    click.echo(f"Konto {account.login} angelegt: {account.name}, Rolle {role}.")
    return DONE


@user.command("list", cls=GermanCommand, help="Zeigt alle Konten.")
@outputs_option
def list_accounts(outputs: Path) -> int:
    """All accounts."""
    from flows import people
    from schemas.accounts import GERMAN_ACCOUNT_STATE, GERMAN_ROLE

    found = people.listed(people.accounts_of(outputs))
    for account in found:
        of = f" ({account.ags})" if account.ags else ""
        click.echo(
            f"{account.login:<20} {account.name:<30} {GERMAN_ROLE[account.role]}{of}, {GERMAN_ACCOUNT_STATE[account.state]}"
        )
    if not found:
        click.echo("Noch gibt es keine Konten.")
    return DONE


def _state_command(name: str, *, help_text: str, state: str, done: str) -> None:
    @user.command(name, cls=GermanCommand, help=help_text)
    @click.argument("login", metavar="ANMELDENAME", help="Das Konto.")
    @outputs_option
    def change(login: str, outputs: Path) -> int:
        from flows import people
        from schemas.accounts import AccountState

        people.set_state(people.accounts_of(outputs), login.strip().lower(), AccountState(state))
        click.echo(f"Konto {login.strip().lower()} {done}.")
        return DONE


_state_command(
    "lock", help_text="Sperrt ein Konto; wer damit angemeldet ist, ist es nicht mehr.", state="locked", done="gesperrt"
)
_state_command("unlock", help_text="Entsperrt ein Konto.", state="active", done="entsperrt")


@user.command(cls=GermanCommand, help="Vergibt ein neues Passwort.")
@click.argument("login", metavar="ANMELDENAME", help="Das Konto.")
@_STDIN
@outputs_option
def password(login: str, password_stdin: bool, outputs: Path) -> int:
    """Set a password."""
    from flows import people

    people.set_password(people.accounts_of(outputs), login.strip().lower(), password=_password(password_stdin))
    click.echo(f"Neues Passwort für {login.strip().lower()} vergeben.")
    return DONE


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Passwort", hide_input=True, confirmation_prompt="Noch einmal"))
