"""What somebody gives with an order, as it is kept and printed, at every door. Refusal where it is none."""

from schemas.money import typed_cents
from schemas.refusal import Refusal
from schemas.spelling import visible, writable


def given_reason(text: str) -> str:
    """A reason; Refusal where it is empty."""
    reason = writable(text).strip()
    if not visible(reason):
        raise Refusal("reason-empty")
    return reason


def given_voucher(text: str) -> str:
    """The number of a voucher; Refusal where it is empty."""
    voucher = visible(text)
    if not voucher:
        raise Refusal("voucher-empty")
    return voucher


def given_amount(text: str) -> int:
    """An amount in cents, charged or, below 0, credited; Refusal where it is none."""
    amount_cents = typed_cents(text)
    if amount_cents is None:
        raise Refusal("no-amount", text=text)
    return amount_cents


def given_amount_without_sign(text: str) -> int:
    """An amount in cents above 0, for whoever says beside it who pays; Refusal where it is none, or has a sign.

    >>> given_amount_without_sign("1.234,50"), given_amount_without_sign("12,50 €")
    (123450, 1250)
    """
    amount_cents = typed_cents(text.strip().removesuffix("€"))
    if amount_cents is None or amount_cents < 0:
        raise Refusal("no-amount-without-sign", text=text)
    return amount_cents
