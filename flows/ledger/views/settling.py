"""What the settlement of a month needs to know of the runs before it, read in one transaction."""

from flows.ledger import balances, closings, orders, provenance
from flows.ledger.erasure_record import erased_until
from flows.ledger.guarantee import savings_of_erased_months
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import APPROVED, runs
from flows.ledger.submissions import known_in
from schemas.brought_forward import NOTHING, BroughtForward
from schemas.months import NO_MONTH, Month


def read_brought_forward(ledger: Ledger, month: Month) -> BroughtForward:
    """The ledger before a month is settled."""
    with ledger.reading() as connection:
        if connection is None:
            return NOTHING
        known, closed = known_in(connection), closings.closed_in(connection)
        last = known.last_approved
        closed_when_settled = closings.closed_in(connection, last)
        settled = {closing.after_month for closing in closed_when_settled} | ({last} if last else set())
        return BroughtForward(
            known=known,
            known_when_closed=known_in(connection, closed_when_settled) if closed_when_settled else known,
            closed=tuple(closed),
            closed_when_settled=tuple(closed_when_settled),
            posted=lines_of(connection, runs.c.state == APPROVED),
            reversals=orders.reversals(connection, month),
            manual_lines=orders.manual_lines(connection, month),
            manual_lines_posted=orders.manual_lines(connection, last or NO_MONTH, posted_only=True),
            opening=balances.opening_balances(connection),
            orders=orders.included(connection, month),
            provenance=provenance.of_months(connection, settled),
            erased_savings=savings_of_erased_months(connection),
            erased_until=erased_until(connection),
        )
