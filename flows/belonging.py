"""Use case: whether a ledger and the outputs beside it belong together; compared as every command begins (RULES section 8.8)."""

import os

from flows.emit.identity_card import Card, issued_months, read_card, write_card
from flows.ledger import identity
from flows.ledger.identity import Known
from flows.location import Location
from schemas.months import NO_MONTH
from schemas.refusal import Refusal


def check_belongs(location: Location) -> None:
    """Refusal where the ledger is missing beside approved documents, is another one, or older than they are."""
    if refusal := astray(location):
        raise refusal


def astray(location: Location) -> Refusal | None:
    """What is wrong between ledger and outputs. Refusal where the ledger cannot be seen."""
    ledger, known, card = location.ledger, identity.read(location.ledger), read_card(location.folder)
    issued = issued_months(location.folder)
    newest = max([card.month if card else "", *issued])
    if known is None:
        return Refusal("ledger-missing", ledger=ledger.name, folder=location.folder, month=newest) if newest else None
    if card is not None and card.identity != known.identity and (newest or known.seals):
        return Refusal("ledger-of-others", ledger=ledger.name, folder=location.folder)
    unknown = [month for month in issued if month not in known.seals]
    if card is not None and card.month and known.seals.get(card.month) != card.seal:
        unknown.append(card.month)
    return Refusal("ledger-older", ledger=ledger.name, folder=location.folder, month=max(unknown)) if unknown else None


def remember(location: Location) -> None:
    """Keep beside the outputs which ledger they belong to and how far it came; nothing where nothing can be written."""
    known = identity.read(location.ledger)
    if known is None or not os.access(location.folder, os.W_OK):
        return
    card = _card(known)
    if card != read_card(location.folder) and not (known.seals and not location.archive.is_dir()):
        write_card(location.folder, card)


def _card(known: Known) -> Card:
    newest = max(known.seals, default=NO_MONTH)
    return Card(known.identity, newest, known.seals.get(newest, ""))
