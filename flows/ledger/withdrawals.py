"""Withdrawing an order that nobody has approved: it goes, and who withdrew it and why stays."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from flows.ledger.drafts import discard_drafts
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import ADJUSTMENT, APPROVED, CANCELLATION, orders, runs, withdrawals
from schemas.commands import MANUAL_LINE
from schemas.documents import Withdrawal
from schemas.money import euros
from schemas.months import german_month
from schemas.refusal import Refusal

_ORDER = (
    orders.c.kind, orders.c.ags, orders.c.service_month, orders.c.amount_cents, orders.c.reference, orders.c.reason, orders.c.ordered_by,
)  # fmt: skip
_FINAL = "Freigegebenes wird nicht mehr geändert."


@dataclass(frozen=True)
class Withdrawn:
    """An order that was withdrawn, and the month whose draft went with it, for the draft had it in it."""

    ags: str
    amount_cents: int
    ordered_by: str
    draft: str | None


def withdraw_adjustment(
    ledger: Ledger, ags: str, month: str, voucher: str, amount_cents: int | None, reason: str, by: str
) -> Withdrawn:
    """Withdraw a manual line; Refusal where none is waiting, its amount is another one, or it is approved."""
    key = (orders.c.kind == ADJUSTMENT, orders.c.ags == ags, orders.c.service_month == month, orders.c.reference == voucher)  # fmt: skip
    named = f"Eine manuelle Buchung mit Beleg {voucher} für {ags} im {german_month(month)}"
    with ledger.transaction() as connection:
        order = _waiting(
            connection, key, f"{named} ist nicht vorgemerkt. Bitte Gemeindeschlüssel, Monat und Beleg prüfen.",
            f"{named} ist schon gebucht", f"Bitte mit einer Gegenbuchung ausgleichen: {MANUAL_LINE}.",
        )  # fmt: skip
        if amount_cents is not None and amount_cents != order.amount_cents:
            raise Refusal(
                f"Vorgemerkt ist unter Beleg {voucher} der Betrag {euros(order.amount_cents)}, nicht {euros(amount_cents)}. "
                "Bitte Beleg und Betrag prüfen; mit --withdraw kann der Betrag entfallen."
            )
        return _withdraw(connection, order, reason, by)


def withdraw_cancellation(ledger: Ledger, number: str, reason: str, by: str) -> Withdrawn:
    """Withdraw the reversal of a document; Refusal where none is waiting, or it is approved."""
    with ledger.transaction() as connection:
        order = _waiting(
            connection, (orders.c.kind == CANCELLATION, orders.c.reference == number),
            f"Ein Storno des Belegs {number} ist nicht vorgemerkt. Bitte die Nummer prüfen.",
            f"Der Storno des Belegs {number} ist schon gebucht", "Was davon gilt, ist dort neu abgerechnet.",
        )  # fmt: skip
        return _withdraw(connection, order, reason, by)


def _waiting(
    connection: sa.Connection, key: tuple[sa.ColumnElement[bool], ...], unknown: str, posted: str, mend: str
) -> Any:
    """The order that is to go, with month and state of the run that it is in."""
    query = sa.select(orders.c.order_id, *_ORDER, runs.c.month, runs.c.state)
    order = connection.execute(
        query.join(runs, runs.c.run_id == orders.c.run_id, isouter=True).where(*key)
    ).one_or_none()
    if order is None:
        raise Refusal(unknown)
    if order.state == APPROVED:
        raise Refusal(f"{posted} (freigegeben mit {german_month(order.month)}). {_FINAL} {mend}")
    return order


def _withdraw(connection: sa.Connection, order: Any, reason: str, by: str) -> Withdrawn:
    if order.month is not None:  # the draft would settle what nobody orders any more
        discard_drafts(connection)
    kept = {column.name: getattr(order, column.name) for column in _ORDER}
    key = next_key(connection, withdrawals.c.withdrawal_id)
    connection.execute(
        sa.insert(withdrawals).values(withdrawal_id=key, withdrawn_reason=reason, withdrawn_by=by, **kept)
    )
    connection.execute(sa.delete(orders).where(orders.c.order_id == order.order_id))
    return Withdrawn(order.ags, order.amount_cents, order.ordered_by, order.month)


def take_up(connection: sa.Connection, run_id: int) -> None:
    """What was withdrawn since the last approval is told in this draft, and sealed with it."""
    connection.execute(sa.update(withdrawals).where(withdrawals.c.run_id.is_(None)).values(run_id=run_id))


def withdrawals_of(connection: sa.Connection, run_id: int) -> tuple[Withdrawal, ...]:
    """What a run tells of withdrawn orders, in the order in which they were withdrawn."""
    query = sa.select(withdrawals).where(withdrawals.c.run_id == run_id).order_by(withdrawals.c.withdrawal_id)
    return tuple(
        Withdrawal(
            reversal=order.kind == CANCELLATION, ags=order.ags, service_month=order.service_month, amount_cents=order.amount_cents,
            reference=order.reference, reason=order.reason, ordered_by=order.ordered_by,
            withdrawn_reason=order.withdrawn_reason, withdrawn_by=order.withdrawn_by,
        )
        for order in connection.execute(query)
    )  # fmt: skip
