"""Use case: what a run knew of money: what had come for documents that it takes back, and what the carrier is paid of it (RULES section 8.6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows.compute.finance import finance, received_for_carrier
from flows.ledger.store.ledger import Reading
from flows.ledger.views.carrier import read_carrier_parts
from flows.ledger.views.payments import read_payment_books
from flows.provenance import paid_when_received
from schemas.documents import Run
from schemas.finance import CameIn, Finance, FinanceBooks
from schemas.months import Month
from schemas.movements import StoredMovement
from schemas.programme.programme import Programme


def position(ledger: Reading, books: FinanceBooks, programme: Programme, run: Run) -> Finance:
    """A run in the light of the runs before it, and of the money that it knew."""
    found = finance(books, programme, run.document_date, _received(ledger, books.months, programme))
    return replace(found, came=run.came)


def with_came(ledger: Reading, run: Run) -> Run:
    """A run that takes documents back with what had come for them as it knew it: `Run.came`. A set-off is nothing that came."""
    movements = read_payment_books(ledger, run.month).movements if run.corrected["taken_back"].any() else ()
    if not movements:
        return run
    return replace(run, came=CameIn(_moved(movements), max(stored.movement.day for stored in movements)))


def _received(ledger: Reading, months: Sequence[Month], programme: Programme) -> dict[Month, int]:
    waiting = paid_when_received(ledger, months, programme)
    parts = read_carrier_parts(ledger) if waiting else []
    return {month: received_for_carrier(parts, _paid(ledger, month), month) for month in waiting}


def _paid(ledger: Reading, month: Month) -> dict[str, int]:
    """Document → what had come for it as the month's run knew it; what earlier runs set off has come."""
    books = read_payment_books(ledger, month)
    paid = defaultdict(int, _moved(books.movements))
    for offset in books.offsets.offsets:
        if offset.held_before(month):
            paid[offset.invoice] += offset.cents
            paid[offset.credit] -= offset.cents
    return dict(paid)


def _moved(movements: Iterable[StoredMovement]) -> dict[str, int]:
    moved: defaultdict[str, int] = defaultdict(int)
    for stored in movements:
        for share in stored.shares:
            if share.ags is not None and share.number is not None:
                moved[share.number] += share.amount_cents
    return dict(moved)
