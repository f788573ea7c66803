"""Use case: returns that people hand in through the browser, and what is wrong with them."""

from collections.abc import Iterable

from flows.ingest.deposit import deposit
from flows.ledger import posting
from flows.location import Location
from flows.provenance import read_programme
from schemas.receiving import Deposited, HandedIn


def take_in(location: Location, month: str, files: Iterable[HandedIn]) -> list[Deposited]:
    """Keep files in the month's folder as if they had been copied there. Refusal where the month is not to be settled."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    posting.check_settleable(location.ledger, month)
    return deposit(files, location.returns(month), programme.limits)
