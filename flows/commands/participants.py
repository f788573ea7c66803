"""Command: what participants of work opportunities get in hand."""

from typing import Any

import click

from flows.commands.console import DONE, GermanCommand
from flows.commands.options import given_month, location_of, location_options


@click.command(
    cls=GermanCommand,
    help="Schreibt Teilnahmebescheinigungen (PDF) und Auszahlungslisten der Arbeitsgelegenheiten eines freigegebenen Monats.",
)
@click.argument("month", metavar="MONAT", help="Freigegebener Abrechnungsmonat wie 2025-01 oder 01/2025.")
@location_options
def certificates(month: str, **where: Any) -> int:
    """Write certificates and payout lists."""
    from flows.collect import certificates as write
    from schemas.months import german_month

    month = given_month(month)
    certified, listed, folder = write(location_of(**where), month)
    certificates_written = f"{len(certified)} Teilnahmebescheinigung{'' if len(certified) == 1 else 'en'}"
    lists_written = f"{len(listed)} Auszahlungsliste{'' if len(listed) == 1 else 'n'}"
    click.echo(f"{german_month(month)}: {certificates_written}, {lists_written} geschrieben: {folder}")
    click.echo("Weiter: Namen von Hand eintragen, unterschreiben und stempeln.")
    click.echo(
        "Wer bis zum Monatsende teilnahm und aufhörte, ist erst an der Meldung des Folgemonats zu erkennen: bitte danach noch einmal ausführen."
    )
    return DONE
