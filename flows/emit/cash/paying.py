"""What the county pays out for a run: to the carrier, and to every municipality that is owed a credit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from schemas.bank_text import bank_name, bank_purpose
from schemas.documents import DocumentKind
from schemas.finance import Finance
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.offsets import NOTHING_SET_OFF, RunOffsets, sum_of
from schemas.payments import Payment, Way, carrier_reference, carrier_settled
from schemas.programme.programme import Programme


def payments(
    documents: pl.DataFrame,
    programme: Programme,
    finance: Finance,
    month: Month,
    offsets: RunOffsets = NOTHING_SET_OFF,
) -> list[Payment]:
    """The carrier's payment, the credit notes and the reversals in a municipality's favour, in cents.

    `documents` is a DOCUMENTS frame. What is certain stands first, in the order of the documents' numbers: no credit that
    waits for the next invoice, and earlier ones that no invoice can follow any more. Whether a reversal is to be paid depends
    on whether the reversed document was: what movements tell of it, where any were ever taken in, stands beside it.
    """
    certain = [
        *_carrier(programme, finance, month),
        *_credits(documents, programme, month, offsets),
        *_left_over(programme, finance, month, offsets),
    ]
    return [*certain, *_reversals(programme, finance, month, offsets)]


def _carrier(programme: Programme, finance: Finance, month: Month) -> Iterator[Payment]:
    carrier = programme.carrier
    if carrier is not None and finance.payment_cents > 0:
        yield Payment(
            payee=carrier.name,
            ags=None,
            document=None,
            cancelled=None,
            holder=bank_name(carrier.holder),
            iban=carrier.iban,
            reference=carrier_reference(programme.accounting.number_prefix, month),
            purpose=carrier_purpose(programme, month),
            amount_cents=finance.payment_cents,
            day=finance.payment_date,
            way=Way.FILE,
        )


def carrier_purpose(programme: Programme, month: Month) -> str:
    """What the carrier reads on its statement; a title that no transfer can hold is told by the programme's key."""
    settled = carrier_settled(programme.accounting.number_prefix, month)
    try:
        return bank_purpose(f"{settled}, {programme.programme.title}")
    except ValueError:
        return bank_purpose(f"{settled}, {programme.programme.key}")


def _credits(documents: pl.DataFrame, programme: Programme, month: Month, offsets: RunOffsets) -> Iterator[Payment]:
    for document in documents.filter(kind=str(DocumentKind.CREDIT_NOTE)).sort("number", "ags").iter_rows(named=True):
        if not offsets.of(document["ags"]).waiting_cents:
            yield _to_municipality(
                programme, month, document["ags"], document["number"], -document["total_cents"], document["due_date"]
            )


def _left_over(programme: Programme, finance: Finance, month: Month, offsets: RunOffsets) -> Iterator[Payment]:
    """What earlier credits leave where no invoice can be counted on any more."""
    for ags in sorted(offsets.own):
        for credit in offsets.own[ags].paid_out:
            yield _to_municipality(programme, month, ags, credit.number, credit.amount_cents, finance.payment_date)


def _reversals(programme: Programme, finance: Finance, month: Month, offsets: RunOffsets) -> Iterator[Payment]:
    sums = finance.reversals.group_by("ags", "number", "cancelled", maintain_order=True)
    totals = sums.agg(pl.col("amount_cents").sum()).filter(pl.col("amount_cents") < 0)
    for ags, number, cancelled, amount_cents in totals.iter_rows():
        taken_back = offsets.back(cancelled)
        charged = -amount_cents - sum_of(taken_back.released)
        back = _to_municipality(programme, month, ags, number, charged, finance.payment_date, cancelled)
        if finance.came is not None:
            came = finance.came.for_reversed(cancelled, charged, taken_back)
            if came.came_cents > 0 or charged > 0:
                yield replace(back, amount_cents=came.came_cents, way=Way.KNOWN, came=came)
        elif charged > 0:
            yield back


def _to_municipality(
    programme: Programme,
    month: Month,
    ags: Ags,
    number: str | None,
    amount_cents: int,
    day: date | None,
    cancelled: str | None = None,
) -> Payment:
    member = programme.recipient(programme.members[ags], month)
    known = Way.FILE if member.iban else Way.NO_ACCOUNT
    return Payment(
        payee=member.name,
        ags=ags,
        document=number,
        cancelled=cancelled,
        holder=bank_name(member.holder) if member.iban else member.holder,
        iban=member.iban,
        reference=number or "",
        purpose=bank_purpose(f"{number or ''} {member.debtor}") if member.iban else member.debtor,
        amount_cents=amount_cents,
        day=day,
        way=Way.IF_PAID if cancelled and member.iban else known,
    )
