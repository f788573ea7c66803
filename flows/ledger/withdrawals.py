"""Withdrawing an order that nobody has approved: it goes, and who withdrew it and why stays."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.drafts import discard_drafts
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import ADJUSTMENT, APPROVED, CANCELLATION, orders, runs, withdrawals
from schemas.documents import Withdrawal
from schemas.identifiers import Ags
from schemas.journal import Act
from schemas.months import Month
from schemas.refusal import Refusal

_ORDER = (
    orders.c.kind,
    orders.c.ags,
    orders.c.service_month,
    orders.c.amount_cents,
    orders.c.reference,
    orders.c.reason,
    orders.c.ordered_by,
)


@dataclass(frozen=True)
class Withdrawn:
    """An order that was withdrawn, and the month whose draft went with it, for the draft had it in it."""

    ags: Ags
    amount_cents: int
    ordered_by: str
    draft: Month | None


def withdraw_adjustment(
    ledger: Ledger, ags: Ags, month: Month, *, voucher: str, amount_cents: int | None, reason: str, by: str
) -> Withdrawn:
    """Withdraw a manual line; Refusal where none is waiting, its amount is another one, or it is approved."""
    key = (
        orders.c.kind == ADJUSTMENT,
        orders.c.ags == ags,
        orders.c.service_month == month,
        orders.c.reference == voucher,
    )
    with ledger.transaction() as connection:
        order = _ordered(connection, *key)
        if order is None:
            raise Refusal("adjustment-not-waiting", ags=ags, month=month, voucher=voucher)
        if order.state == APPROVED:
            raise Refusal("adjustment-posted", ags=ags, month=month, voucher=voucher, approved=order.month)
        if amount_cents is not None and amount_cents != order.amount_cents:
            raise Refusal(
                "adjustment-of-other-amount",
                voucher=voucher,
                ordered_cents=order.amount_cents,
                amount_cents=amount_cents,
            )
        return _withdraw(connection, account=ledger.account, order=order, reason=reason, by=by)


def withdraw_cancellation(ledger: Ledger, number: str, *, reason: str, by: str) -> Withdrawn:
    """Withdraw the reversal of a document; Refusal where none is waiting, or it is approved."""
    with ledger.transaction() as connection:
        order = _ordered(connection, orders.c.kind == CANCELLATION, orders.c.reference == number)
        if order is None:
            raise Refusal("reversal-not-waiting", number=number)
        if order.state == APPROVED:
            raise Refusal("reversal-posted", number=number, approved=order.month)
        return _withdraw(connection, account=ledger.account, order=order, reason=reason, by=by)


def _ordered(connection: sa.Connection, *key: sa.ColumnElement[bool]) -> Any:
    """The order that is to go, with month and state of the run that it is in; None where there is none."""
    query = sa.select(orders.c.order_id, *_ORDER, runs.c.month, runs.c.state)
    return connection.execute(
        query.join(runs, runs.c.run_id == orders.c.run_id, isouter=True).where(*key)
    ).one_or_none()


def _withdraw(connection: sa.Connection, *, account: str, order: Any, reason: str, by: str) -> Withdrawn:
    if order.month is not None:  # the draft would settle what nobody orders any more
        discard_drafts(connection)
    kept = {column.name: getattr(order, column.name) for column in _ORDER}
    key = next_key(connection, withdrawals.c.withdrawal_id)
    connection.execute(
        sa.insert(withdrawals).values(withdrawal_id=key, withdrawn_reason=reason, withdrawn_by=by, **kept)
    )
    connection.execute(sa.delete(orders).where(orders.c.order_id == order.order_id))
    journal.note(connection, account, Act.WITHDRAWAL, by, order.reference)
    return Withdrawn(order.ags, order.amount_cents, order.ordered_by, order.month)


def take_up(connection: sa.Connection, run_id: int) -> None:
    """What was withdrawn since the last approval is told in this draft, and sealed with it."""
    connection.execute(sa.update(withdrawals).where(withdrawals.c.run_id.is_(None)).values(run_id=run_id))


def withdrawals_of(connection: sa.Connection, run_id: int) -> tuple[Withdrawal, ...]:
    """What a run tells of withdrawn orders, in the order in which they were withdrawn."""
    query = sa.select(withdrawals).where(withdrawals.c.run_id == run_id).order_by(withdrawals.c.withdrawal_id)
    return tuple(
        Withdrawal(
            reversal=order.kind == CANCELLATION,
            ags=order.ags,
            service_month=order.service_month,
            amount_cents=order.amount_cents,
            reference=order.reference,
            reason=order.reason,
            ordered_by=order.ordered_by,
            withdrawn_reason=order.withdrawn_reason,
            withdrawn_by=order.withdrawn_by,
        )
        for order in connection.execute(query)
    )
