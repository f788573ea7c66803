"""Orders and what became of them, and which documents can be taken back."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.closings import closed_in
from flows.ledger.orders import check_reversible, posted_documents
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import ADJUSTMENT, APPROVED, CANCELLATION, documents, orders, runs, withdrawals
from schemas.documents import DocumentKind
from schemas.identifiers import Ags
from schemas.journal import Act
from schemas.office import OrderRecord, OrderState, PostedDocument
from schemas.refusal import Refusal

_ACTS = {ADJUSTMENT: Act.ADJUSTMENT, CANCELLATION: Act.CANCELLATION}
_UNBOOKED = "9999-99"  # after every month


def read_orders(ledger: Ledger) -> tuple[OrderRecord, ...]:
    """All orders, withdrawn ones too: those that no run has in it first, then the newest month's."""
    with ledger.reading() as connection:
        if connection is None:
            return ()
        gone = connection.execute(
            sa.select(withdrawals, runs.c.month)
            .join(runs, runs.c.run_id == withdrawals.c.run_id, isouter=True)
            .order_by(withdrawals.c.withdrawal_id)
        ).all()
        given = connection.execute(
            sa.select(orders, runs.c.month, runs.c.state, runs.c.approved_by)
            .join(runs, runs.c.run_id == orders.c.run_id, isouter=True)
            .order_by(orders.c.order_id)
        ).all()
        found = list(_records(gone, given, journal.moments(connection, *_ACTS.values())))[::-1]
    return tuple(sorted(found, key=lambda order: order.month or _UNBOOKED, reverse=True))


def _records(gone: Any, given: Any, moments: dict[tuple[str, str], list[datetime]]) -> Iterator[OrderRecord]:
    """Withdrawn orders and the others, each in the order in which they were given."""
    alike = defaultdict(list)
    for order in (*gone, *given):
        alike[order.kind, order.reference].append(order)
    withdrawn = {(order.kind, order.reference) for order in gone}
    at: dict[Any, datetime] = {}
    for (kind, reference), own in alike.items():
        entered = moments.get((str(_ACTS[kind]), reference), [])
        # The journal names a voucher and no municipality. Of one municipality and month, an order follows the withdrawal
        # of the one before; of several, they are told apart as long as none was withdrawn.
        one = len({(order.ags, order.service_month) for order in own}) == 1
        if (one or (kind, reference) not in withdrawn) and len(entered) == len(own):
            at |= dict(zip(own, entered, strict=True))
    for order in gone:
        yield _record(order, at, OrderState.WITHDRAWN, order.withdrawn_by, order.withdrawn_reason)
    for order in given:
        booked = order.state == APPROVED
        state = OrderState.BOOKED if booked else OrderState.DRAFTED if order.month else OrderState.WAITING
        yield _record(order, at, state, order.approved_by if booked else None, number=order.number)


def _record(
    order: Any,
    at: dict[Any, datetime],
    state: OrderState,
    ended_by: str | None,
    withdrawn_reason: str | None = None,
    number: str | None = None,
) -> OrderRecord:
    return OrderRecord(
        reversal=order.kind == CANCELLATION,
        ags=order.ags,
        service_month=order.service_month,
        amount_cents=order.amount_cents,
        reference=order.reference,
        reason=order.reason,
        ordered_by=order.ordered_by,
        state=state,
        ordered_at=at.get(order),
        month=order.month,
        number=number,
        ended_by=ended_by,
        withdrawn_reason=withdrawn_reason,
    )


def read_documents(ledger: Ledger, ags: Ags) -> tuple[PostedDocument, ...]:
    """A municipality's documents, the newest first, each with what stands in the way of its reversal."""
    with ledger.reading() as connection:
        if connection is None:
            return ()
        closed = closed_in(connection)
        query = posted_documents().where(documents.c.ags == ags).order_by(runs.c.month.desc())
        found = []
        for document in connection.execute(query).all():
            try:
                check_reversible(connection, document, closed)
                hindrance = None
            except Refusal as refusal:
                hindrance = refusal
            found.append(
                PostedDocument(
                    number=document.number,
                    month=document.month,
                    kind=DocumentKind(document.kind),
                    total_cents=document.total_cents,
                    hindrance=hindrance,
                )
            )
    return tuple(found)
