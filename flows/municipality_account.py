"""Use case: a municipality over all months: its account, what it saved, what is open; nothing is changed."""

from datetime import date

import polars as pl

from flows import collect
from flows.compute.finance import outstanding
from flows.compute.indicators.returns import first_accepted
from flows.compute.open_items import open_items
from flows.ledger.views.account import read_account, read_balances, read_returns_of
from flows.ledger.views.finance import read_finance_books
from flows.ledger.views.payments import read_payment_books
from flows.location import Location
from flows.provenance import read_programme
from flows.viewing import own_documents, settled_months
from schemas.documents import return_states
from schemas.identifiers import Ags
from schemas.months import Month, months_from
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.viewing import (
    AccountEntry,
    AccountMonth,
    MunicipalityView,
    OpenReturn,
    OwnMoney,
    SavedMonth,
    Saving,
)


def view_municipality(location: Location, ags: Ags, on: date, with_draft: bool = True) -> MunicipalityView:
    """A municipality's months in order, and what is open on a day. Refusal where it is no member."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    if ags not in programme.members:
        raise Refusal("page-unknown")
    settled = settled_months(location, with_draft)
    received = read_returns_of(location.ledger, ags).filter(pl.col("settled_in").is_in(settled))
    on_time = dict(first_accepted(received, programme).select("month", "on_time").iter_rows())
    months = tuple(
        _account_month(entry, location, programme, ags, on_time.get(entry.month))
        for entry in read_account(location.ledger, ags)
        if entry.month in settled
    )
    orders = collect.pending(location).orders if with_draft else ()
    return MunicipalityView(
        programme=programme,
        ags=ags,
        name=programme.members[ags].name,
        months=months,
        saving=_saving(location, settled[-1], ags) if settled and programme.premium else None,
        money=_own_money(location, ags, on),
        open_returns=_open_returns(location, settled, programme, ags),
        orders=tuple(order for order in orders if order.ags == ags),
    )


def _saving(location: Location, month: Month, ags: Ags) -> Saving:
    balances, with_erased = read_balances(location.ledger, month, ags)
    charged = pl.col("premium_cents") + pl.col("neutrality_cents")
    rows = balances.select("service_month", "saved_cents", charged).iter_rows()
    of_month = {each: cents for each, *cents in rows if any(cents)}
    months = months_from(min(of_month), max(of_month)) if of_month else []
    return Saving(tuple(SavedMonth(each, *of_month.get(each, (0, 0))) for each in months), with_erased)


def _own_money(location: Location, ags: Ags, on: date) -> OwnMoney:
    books = read_payment_books(location.ledger)
    own = tuple(item for item in open_items(books, on) if item.ags == ags)
    return OwnMoney(on, own, max((stored.movement.day for stored in books.movements), default=None))


def _open_returns(location: Location, settled: list[Month], programme: Programme, ags: Ags) -> tuple[OpenReturn, ...]:
    if not settled:
        return ()
    until = programme.members[ags].until
    books = read_finance_books(location.ledger, settled[-1])
    found = outstanding(books, [ags], {ags: until} if until else {})
    return tuple(OpenReturn(month, held_back) for month, held_back in found.select("month", "held_back").iter_rows())


def _account_month(
    entry: AccountEntry, location: Location, programme: Programme, ags: Ags, on_time: bool | None
) -> AccountMonth:
    return AccountMonth(
        month=entry.month,
        draft=entry.draft,
        return_state=return_states(entry.received, entry.month, [ags], programme.left(entry.month))[ags],
        number=entry.number,
        due_date=entry.due_date,
        total_cents=entry.total_cents,
        payable_cents=entry.payable_cents,
        documents=own_documents(location, entry.month, ags),
        taken_back_cents=entry.taken_back_cents,
        on_time=on_time,
    )
