"""Which credits a run sets against which invoices (RULES section 8.10): the oldest first, never more than the invoice."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.identifiers import Ags
from schemas.months import Month
from schemas.offsets import (
    Decision,
    Fate,
    Offset,
    OffsetBooks,
    OwnOffsets,
    RunOffsets,
    TakenBack,
    UsedCredit,
    WaitingCredit,
)
from schemas.open_items import Claim, PaymentBooks
from schemas.programme.programme import Programme


def waiting_credits(books: PaymentBooks, reversing: Collection[str] = ()) -> list[WaitingCredit]:
    """Credit notes that wait for an invoice, in the order of their numbers, with what is open of them.

    Open is what was neither set off, by what still holds, nor paid out, as far as either is known. `reversing`: documents
    that the run takes back: a credit among them waits no more, and what an invoice among them was set against is open again.
    """
    known, gone = books.offsets, _paid_out(books)
    used: defaultdict[str, int] = defaultdict(int)
    for each in known.offsets:
        if each.taken_back_on is None and each.invoice not in reversing:
            used[each.credit] += each.cents
    found = []
    for claim in books.claims:
        if claim.number in known.waiting and claim.reversed_on is None and claim.number not in reversing:
            open_cents = -claim.amount_cents - used[claim.number] - gone[claim.number]
            if open_cents > 0:
                found.append(WaitingCredit(claim.ags, claim.number, open_cents, gone[claim.number]))
    return found


def decisions(
    programme: Programme, month: Month, totals: Mapping[Ags, int], waiting: Sequence[WaitingCredit]
) -> list[Decision]:
    """What a run does with credits: with those that wait, and with its own; in the order of the AGS.

    `totals`: AGS → what the run settles in cents. A credit is set against an invoice of its own municipality only. Where
    no invoice can follow, what is left of it is paid out, and a credit note of that run is paid out at once.
    """
    found: list[Decision] = []
    own: defaultdict[Ags, list[WaitingCredit]] = defaultdict(list)
    for credit in waiting:
        own[credit.ags].append(credit)
    for ags in programme.members:
        total, last = totals.get(ags, 0), programme.is_last(ags, month)
        found += _of(own[ags], max(total, 0), last=last)
        if total < 0 and programme.accounting.credits == "offset" and not last:
            found.append(Decision(ags, None, Fate.WAITS, -total, -total, 0))
    return found


def _of(waiting: Sequence[WaitingCredit], invoiced_cents: int, *, last: bool) -> Iterator[Decision]:
    left = invoiced_cents
    for credit in waiting:
        used = min(credit.open_cents, left)
        rest = credit.open_cents - used
        left -= used
        if used:
            yield Decision(credit.ags, credit.number, Fate.SET_OFF, used, rest, credit.paid_out_cents)
        if rest and last:
            paid_out = credit.paid_out_cents + rest
            yield Decision(credit.ags, credit.number, Fate.PAID_OUT, rest, 0, paid_out)


def run_offsets(
    decided: Sequence[Decision], books: PaymentBooks, month: Month, reversing: Collection[str]
) -> RunOffsets:
    """What a run does with credits, for its documents; `books`: what it knew, `reversing`: the documents that it takes back."""
    claims = {claim.number: claim for claim in books.claims}
    own: dict[Ags, OwnOffsets] = {}
    for each in decided:
        if each.fate is Fate.TAKEN_BACK:
            continue
        before = own.get(each.ags) or OwnOffsets(each.ags)
        if each.credit is None:
            own[each.ags] = replace(before, waiting_cents=each.amount_cents)
            continue
        used = UsedCredit(each.credit, claims[each.credit].day, each.amount_cents, each.left_cents)
        if each.fate is Fate.SET_OFF:
            own[each.ags] = replace(before, used=(*before.used, used))
        else:
            own[each.ags] = replace(before, paid_out=(*before.paid_out, used))
    stood = [each for each in books.offsets.offsets if each.held_before(month)]
    settled = {each.credit: each.amount_cents for each in decided if each.fate is Fate.TAKEN_BACK}
    back = {
        number: _credit_taken_back(stood, number, settled.get(number, 0), reversing)
        if number in books.offsets.waiting
        else _taken_back([each for each in stood if each.invoice == number], books.offsets, claims, reversing, own)
        for number in sorted(reversing)
    }
    return RunOffsets(own, back)


def _credit_taken_back(
    stood: Sequence[Offset], credit: str, settled_cents: int, reversing: Collection[str]
) -> TakenBack:
    used = sum(each.cents for each in stood if each.credit == credit and each.invoice not in reversing)
    return TakenBack(settled_cents=settled_cents, paid_out_cents=max(settled_cents - used, 0))


def reversed_credits(books: PaymentBooks, reversing: Collection[str]) -> Iterator[Decision]:
    """What of credits that a run takes back was set off or paid out by then, at most their amount: that is owed.

    What is set against an invoice that the same run takes back is not.
    """
    gone = _paid_out(books)
    for claim in books.claims:
        if claim.number in books.offsets.waiting and claim.number in reversing:
            used = sum(
                each.cents
                for each in books.offsets.offsets
                if each.credit == claim.number and each.taken_back_on is None and each.invoice not in reversing
            )
            settled = min(used + gone[claim.number], -claim.amount_cents)
            if settled:
                yield Decision(claim.ags, claim.number, Fate.TAKEN_BACK, settled, 0, gone[claim.number])


def _taken_back(
    stood: Sequence[Offset],
    known: OffsetBooks,
    claims: Mapping[str, Claim],
    reversing: Collection[str],
    own: Mapping[Ags, OwnOffsets],
) -> TakenBack:
    opened, lapsed, before = list[UsedCredit](), list[UsedCredit](), list[UsedCredit]()
    for each in stood:
        credit = claims[each.credit]
        part = UsedCredit(each.credit, credit.day, each.cents)
        if each.credit in reversing:
            lapsed.append(part)
        elif credit.reversed_on is None:
            opened.append(part)
        else:
            before.append(replace(part, ahead_cents=_ahead(each, known)))
    now = own.get(stood[0].ags) if stood else None
    numbers = {each.number for each in opened}
    left = {each.number: each.left_cents for each in now.used if each.number in numbers} if now else {}
    paid_out = now is not None and any(each.number in numbers for each in now.paid_out)
    return TakenBack(
        tuple(opened),
        tuple(lapsed),
        tuple(before),
        set_off_again=bool(left),
        rest_waits=bool(left) and not paid_out and (any(left.values()) or numbers > left.keys()),
        paid_out=paid_out,
    )


def _ahead(offset: Offset, known: OffsetBooks) -> int:
    """What was set off of a credit before a part of it, of what its Storno asked for: cents."""
    storno, total = known.taken_back[offset.credit], 0
    for each in known.offsets:
        if each == offset:
            break
        if each.credit == offset.credit and (each.taken_back_in is None or each.taken_back_in > storno):
            total += each.cents
    return total


def _paid_out(books: PaymentBooks) -> defaultdict[str, int]:
    """Credit → what was paid out of it: by the bank's account, or by the run that had to, as far as it is known."""
    paid: defaultdict[str, int] = defaultdict(int)
    for stored in books.movements:
        for share in stored.shares:
            if share.ags is not None and share.number is not None:
                paid[share.number] -= share.amount_cents
    known = books.offsets.paid_out
    return defaultdict(int, {number: max(paid[number], known.get(number, 0), 0) for number in {*paid, *known}})
