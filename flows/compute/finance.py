"""A run in the light of the runs before it: the carrier's account, what is outstanding, what changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from schemas.finance import CARRIER_ACCOUNT, CHANGES, OUTSTANDING, CarrierPart, Finance, FinanceBooks, frame
from schemas.identifiers import Ags
from schemas.money import rounded
from schemas.months import Month, months_from
from schemas.programme.programme import Programme
from schemas.results import CARRIER_KINDS, LineKind

_ALL_CHARGED: Mapping[Month, int] = {}  # every run pays what is charged
_ONCE = (LineKind.START_UP, LineKind.ADJUSTMENT)  # amounts that say nothing about the next month


def finance(
    books: FinanceBooks, programme: Programme, document_date: date | None, received: Mapping[Month, int] = _ALL_CHARGED
) -> Finance:
    """Everything that the overview of the newest run in the books shows beyond its own lines.

    The carrier is paid when the municipalities' invoices of the run fall due. `received`: as in Finance.
    """
    account = carrier_account(books, received) if programme.carrier else None
    due = None if document_date is None else programme.accounting.due_date(document_date)
    return Finance(
        account=account,
        outstanding=outstanding(
            books, programme.members, {ags: member.until for ags, member in programme.members.items() if member.until}
        ),
        changes=changes(books, programme.members),
        reversals=books.reversals,
        previous_month=books.months[-2] if len(books.months) > 1 else None,
        payment_cents=0 if account is None else account["payment_cents"][-1],
        payment_date=due,
        received=received,
    )


def received_for_carrier(parts: Iterable[CarrierPart], paid: Mapping[str, int], month: Month) -> int:
    """The carrier's part of what was paid, in cents, when a month is settled: of the documents that runs before it made.

    A document's part counts as its amount is paid: in proportion, rounded once, and never more than it; what was taken back
    before the month counts for nothing, and what comes to nothing is paid by itself. `paid`: document → what came for it.
    """
    received = 0
    for part in parts:
        if part.settled_in >= month or (part.reversed_in is not None and part.reversed_in < month):
            continue
        if part.total_cents == 0:
            received += part.carrier_cents
            continue
        sign = 1 if part.total_cents > 0 else -1
        came = min(max(sign * paid.get(part.number, 0), 0), abs(part.total_cents))
        received += rounded(came * part.carrier_cents, abs(part.total_cents))
    return received


def carrier_account(books: FinanceBooks, received: Mapping[Month, int] = _ALL_CHARGED) -> pl.DataFrame:
    """The carrier's account, run by run (finance.CARRIER_ACCOUNT), in cents.

    Premiums, neutrality and start-up contributions are owed to the carrier as they are posted. Every run pays what is owed by
    then; where reversals outweigh it, the negative balance is carried forward and set off later, never paid. Opening
    balances are no part of it: what was charged before this software was passed on before it. A run in `received` pays no
    more than was received by then and not paid yet; the rest is carried forward.
    """
    owed = {
        (month, kind): amount
        for month, kind, amount in books.postings.group_by("settled_in", "kind")
        .agg(pl.col("amount_cents").sum())
        .rows()
    }
    records: list[dict[str, object]] = []
    balance = paid = 0
    for month in books.months:
        premium, neutrality, start_up = (owed.get((month, str(kind)), 0) for kind in CARRIER_KINDS)
        due = balance + premium + neutrality + start_up
        payment = max(0, min(due, received[month] - paid) if month in received else due)
        paid += payment
        records.append(
            {
                "settled_in": month,
                "brought_forward_cents": balance,
                "premium_cents": premium,
                "neutrality_cents": neutrality,
                "start_up_cents": start_up,
                "payment_cents": payment,
                "carried_forward_cents": due - payment,
            }
        )
        balance = due - payment
    return frame(CARRIER_ACCOUNT, records)


def outstanding(books: FinanceBooks, members: Iterable[Ags], until: Mapping[Ags, Month]) -> pl.DataFrame:
    """Months up to the newest run's without an accepted return (finance.OUTSTANDING), by municipality and month.

    The estimate repeats the municipality's newest settled month before: all that was posted for that service month
    so far, corrections included, without start-up contributions and manual lines. It is no claim and never booked.
    `until`: AGS → last month of a municipality that has left, of which nothing is expected afterwards.
    """
    month = books.months[-1]
    accepted = {(ags, of) for ags, of, taken in books.taken_in.rows() if taken}
    held_back = {(ags, of) for ags, of, taken in books.taken_in.rows() if not taken}
    amounts = pl.concat([books.opening, books.postings]).filter(~pl.col("kind").is_in([str(kind) for kind in _ONCE]))
    settled = {
        (ags, of): amount
        for ags, of, amount in amounts.group_by("ags", "service_month").agg(pl.col("amount_cents").sum()).rows()
    }
    first = min((of for _, of in accepted), default=month)
    records: list[dict[str, object]] = []
    for ags in members:
        basis = None
        for of in months_from(first, min(month, until.get(ags, month))):
            if (ags, of) in accepted:
                basis = of
                continue
            records.append(
                {
                    "ags": ags,
                    "month": of,
                    "held_back": (ags, of) in held_back,
                    "basis_month": basis,
                    "expected_cents": None if basis is None else settled.get((ags, basis), 0),
                }
            )
    return frame(OUTSTANDING, records)


def changes(books: FinanceBooks, members: Iterable[Ags]) -> pl.DataFrame:
    """The newest run beside the one before it, municipality by municipality (finance.CHANGES)."""
    month = books.months[-1]
    now = _parts(books.postings, month)
    before = _parts(books.postings, books.months[-2]) if len(books.months) > 1 else {}
    records: list[dict[str, object]] = []
    for ags in members:
        new, old = now.get(ags, _NOTHING), before.get(ags, _NOTHING)
        records.append(
            {
                "ags": ags,
                "previous_cents": old.total,
                "current_cents": new.current - old.current,
                "earlier_cents": new.earlier - old.earlier,
                "once_cents": new.once - old.once,
                "total_cents": new.total,
                "previous_lines": old.lines,
                "lines": new.lines,
            }
        )
    return frame(CHANGES, records)


class _Parts(NamedTuple):
    """What a run settles for its own month, for earlier ones, and once; and the lines of its own month."""

    current: int
    earlier: int
    once: int
    lines: int

    @property
    def total(self) -> int:
        return self.current + self.earlier + self.once


_NOTHING = _Parts(0, 0, 0, 0)


def _parts(postings: pl.DataFrame, month: Month) -> dict[Ags, _Parts]:
    """Municipality → the parts of a run's amount."""
    once = pl.col("kind").is_in([str(kind) for kind in _ONCE])
    own = ~once & (pl.col("service_month") == month)
    amount = pl.col("amount_cents")
    parts = (
        postings.filter(pl.col("settled_in") == month)
        .group_by("ags")
        .agg(
            amount.filter(own).sum(),
            amount.filter(~once & ~own).sum().alias("earlier"),
            amount.filter(once).sum().alias("once"),
            pl.col("lines").filter(own).sum(),
        )
    )
    return {ags: _Parts(*numbers) for ags, *numbers in parts.rows()}
