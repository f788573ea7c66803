"""Open items: what documents leave open on a day, after their reversals and what was paid (RULES section 8.9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from flows.compute.matching import Matching
from schemas.identifiers import Ags
from schemas.movements import StoredMovement, Unclear
from schemas.open_items import Claim, Item, Money, PaymentBooks, Storno
from schemas.programme.programme import Programme


def items(books: PaymentBooks, on: date) -> list[Item]:
    """What every document comes to on a day, paid or not; in the order of AGS and number.

    A document counts from its own day, its Storno from that of the Storno, money from the day on which the bank booked it:
    so Σ documents − Σ payments = Σ open items, for each municipality and day. What was assigned since is known of earlier
    days too. A set-off settles its invoice and its credit note by the same amount, and moves nothing in these sums.
    """
    paid, offset = _paid(books.movements, on), _offset(books, on)
    found = [
        _item(claim, paid.pop((claim.ags, claim.number), 0), offset.get(claim.number, 0), on)
        for claim in books.claims
        if claim.day <= on or (claim.ags, claim.number) in paid
    ]
    found += [
        Item(ags, number, None, 0, None, None, 0, cents, storno=None, overdue_days=0)
        for (ags, number), cents in paid.items()
    ]
    return sorted(found, key=lambda item: (item.ags, item.number or ""))


def open_items(books: PaymentBooks, on: date) -> list[Item]:
    """Those that leave something open."""
    return [item for item in items(books, on) if item.open_cents]


def money_on(programme: Programme, books: PaymentBooks, on: date, seen: Collection[int] = ()) -> Money:
    """How money stands on a day; `seen` are the movements that somebody has looked at before."""
    until = replace(books, movements=tuple(each for each in books.movements if each.movement.day <= on))
    books = replace(books, claims=tuple(_with_due_date(programme, claim) for claim in books.claims))
    return Money(
        on=on,
        documents=tuple(items(books, on)),
        unclear=unclear_of(programme, until),
        came=tuple(each for each in until.movements if each.id not in seen),
    )


def unclear_of(programme: Programme, books: PaymentBooks) -> tuple[Unclear, ...]:
    """Movements that are not allocated in full, with the nearest candidates for what is left of them."""
    matching = Matching(programme, books)
    return tuple(
        Unclear(stored, matching.candidates(replace(stored.movement, amount_cents=stored.open_cents)))
        for stored in books.movements
        if stored.open_cents
    )


def _paid(movements: Iterable[StoredMovement], on: date) -> dict[tuple[Ags, str | None], int]:
    """Municipality and document → what came in for it up to a day, less what went out."""
    paid: defaultdict[tuple[Ags, str | None], int] = defaultdict(int)
    for movement in movements:
        if movement.movement.day <= on:
            for share in movement.shares:
                if share.ags is not None:
                    paid[share.ags, share.number] += share.amount_cents
    return dict(paid)


def _offset(books: PaymentBooks, on: date) -> dict[str, int]:
    """Document → what is set off on a day: positive of an invoice, negative of a credit note."""
    offset: defaultdict[str, int] = defaultdict(int)
    for each in books.offsets.offsets:
        if each.holds(on):
            offset[each.invoice] += each.cents
            offset[each.credit] -= each.cents
    return dict(offset)


def _item(claim: Claim, moved_cents: int, offset_cents: int, on: date) -> Item:
    paid_cents = moved_cents + offset_cents
    storno = _storno(claim, on)
    charged = 0 if storno or claim.day > on else claim.amount_cents
    late = claim.due is not None and claim.due < on and (charged - paid_cents) * charged > 0
    overdue_days = (on - claim.due).days if late and claim.due is not None else 0
    return Item(
        ags=claim.ags,
        number=claim.number,
        month=claim.month,
        document_cents=claim.amount_cents,
        day=claim.day,
        due=claim.due,
        amount_cents=charged,
        paid_cents=paid_cents,
        storno=storno,
        offset_cents=offset_cents,
        overdue_days=storno.late_days
        if storno is not None and claim.amount_cents < 0 and paid_cents < 0
        else overdue_days,
    )


def _storno(claim: Claim, on: date) -> Storno | None:
    if claim.reversed_on is None or claim.reversed_on > on:
        return None
    due = claim.reversal_due
    return Storno(claim.reversal, claim.reversed_on, due, 0 if due is None else max(0, (on - due).days))


def _with_due_date(programme: Programme, claim: Claim) -> Claim:
    """A Storno whose run asked nobody else for anything falls due by the programme as it is."""
    if claim.reversed_on is None or claim.reversal_due is not None:
        return claim
    return replace(claim, reversal_due=programme.accounting.due_date(claim.reversed_on))
