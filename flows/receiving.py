"""Use case: returns that people hand in through the browser, and what is wrong with them."""

from collections.abc import Iterable

from flows.ingest.deposit import deposit
from flows.ledger import posting
from flows.provenance import read_programme
from flows.workspace import Place
from schemas.receiving import Deposited, HandedIn


def take_in(place: Place, month: str, files: Iterable[HandedIn]) -> list[Deposited]:
    """Keep files in the month's folder as if they had been copied there. Refusal where the month is not to be settled."""
    programme = read_programme(place.inputs, place.programme, place.ledger)
    programme.check_month(month)
    posting.check_settleable(place.ledger, month)
    return deposit(files, place.returns(month), programme.limits)
