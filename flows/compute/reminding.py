"""Who is reminded of what, and what a municipality's account comes to over a year (RULES section 8.9)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from flows.compute.open_items import open_items
from schemas.identifiers import Ags
from schemas.months import month_of
from schemas.movements import Share, StoredMovement
from schemas.open_items import AccountEntry, EntryKind, Item, PaymentBooks, Reminder, YearAccount
from schemas.programme.parties import Reminders
from schemas.programme.programme import Programme


def reminders(
    programme: Programme, books: PaymentBooks, terms: Reminders, on: date, reminded: Mapping[str, date]
) -> list[Reminder]:
    """For each recipient of documents, what is overdue for long enough and comes to enough together; in the order of the AGS.

    `reminded`: document → the day of its last reminder. It is reminded of again only when the days that were given then
    are over.
    """
    overdue: defaultdict[Ags, list[Item]] = defaultdict(list)
    owed: defaultdict[Ags, int] = defaultdict(int)
    waiting: defaultdict[Ags, int] = defaultdict(int)
    waits = books.offsets.waiting - books.offsets.paid_out.keys()
    for item in open_items(books, on):
        recipient = _recipient(programme, item)
        if recipient is None:
            continue
        next_invoice = item.number in waits and not programme.is_last(item.ags, month_of(on))
        (waiting if next_invoice else owed)[recipient] -= min(item.open_cents, 0)
        if (
            item.open_cents > 0
            and item.overdue_days >= max(terms.after_days, 1)
            and not _waits(item, terms, on, reminded)
        ):
            overdue[recipient].append(item)
    paid = [stored.movement.day for stored in books.movements if stored.movement.day <= on]
    found = [
        Reminder(ags, on, tuple(sorted(items, key=lambda item: str(item.number))), owed[ags], max(paid, default=None), on + timedelta(days=terms.pay_days), waiting[ags])
        for ags, items in sorted(overdue.items())
    ]  # fmt: skip
    return [each for each in found if each.open_cents >= terms.minimum_cents]


def _waits(item: Item, terms: Reminders, on: date, reminded: Mapping[str, date]) -> bool:
    last = reminded.get(item.number or "")
    return last is not None and last != on and on <= last + timedelta(days=terms.pay_days)


def _recipient(programme: Programme, item: Item) -> Ags | None:
    """Who received the document; of one without a month, the municipality itself."""
    member = programme.members.get(item.ags)
    if member is None:
        return None
    return member.ags if item.month is None else programme.recipient(member, item.month).ags


def year_account(books: PaymentBooks, ags: Ags, year: int, until: date) -> YearAccount:
    """A municipality's account over a year, to its end or to an earlier day."""
    begin = date(year, 1, 1)
    entries = sorted(
        _entries(books, ags), key=lambda entry: (entry.day, list(EntryKind).index(entry.kind), entry.number)
    )
    return YearAccount(
        ags=ags,
        year=year,
        until=until,
        opening_cents=sum(entry.cents for entry in entries if entry.day < begin),
        entries=tuple(entry for entry in entries if begin <= entry.day <= until),
        open_numbers=tuple(item.number for item in open_items(books, until) if item.ags == ags and item.number),
    )


def _entries(books: PaymentBooks, ags: Ags) -> Iterator[AccountEntry]:
    for claim in books.claims:
        if claim.ags == ags:
            kind = EntryKind.INVOICE if claim.amount_cents > 0 else EntryKind.CREDIT_NOTE
            yield AccountEntry(claim.day, kind, claim.number, "", claim.amount_cents)
            if claim.reversed_on is not None:
                yield AccountEntry(
                    claim.reversed_on, EntryKind.REVERSAL, claim.number, claim.reversal or "", -claim.amount_cents
                )
    for offset in books.offsets.offsets:
        if offset.ags == ags:
            yield from _set_off(offset.invoice, offset.credit, offset.day, offset.taken_back_on, -offset.cents)
            yield from _set_off(offset.credit, offset.invoice, offset.day, offset.taken_back_on, offset.cents)
    for stored in books.movements:
        for share in stored.shares:
            if share.ags == ags:
                yield AccountEntry(
                    stored.movement.day, _kind(stored, share), share.number or "", "", -share.amount_cents
                )


def _set_off(number: str, other: str, day: date, back: date | None, cents: int) -> Iterator[AccountEntry]:
    """One side of a set-off, and of its end."""
    yield AccountEntry(day, EntryKind.OFFSET, number, other, cents)
    if back is not None:
        yield AccountEntry(back, EntryKind.OFFSET_BACK, number, other, -cents)


def _kind(stored: StoredMovement, share: Share) -> EntryKind:
    if not share.number:
        return EntryKind.ON_ACCOUNT
    if share.amount_cents * stored.movement.amount_cents < 0:
        return EntryKind.SET_OFF
    return EntryKind.PAID if share.amount_cents > 0 else EntryKind.PAID_OUT
