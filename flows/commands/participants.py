"""Commands: what participants of work opportunities get in hand, and what goes out of a month."""

from typing import Any

import click

from flows.commands.console import GermanCommand
from flows.commands.ending import DONE
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

    settled_in = given_month(month)
    certified, listed, folder = write(location_of(**where), settled_in)
    certificates_written = f"{len(certified)} Teilnahmebescheinigung{'' if len(certified) == 1 else 'en'}"
    lists_written = f"{len(listed)} Auszahlungsliste{'' if len(listed) == 1 else 'n'}"
    click.echo(f"{german_month(settled_in)}: {certificates_written}, {lists_written} geschrieben: {folder}")
    click.echo("Weiter: Namen von Hand eintragen, unterschreiben und stempeln.")
    click.echo(
        "Wer bis zum Monatsende teilnahm und aufhörte, ist erst an der Meldung des Folgemonats zu erkennen: bitte danach noch einmal ausführen."
    )
    return DONE


@click.command(
    "send-out",
    cls=GermanCommand,
    help="Schreibt den Versand eines Monats: je Kommune und Absender einen Brief (.eml) mit Anlagen, je ein ZIP für Kasse und Träger.",
)
@click.argument(
    "month",
    metavar="MONAT",
    help="Abgerechneter Monat wie 2025-01 oder 01/2025; von einem Entwurf nur, was an Absender zurückgeht.",
)
@location_options
def send_out(month: str, **where: Any) -> int:
    """Write what goes out of a month; nothing is sent."""
    from flows.dispatch import write
    from schemas.months import german_month
    from schemas.spelling import counted

    month = given_month(month)
    written = write(location_of(**where), month)
    letters, packages = len(written.dispatch.letters), len(written.dispatch.packages)
    click.echo(
        f"{german_month(month)}: {counted(letters, 'Brief', 'Briefe')}, {counted(packages, 'Paket', 'Pakete')} geschrieben: {written.folder}"
    )
    for letter in written.dispatch.without_address:
        click.echo(f"  Ohne E-Mail-Adresse, bitte im Mailprogramm ergänzen: {letter.recipient} ({letter.file})")
    if letters:
        click.echo("Weiter: die .eml-Dateien im Mailprogramm öffnen, ansehen und senden. Gesendet ist noch nichts.")
    return DONE
