"""Commands on the ledger: check it."""

from pathlib import Path
from typing import Any

import click

from flows.clock import today
from flows.commands.console import GermanCommand, ProgressBar
from flows.commands.ending import DONE
from flows.commands.options import folder_options, given_day, given_month, location_of, location_options
from flows.commands.printed import command, told
from schemas.identifiers import Ags, typed_case
from schemas.months import german_month
from schemas.refusal import Refusal
from schemas.seals import given_seal


@click.command(
    cls=GermanCommand,
    help="Prüft das Buch: Prüfsummen, Nummern, Summen, Prämiengarantie, archivierte Dateien, Unterlagen auf dem Datenträger.",
)
@click.option(
    "--seal",
    "seals",
    multiple=True,
    metavar="MONAT=SIEGEL",
    help="Prüfsiegel eines Monats, wie es auf seinen Unterlagen steht (mindestens die ersten 16 Zeichen); mehrfach möglich.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Auch die Meldungen noch einmal lesen, die eine frühere Prüfung verglichen hat und die seither unverändert sind.",
)
@location_options
def verify(*, seals: tuple[str, ...], full: bool, **where: Any) -> int:
    """Check the ledger."""
    from flows import audit as flow

    kept = dict(map(given_seal, seals))
    with ProgressBar() as progress:
        found = flow.verify(location_of(**where, auditing=True), kept, progress, full)
    context = click.get_current_context()
    for problem in (*found.problems, *found.documents):
        click.echo(told(problem, context))
    if found.orphans:
        click.echo(
            f"Hinweis: Im Archiv liegt, was zu keiner Meldung gehört (etwa aus einem neu gemachten Entwurf): {', '.join(found.orphans)}."
        )
    for note in found.notes:
        click.echo(f"Hinweis: {told(note, context)}")
    for month in found.unlooked:
        click.echo(
            f"Hinweis: {german_month(month)}: Welche Unterlagen ausgegeben wurden, ist nicht festgehalten (der Monat ist älter als diese "
            f"Aufzeichnung); {command('emit', month)} schreibt sie noch einmal und hält sie fest."
        )
    if found.problems:
        raise Refusal("ledger-broken", ledger=found.ledger, problem=found.problems[0])
    if found.months:
        raise Refusal("documents-changed", month=found.months[0])
    if found.spared:
        months = "eines Monats" if found.spared == 1 else f"von {found.spared} Monaten"
        click.echo(
            f"Hinweis: Die Meldungen {months} hat eine frühere Prüfung mit dem Archiv verglichen; Buch und Dateien sind seither "
            f"dieselben. Noch einmal liest sie {command('verify', '--full')}."
        )
    for sealed in kept:
        click.echo(f"{german_month(sealed)}: Das Prüfsiegel stimmt überein.")
    count = found.approved_months
    if count == 0:
        click.echo("Noch ist kein Monat freigegeben; es gibt nichts zu prüfen.")
        return DONE
    click.echo(
        f"Geprüft: {count} {'freigegebener Monat' if count == 1 else 'freigegebene Monate'}, {'was sich vergleichen ließ, stimmt' if found.notes or found.unlooked else 'alles stimmt'}."
    )
    return DONE


@click.command(
    cls=GermanCommand,
    help="Leitet die Beträge eines Falls her: jeder Schritt mit Rechtsgrundlage und Zelle der Meldung.",
)
@click.argument("case", metavar="FALLNUMMER", help="Fallnummer, wie sie in Meldung und Abrechnung steht.")
@click.option("--month", required=True, metavar="MONAT", help="Leistungsmonat wie 2025-01 oder 01/2025.")
@click.option(
    "--ags", metavar="AGS", help="Gemeindeschlüssel; nötig, wenn es die Fallnummer in mehreren Kommunen gibt."
)
@location_options
def explain(*, case: str, month: str, ags: str | None, **where: Any) -> int:
    """Derive a case's figures."""
    from flows.audit import explain as derivation
    from flows.commands.wording.explanation import explanation

    service_month, of = given_month(month), Ags(ags) if ags is not None else None
    for line in explanation(derivation(location_of(**where), typed_case(case), service_month, of)):
        click.echo(line)
    return DONE


@click.command(
    cls=GermanCommand,
    help="Zeigt das Recht, mit dem an einem Tag gerechnet wird (Vorgabe: heute), mit Fundstellen und dem, was ausläuft.",
)
@click.argument("day", metavar="[DATUM]", required=False, help="Tag wie 12.02.2025 (Vorgabe: heute).")
@folder_options
def law(day: str | None, inputs: Path, outputs: Path) -> int:  # noqa: ARG001  # the same options as everywhere
    """Show the law in force."""
    from flows.audit import law as in_force
    from flows.commands.wording.law import law_listing

    on = given_day(day) if day is not None else today()
    for line in law_listing(in_force(inputs, on), on):
        click.echo(line)
    return DONE
