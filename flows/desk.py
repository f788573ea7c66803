"""Use case: what the cash office looks at before it orders: orders, documents, years, opening balances; nothing is changed."""

from datetime import date

from flows.ledger import balances, closings, month_state
from flows.ledger.erasure_record import first_kept_month
from flows.ledger.store.tables import DRAFT
from flows.ledger.views import orders
from flows.location import Location
from flows.provenance import read_programme
from schemas.identifiers import Ags
from schemas.months import NO_MONTH, Month, month_in, month_of, months_from, year_of
from schemas.office import OpeningView, OrderRecord, OrdersView, ReversalView, YearsView
from schemas.programme.programme import Programme
from schemas.refusal import Refusal


def view_orders(location: Location, today: date) -> OrdersView:
    """All orders, and the months for which a manual line can be ordered."""
    programme = _programme(location)
    closed_until, kept = _closed_until(location, programme), first_kept_month(location.ledger)
    newest = min(month_of(today), programme.last_month or month_of(today))
    return OrdersView(
        programme=programme,
        orders=orders_of(location),
        open_months=tuple(
            month
            for month in reversed(months_from(programme.first_month, newest))
            if month >= kept and (closed_until is None or month > closed_until)
        ),
        draft=next((entry.month for entry in month_state.months(location.ledger) if entry.state == DRAFT), None),
        closed_until=closed_until,
    )


def orders_of(location: Location) -> tuple[OrderRecord, ...]:
    """All orders and what became of them: those that are not posted first, then the newest month's."""
    return orders.read_orders(location.ledger)


def view_documents(location: Location, ags: Ags | None) -> ReversalView:
    """A municipality's documents, and what stands in the way of taking them back. Refusal where it is no member."""
    programme = _programme(location)
    if ags is not None:
        programme.check_member(ags)
    return ReversalView(programme, ags, orders.read_documents(location.ledger, ags) if ags else ())


def reversal_hindrance(location: Location, ags: Ags, number: str) -> Refusal | None:
    """What stands in the way of taking a municipality's document back, if anything does."""
    found = {document.number: document.hindrance for document in orders.read_documents(location.ledger, ags)}
    return found.get(number)


def view_years(location: Location) -> YearsView:
    """Which years are closed, and which can be closed or opened."""
    programme = _programme(location)
    closed_until, kept = _closed_until(location, programme), first_kept_month(location.ledger)
    last = max(month_state.approved_months(location.ledger), default=None)
    first = year_of(programme.first_month)
    newest_closed = year_of(closed_until) if closed_until else first - 1
    return YearsView(
        programme=programme,
        last_approved=last,
        closed_until=closed_until,
        closable=tuple(
            year
            for year in range(max(first, newest_closed + 1), year_of(last) + 1 if last else first)
            if last and month_in(year, 12) <= last
        ),
        openable=tuple(year for year in range(first, newest_closed + 1) if month_in(year, 12) >= kept),
        deeds=closings.deeds(location.ledger),
    )


def view_opening(location: Location) -> OpeningView:
    """Opening balances, and whether there can still be other ones."""
    return OpeningView(
        _programme(location), balances.opening_run(location.ledger), bool(month_state.months(location.ledger))
    )


def _closed_until(location: Location, programme: Programme) -> Month | None:
    """The last closed month; what was opened again up to the programme's first year leaves none."""
    until = max((entry.until for entry in closings.closed(location.ledger)), default=NO_MONTH)
    return until if until >= programme.first_month else None


def _programme(location: Location) -> Programme:
    return read_programme(location.inputs, location.programme, location.ledger)
