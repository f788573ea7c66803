"""Orders: manual lines and reversals. One person orders, the next draft includes, a second person approves."""

from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from flows.ledger import journal
from flows.ledger.erasure_record import erased_until
from flows.ledger.store.frames import next_key
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import lines_of
from flows.ledger.store.tables import ADJUSTMENT, APPROVED, CANCELLATION, DRAFT, documents, lines, orders, runs
from schemas.documents import DocumentKind, WaitingOrder
from schemas.identifiers import Ags
from schemas.journal import Act
from schemas.months import Month, year_of
from schemas.operations import Closing
from schemas.refusal import Refusal
from schemas.results import COMPUTED_LINES, QUANTITY, RATE, REVERSING_LINES, LineKind, Unit, empty, frame_schema


def order_adjustment(
    ledger: Ledger, ags: Ags, month: Month, *, amount_cents: int, reason: str, voucher: str, by: str
) -> None:
    """Order a manual line; Refusal where its voucher is used already."""
    with ledger.transaction() as connection:
        same = sa.select(orders.c.order_id).where(
            orders.c.kind == ADJUSTMENT,
            orders.c.ags == ags,
            orders.c.service_month == month,
            orders.c.reference == voucher,
        )
        if connection.scalar(same) is not None:
            raise Refusal("voucher-used", voucher=voucher, ags=ags, month=month)
        _order(
            connection,
            kind=ADJUSTMENT,
            ags=ags,
            service_month=month,
            amount_cents=amount_cents,
            reference=voucher,
            reason=reason,
            ordered_by=by,
        )
        journal.note(connection, ledger.account, Act.ADJUSTMENT, by, voucher)


def order_cancellation(ledger: Ledger, number: str, *, reason: str, by: str, closed: list[Closing]) -> Ags:
    """Order the reversal of an approved document; the AGS it went to. Refusal where it cannot be reversed."""
    with ledger.transaction() as connection:
        found = connection.execute(posted_documents().where(documents.c.number == number)).one_or_none()
        if found is None:
            reversal = sa.select(orders.c.order_id).where(orders.c.number == number)
            known = connection.scalar(reversal) is not None
            raise Refusal("document-is-reversal" if known else "document-unknown", number=number)
        check_reversible(connection, found, closed)
        _order(
            connection,
            kind=CANCELLATION,
            ags=found.ags,
            service_month=found.month,
            amount_cents=-found.total_cents,
            reference=number,
            reason=reason,
            ordered_by=by,
        )
        journal.note(connection, ledger.account, Act.CANCELLATION, by, number)
        return Ags(found.ags)


def posted_documents() -> sa.Select[Any]:
    """Documents with a number: run, AGS, number, kind, total and the month that settled them."""
    own = (
        documents.c.run_id,
        documents.c.ags,
        documents.c.number,
        documents.c.kind,
        documents.c.total_cents,
    )
    posted = sa.select(*own, runs.c.month).join(runs, runs.c.run_id == documents.c.run_id)
    return posted.where(documents.c.number.is_not(None), documents.c.kind != str(DocumentKind.NIL))


def check_reversible(connection: sa.Connection, document: Any, closed: list[Closing]) -> None:
    """Refusal where a document (a record of `posted_documents`) cannot be reversed."""
    _check_not_cancelled(connection, document.number)
    own = sa.and_(runs.c.run_id == document.run_id, lines.c.ags == document.ags)
    months, erased = lines_of(connection, own)["service_month"], erased_until(connection)
    gone = sorted({month for month in months if month <= erased})
    if gone:
        raise Refusal("document-of-erased-months", number=document.number, month=gone[0])
    shut = sorted({month for month in months if any(month <= closing.until for closing in closed)})
    if shut:
        raise Refusal("document-of-closed-months", number=document.number, month=shut[0], year=year_of(shut[0]))


def _check_not_cancelled(connection: sa.Connection, number: str) -> None:
    """Refusal where the document is taken back already: by which Storno, and what holds instead of it."""
    query = sa.select(orders, runs.c.month, runs.c.state).join(runs, runs.c.run_id == orders.c.run_id, isouter=True)
    order = connection.execute(query.where(orders.c.kind == CANCELLATION, orders.c.reference == number)).one_or_none()
    if order is None:
        return
    if order.state != APPROVED:
        if order.month is None:
            raise Refusal("reversal-waiting", number=number, name=order.ordered_by)
        raise Refusal("reversal-drafted", number=number, name=order.ordered_by, draft=order.month)
    # The run that reverses a document settles all its lines anew, those that came to nothing too: there is always one.
    anew = connection.execute(
        sa.select(documents.c.number).where(documents.c.run_id == order.run_id, documents.c.ags == order.ags)
    ).scalar_one()
    raise Refusal("document-reversed", number=number, reversal=order.number, on=order.document_date, anew=anew)


