"""Use case: what a command brought about, asked of the ledger instead of remembered: a command may end at any moment."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.ledger import document_state, journal
from flows.ledger.store.ledger import Ledger
from flows.location import Location
from schemas.journal import Entry


@dataclass(frozen=True)
class Brought:
    """What was entered into the ledger since a command began, and whether files are still to follow."""

    entries: tuple[Entry, ...] = ()
    following: bool = False


def asking(location: Location) -> Callable[[], Brought]:
    """How to ask, as a command begins, what will have come of it. Refusal where the ledger cannot be asked."""
    begun, commits = journal.newest_key(location.ledger), Ledger.commits

    def brought_about() -> Brought:
        if Ledger.commits == commits:  # nothing that could have succeeded
            return Brought()
        ledger = location.ledger
        own = tuple(entry for entry in journal.entries(ledger, begun) if entry.account == ledger.account)
        return Brought(own, bool(own) and bool(document_state.unfinished(ledger) or location.to_erase()))

    return brought_about
