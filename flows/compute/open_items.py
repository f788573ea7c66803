"""Open items: what documents leave open on a day, after their reversals and what was paid (RULES section 8.9)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import polars as pl

from schemas.finance import frame
from schemas.identifiers import Ags
from schemas.movements import StoredMovement
from schemas.open_items import OPEN_ITEMS, Claim, Item, PaymentBooks


def items(books: PaymentBooks, on: date) -> list[Item]:
    """What every document comes to on a day, paid or not; in the order of AGS and number.

    A document counts from its own day, its Storno from that of the Storno, money from the day on which the bank booked it:
    so Σ documents − Σ payments = Σ open items, for each municipality and day. What was assigned since is known of earlier
    days too.
    """
    paid = _paid(books.movements, on)
    found = [
        _item(claim, paid.pop((claim.ags, claim.number), 0), on)
        for claim in books.claims
        if claim.day <= on or (claim.ags, claim.number) in paid
    ]
    found += [
        Item(ags, number, None, None, None, None, 0, cents, reversed=False, overdue_days=0)
        for (ags, number), cents in paid.items()
    ]
    return sorted(found, key=lambda item: (item.ags, item.number or ""))


def open_items(books: PaymentBooks, on: date) -> list[Item]:
    """Those that leave something open."""
    return [item for item in items(books, on) if item.open_cents]


def _paid(movements: Iterable[StoredMovement], on: date) -> dict[tuple[Ags, str | None], int]:
    """Municipality and document → what came in for it up to a day, less what went out."""
    paid: defaultdict[tuple[Ags, str | None], int] = defaultdict(int)
    for movement in movements:
        if movement.movement.day <= on:
            for share in movement.shares:
                if share.ags is not None:
                    paid[share.ags, share.number] += share.amount_cents
    return dict(paid)


def _item(claim: Claim, paid_cents: int, on: date) -> Item:
    taken_back = claim.reversed_on is not None and claim.reversed_on <= on
    charged = 0 if taken_back or claim.day > on else claim.amount_cents
    late = claim.due is not None and claim.due < on and charged != paid_cents and not taken_back
    return Item(
        ags=claim.ags,
        number=claim.number,
        month=claim.month,
        kind=claim.kind,
        day=claim.day,
        due=claim.due,
        amount_cents=charged,
        paid_cents=paid_cents,
        reversed=taken_back,
        overdue_days=(on - claim.due).days if late and claim.due is not None else 0,
    )


def in_frame(found: Iterable[Item]) -> pl.DataFrame:
    """Open items as a frame (OPEN_ITEMS)."""
    return frame(
        OPEN_ITEMS,
        [
            {
                "ags": item.ags,
                "number": item.number,
                "settled_in": item.month,
                "document_date": item.day,
                "due_date": item.due,
                "amount_cents": item.amount_cents,
                "paid_cents": item.paid_cents,
                "open_cents": item.open_cents,
                "overdue_days": item.overdue_days,
            }
            for item in found
        ],
    )