def _order(connection: sa.Connection, **values: Any) -> None:
    connection.execute(sa.insert(orders).values(order_id=next_key(connection, orders.c.order_id), **values))


def _waiting() -> sa.ColumnElement[bool]:
    """Not posted yet: in no run, or in a draft that may be made anew."""
    drafts = sa.select(runs.c.run_id).where(runs.c.state == DRAFT)
    return sa.or_(orders.c.run_id.is_(None), orders.c.run_id.in_(drafts))


def waiting(ledger: Ledger) -> tuple[WaitingOrder, ...]:
    """The orders that nobody has approved, in the order in which they were given."""
    with ledger.reading() as connection:
        if connection is None:
            return ()
        query = sa.select(orders, runs.c.month).join(runs, runs.c.run_id == orders.c.run_id, isouter=True)
        return tuple(
            WaitingOrder(
                reversal=order.kind == CANCELLATION,
                ags=order.ags,
                service_month=order.service_month,
                amount_cents=order.amount_cents,
                reference=order.reference,
                reason=order.reason,
                ordered_by=order.ordered_by,
                draft=order.month,
            )
            for order in connection.execute(query.where(_waiting()).order_by(orders.c.order_id))
        )


def included(connection: sa.Connection, month: Month) -> tuple[int, ...]:
    """The orders that a draft of the month includes."""
    due = sa.select(orders.c.order_id).where(_waiting(), orders.c.service_month <= month)
    return tuple(connection.scalars(due.order_by(orders.c.order_id)))


def manual_lines(connection: sa.Connection, month: Month, posted_only: bool = False) -> pl.DataFrame:
    """All manual lines up to a month, those that wait too unless `posted_only` (results.COMPUTED_LINES)."""
    query = sa.select(orders).where(orders.c.kind == ADJUSTMENT, orders.c.service_month <= month)
    found = connection.execute(query.where(sa.not_(_waiting())) if posted_only else query).mappings().all()
    types = frame_schema(COMPUTED_LINES)
    records = [
        {
            "service_month": order["service_month"],
            "ags": order["ags"],
            "case_id": "",
            "kind": str(LineKind.ADJUSTMENT),
            "reference": order["reference"],
            "quantity": 1,
            "unit": str(Unit.PIECE),
            "cost_cents": order["amount_cents"],
            "computed_cents": order["amount_cents"],
            "reason": [order["reason"]],
            "legal_basis": f"Manuelle Buchung, Beleg {order['reference']}, angeordnet von {order['ordered_by']}",
        }
        for order in found
    ]
    plain = types | {"quantity": pl.Int64, "rate_cents": pl.Int64}
    frame = pl.DataFrame(records, schema=plain).cast({"quantity": QUANTITY, "rate_cents": RATE})
    return COMPUTED_LINES.validate(frame)


def reversals(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """The lines of all documents that a draft of the month reverses, with the other sign.

    Result: results.REVERSING_LINES.
    """
    query = sa.select(orders).where(orders.c.kind == CANCELLATION, _waiting(), orders.c.service_month <= month)
    pieces = [empty(REVERSING_LINES)]
    for order in connection.execute(query.order_by(orders.c.order_id)).mappings():
        cancelled = lines_of(
            connection, sa.and_(runs.c.state == APPROVED, runs.c.month == order["service_month"]), settled=True
        )
        pieces.append(
            cancelled.filter(ags=order["ags"]).with_columns(
                settled_in=pl.lit(month), reversal_of=pl.lit(order["reference"])
            )
        )
    return pl.concat(pieces).with_columns(delta_cents=-pl.col("delta_cents"))


def ordered(ledger: Ledger, month: Month) -> list[Any]:
    """The orders that the draft of a month includes: kind, reference and who ordered them."""
    with ledger.reading() as connection:
        if connection is None:
            return []
        query = (
            sa.select(orders.c.ordered_by, orders.c.kind, orders.c.reference)
            .join(runs, runs.c.run_id == orders.c.run_id)
            .where(runs.c.month == month, runs.c.state == DRAFT)
        )
        return list(connection.execute(query))


def numbers_of(connection: sa.Connection, run_id: int) -> list[int]:
    """A run's reversals in the order in which they get their numbers."""
    query = sa.select(orders.c.order_id).where(orders.c.run_id == run_id, orders.c.kind == CANCELLATION)
    return list(connection.scalars(query.order_by(orders.c.order_id)))


def give_number(connection: sa.Connection, order_id: int, year: int, *, running: int, number: str, on: date) -> None:
    """The number and date of a reversal."""
    values = {"year": year, "running_number": running, "number": number, "document_date": on}
    connection.execute(sa.update(orders).where(orders.c.order_id == order_id).values(**values))
