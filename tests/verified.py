"""What a check of the ledger finds, in the words of a reader who may see all of it."""

from pathlib import Path

from flows.ledger.store.ledger import Ledger
from flows.ledger.verify import verify as problems
from flows.web.wording import Page


def verify(ledger: Ledger, archive_folder: Path) -> list[str]:
    """A sentence for everything that does not hold."""
    return [found.sentence(Page()) for found in problems(ledger, archive_folder)]
