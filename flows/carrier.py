"""Use case: what the carrier's account rests on where it is paid what municipalities have paid (RULES section 8.6)."""

from collections import defaultdict
from collections.abc import Sequence

from flows.compute.finance import finance, received_for_carrier
from flows.ledger.store.ledger import Reading
from flows.ledger.views.carrier import read_carrier_parts
from flows.ledger.views.payments import read_payment_books
from flows.provenance import paid_when_received
from schemas.documents import Run
from schemas.finance import Finance, FinanceBooks
from schemas.months import Month
from schemas.programme.programme import Programme


def position(ledger: Reading, books: FinanceBooks, programme: Programme, run: Run) -> Finance:
    """A run in the light of the runs before it, and of the money that it knew."""
    return finance(books, programme, run.document_date, _received(ledger, books.months, programme))


def _received(ledger: Reading, months: Sequence[Month], programme: Programme) -> dict[Month, int]:
    waiting = paid_when_received(ledger, months, programme)
    parts = read_carrier_parts(ledger) if waiting else []
    return {month: received_for_carrier(parts, _paid(ledger, month), month) for month in waiting}


def _paid(ledger: Reading, month: Month) -> dict[str, int]:
    """Document → what had come for it as the month's run knew it."""
    paid: defaultdict[str, int] = defaultdict(int)
    for stored in read_payment_books(ledger, month).movements:
        for share in stored.shares:
            if share.ags is not None and share.number is not None:
                paid[share.number] += share.amount_cents
    return dict(paid)
