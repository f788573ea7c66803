"""Commands on the ledger: check it."""

from typing import Any

import click

from flows.commands.options import DONE, place_of, place_options
from flows.console import GermanCommand
from schemas.refusal import Refusal


@click.command(
    cls=GermanCommand, help="Prüft das Buch: Prüfsummen, Nummern, Summen, Prämiengarantie, archivierte Dateien."
)
@place_options
def verify(**where: Any) -> int:
    """Check the ledger."""
    from flows.ledger.verify import approved_months
    from flows.ledger.verify import verify as problems

    place = place_of(**where)
    found = problems(place.ledger, place.archive)
    for sentence in found:
        click.echo(sentence)
    if found:
        raise Refusal(f"Das Buch {place.ledger.name} hält der Prüfung nicht stand; zuerst: {found[0]}")
    count = approved_months(place.ledger)
    if count == 0:
        click.echo("Noch ist kein Monat freigegeben; es gibt nichts zu prüfen.")
        return DONE
    click.echo(f"Geprüft: {count} {'freigegebener Monat' if count == 1 else 'freigegebene Monate'}, alles stimmt.")
    return DONE
