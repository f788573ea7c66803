"""Use case: returns that people hand in through the browser, and what is wrong with them."""

from collections.abc import Iterable
from pathlib import Path

from flows.ingest import deposit
from flows.ledger import posting
from flows.location import Location
from flows.provenance import read_programme
from schemas.months import Month
from schemas.receiving import Deposited, HandedIn


def take_in(location: Location, month: Month, files: Iterable[HandedIn]) -> list[Deposited]:
    """Keep files in the month's folder as if they had been copied there. Refusal where the month is not to be settled."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    posting.check_settleable(location.ledger, month)
    return deposit.deposit(files, location.returns(month), programme.limits)


def set_aside(location: Location, month: Month, name: str) -> Path:
    """Take a file out of the month's folder, and keep it below it. Refusal where it is not there, or the month is not to be settled."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    posting.check_settleable(location.ledger, month)
    return deposit.set_aside(location.returns(month), name)
