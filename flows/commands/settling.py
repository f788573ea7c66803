"""Commands: settle a month, approve it, write its documents again, run the shipped programmes."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from flows.clock import today
from flows.commands.console import GermanCommand, ProgressBar
from flows.commands.ending import DOCUMENTS_FOLLOW, DONE, FOLLOWING, HELD_BACK, hindrance
from flows.commands.options import (
    document_day,
    folder_options,
    given_month,
    given_name,
    location_of,
    location_options,
    print_outcome,
    print_report,
    runner_options,
    use_cases,
)
from flows.commands.printed import command
from schemas.months import Month, german_date, german_month
from schemas.seals import given_draft, shown

if TYPE_CHECKING:
    from flows.location import Location


@click.command(cls=GermanCommand, help="Einen Monat abrechnen: Meldungen einlesen, prüfen, rechnen, Entwurf schreiben.")
@click.argument("month", metavar="MONAT", help="Abrechnungsmonat wie 2025-01 oder 01/2025.")
@location_options
@click.option("--by", metavar="NAME", help="Wer entwirft (Vorgabe: angemeldete Person).")
@click.option(
    "--accept",
    metavar="GRUND",
    help="Warum Differenzen freigegebener Monate richtig sind, die keine Kommune verursacht hat.",
)
@click.option("--ahead", is_flag=True, help="Auch einen Monat entwerfen, der noch nicht zu Ende ist.")
@runner_options
def settle(
    *, month: str, by: str | None, accept: str | None, ahead: bool, mode: str | None, runner: Any, **where: Any
) -> int:
    """Draft a month."""
    from flows.location import system_user
    from schemas.given import given_reason

    settled_in, location = given_month(month), location_of(**where)
    drafter = given_name(by) if by is not None else system_user()
    accepted = None if accept is None else given_reason(accept)
    with use_cases(mode, runner) as (office, _):
        outcome = office.settle(location, settled_in, by=drafter, accept=accepted, ahead=ahead)
    print_outcome(outcome)
    second = " (zweite Person)" if outcome.programme.accounting.four_eyes else ""
    looked_at = ("--draft", shown(outcome.draft_digest)) if outcome.draft_digest else ()
    click.echo(f"Weiter: Entwurf ansehen, dann {command('approve', settled_in, '--by', 'NAME', *looked_at)}{second}.")
    return HELD_BACK if outcome.held_back else DONE


@click.command(
    cls=GermanCommand, help="Den Entwurf eines Monats freigeben: Nummern vergeben, buchen, Unterlagen schreiben."
)
@click.argument("month", metavar="MONAT", help="Abrechnungsmonat wie 2025-01 oder 01/2025.")
@location_options
@click.option(
    "--by", required=True, metavar="NAME", help="Wer freigibt; nicht, wer entworfen hat (Vier-Augen-Prinzip)."
)
@click.option("--date", "on", metavar="DATUM", help="Datum der Belege wie 12.02.2025 (Vorgabe: heute).")
@click.option(
    "--without-new",
    is_flag=True,
    help="Auch freigeben, wenn nach dem Entwurf noch Meldungen kamen; sie zählen erst im nächsten Monat.",
)
@click.option(
    "--confirm-date",
    is_flag=True,
    help="Nichts freigeben, nur als zweite Person bestätigen, dass --date stimmt, weil die Uhr bei der letzten Freigabe vorging.",
)
@click.option(
    "--draft",
    metavar="KENNUNG",
    help="Nur diesen Entwurf freigeben; die Kennung nennt settle. Wurde er inzwischen neu gemacht, geschieht nichts.",
)
@runner_options
def approve(
    *,
    month: str,
    by: str,
    on: str | None,
    without_new: bool,
    confirm_date: bool,
    draft: str | None,
    mode: str | None,
    runner: Any,
    **where: Any,
) -> int:
    """Approve a month."""
    from flows.commands.wording.summary import handing_over, left_out

    settled_in, document_date, approver = given_month(month), document_day(on), given_name(by)
    looked_at = given_draft(draft) if draft is not None else None
    location = location_of(**where)
    if confirm_date:
        return _confirm_date(location, settled_in, approver, document_date)
    with use_cases(mode, runner) as (office, _):
        outcome = office.approve(location, settled_in, approver, document_date, without_new, looked_at)
    print_outcome(outcome)
    for line in left_out(outcome.left_out):
        click.echo(line)
    if outcome.hindered is not None:
        why = hindrance(outcome.hindered, click.get_current_context())
        click.echo(f"{german_month(settled_in)} ist freigegeben; {DOCUMENTS_FOLLOW}. {why}", err=True)
        return FOLLOWING
    click.echo(handing_over(outcome.folder))
    return DONE


def _confirm_date(location: "Location", month: Month, by: str, on: date) -> int:
    from flows import settle as flow

    last = flow.confirm_date(location, month, by, on, today())
    click.echo(
        f"Bestätigt: {german_month(month)} kann mit dem Datum {german_date(on)} freigegeben werden, obwohl die letzte Freigabe den "
        f"{german_date(last)} trägt; freigegeben ist damit noch nichts."
    )
    click.echo(f"Weiter: {command('approve', month, '--date', german_date(on), '--by', 'NAME')} (andere Person).")
    return DONE


@click.command(
    cls=GermanCommand, help="Die Unterlagen eines freigegebenen Monats noch einmal schreiben, Byte für Byte."
)
@click.argument("month", metavar="MONAT", help="Abrechnungsmonat wie 2025-01 oder 01/2025.")
@location_options
def emit(month: str, **where: Any) -> int:
    """Write the documents of an approved month again."""
    from flows import settle as flow

    settled_in = given_month(month)
    with ProgressBar() as progress:
        outcome = flow.emit(location_of(**where), settled_in, progress)
    print_outcome(outcome)
    click.echo("Gebucht wurde dabei nichts: Es sind dieselben Unterlagen wie bei der Freigabe.")
    return DONE


def _named(option: str) -> bool:
    """Whether whoever called gave the option."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


@click.command(
    cls=GermanCommand, help="Rechnet die mitgelieferten Programme von Anfang an ab und zeigt, wo die Unterlagen liegen."
)
@folder_options
@runner_options
def demo(inputs: Path, outputs: Path, mode: str | None, runner: Any) -> int:
    """Run the shipped programmes."""
    from flows import demo as flow

    if not _named("inputs"):
        flow.provide_samples(inputs)
    with use_cases(mode, runner, orchestrated=True) as (office, progress):
        for outcome in flow.demo(inputs, outputs, office):
            progress.clear()
            print_outcome(outcome)
        for written in flow.reports(inputs, outputs, office):
            progress.clear()
            print_report(written)
    click.echo(
        f"Fertig. Unterlagen je Monat unter {outputs}/<Programm>/<Monat>: Finanzübersicht, darunter „Kommunen“ mit den Abrechnungen; "
        "daneben der Bericht an den Projektbeirat."
    )
    made = flow.sample_accounts(inputs, outputs)
    if made:
        click.echo("Konten für den Arbeitsplatz, je Rolle eines; die Passwörter stehen nur hier:")
    for account, password in made:
        click.echo(f"  {account.login:<16}{password}  {account.name}")
    click.echo(f"Arbeitsplatz im Browser öffnen: {command('serve')}")
    return DONE
