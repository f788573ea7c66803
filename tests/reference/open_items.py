"""Open items once more (RULES section 8.9): lists of what was charged, taken back and paid, added up one by one."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Charged(NamedTuple):
    """A document: whose it is, from when on, and what it comes to."""

    ags: str
    number: str
    day: date
    cents: int


class TakenBack(NamedTuple):
    """A Storno of a document."""

    number: str
    day: date


class Paid(NamedTuple):
    """What of a payment is a municipality's; without a number it names no document."""

    ags: str
    number: str | None
    day: date
    cents: int


class SetOff(NamedTuple):
    """A credit note, or a part of it, set against an invoice of the same municipality."""

    ags: str
    invoice: str
    credit: str
    day: date
    cents: int


def open_on(
    day: date,
    charged: Iterable[Charged],
    taken_back: Iterable[TakenBack],
    paid: Iterable[Paid],
    set_off: Iterable[SetOff] = (),
) -> dict[tuple[str, str | None], int]:
    """Municipality and document → what is open at the end of a day; nothing where it is nothing."""
    gone = {entry.number for entry in taken_back if entry.day <= day}
    found: dict[tuple[str, str | None], int] = {}
    for document in charged:
        if document.day <= day and document.number not in gone:
            found[document.ags, document.number] = found.get((document.ags, document.number), 0) + document.cents
    for payment in paid:
        if payment.day <= day:
            found[payment.ags, payment.number] = found.get((payment.ags, payment.number), 0) - payment.cents
    for entry in set_off:
        if entry.day <= day and entry.invoice not in gone:
            found[entry.ags, entry.invoice] = found.get((entry.ags, entry.invoice), 0) - entry.cents
            found[entry.ags, entry.credit] = found.get((entry.ags, entry.credit), 0) + entry.cents
    return {key: cents for key, cents in found.items() if cents}


def per_municipality(
    day: date, charged: Iterable[Charged], taken_back: Iterable[TakenBack], paid: Iterable[Paid]
) -> dict[str, int]:
    """Σ documents − Σ payments of each municipality: a Storno counts as a document with the other sign."""
    of = {document.number: document for document in charged}
    sums: dict[str, int] = {}
    for document in charged:
        if document.day <= day:
            sums[document.ags] = sums.get(document.ags, 0) + document.cents
    for entry in taken_back:
        if entry.day <= day:
            sums[of[entry.number].ags] -= of[entry.number].cents
    for payment in paid:
        if payment.day <= day:
            sums[payment.ags] = sums.get(payment.ags, 0) - payment.cents
    return {ags: cents for ags, cents in sums.items() if cents}
