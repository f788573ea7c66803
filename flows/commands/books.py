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
    click.echo(f"Geprüft: {approved_months(place.ledger)} freigegebene Monate, alles stimmt.")
    return DONE
