"""Which credits a run sets against which invoices (RULES section 8.10): the oldest first, never more than the invoice."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from schemas.identifiers import Ags
from schemas.months import Month
from schemas.offsets import Decision, Fate, Offset, OwnOffsets, RunOffsets, TakenBack, UsedCredit, WaitingCredit
from schemas.open_items import PaymentBooks
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
    for ags in programme.members:
        own = [credit for credit in waiting if credit.ags == ags]
        found += _of(own, max(totals.get(ags, 0), 0), last=programme.is_last(ags, month))
        total = totals.get(ags, 0)
        if total < 0 and programme.accounting.credits == "offset" and not programme.is_last(ags, month):
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
    back = {number: _taken_back(number, stood, books, reversing) for number in sorted(reversing)}
    return RunOffsets(own, back)


def _taken_back(number: str, stood: Sequence[Offset], books: PaymentBooks, reversing: Collection[str]) -> TakenBack:
    if number not in books.offsets.waiting:
        days = {claim.number: claim.day for claim in books.claims}
        return TakenBack(
            tuple(UsedCredit(each.credit, days[each.credit], each.cents) for each in stood if each.invoice == number)
        )
    used = sum(each.cents for each in stood if each.credit == number and each.invoice not in reversing)
    return TakenBack(settled_cents=used + _paid_out(books)[number])


def _paid_out(books: PaymentBooks) -> defaultdict[str, int]:
    """Credit → what was paid out of it: by the bank's account, or by the run that had to, as far as it is known."""
    paid: defaultdict[str, int] = defaultdict(int)
    for stored in books.movements:
        for share in stored.shares:
            if share.ags is not None and share.number is not None:
                paid[share.number] -= share.amount_cents
    known = books.offsets.paid_out
    return defaultdict(int, {number: max(paid[number], known.get(number, 0), 0) for number in {*paid, *known}})
