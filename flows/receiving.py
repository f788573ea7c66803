"""Use case: returns that people hand in through the browser."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.ingest import deposit
from flows.ingest.read import received_contents
from flows.ledger import month_state
from flows.ledger.store.tables import DRAFT
from flows.location import Location
from flows.provenance import read_programme
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.receiving import THERE, Deposit, Deposited, HandedIn


def take_in(
    location: Location, month: Month, files: Iterable[HandedIn], instead_of: Collection[str] = ()
) -> list[Deposited]:
    """Keep files in the month's folder as if they had been copied there. Refusal where the month is approved.

    Files that the sender replaces with them (by their SHA-256) are set aside once these are there.
    """
    folder = location.returns(month)
    with _open_month(location, month) as programme:
        kept = deposit.deposit(files, folder, programme.limits)
        if {entry.outcome for entry in kept} <= THERE | {Deposit.NOT_A_RETURN}:
            replaced = set(instead_of) - {entry.sha256 for entry in kept}
            for name in [name for name, sha256 in received_contents(folder).items() if sha256 in replaced]:
                deposit.set_aside(folder, name)
        return kept


def set_aside(location: Location, month: Month, name: str) -> Path:
    """Take a file out of the month's folder, and keep it below it. Refusal where it is not there, or the month is approved."""
    with _open_month(location, month):
        return deposit.set_aside(location.returns(month), name)


@contextmanager
def _open_month(location: Location, month: Month) -> Iterator[Programme]:
    """A month that is not approved, and is not being approved meanwhile.

    The approval names what came after the draft, and could not name what came while it was at work.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    if not any(entry.month == month and entry.state == DRAFT for entry in month_state.months(location.ledger)):
        month_state.check_open(location.ledger, month)
        yield programme
        return
    with location.ledger.alone():
        month_state.check_open(location.ledger, month)
        yield programme
