"""Exact amounts and the one rounding (RULES section 0)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Fraction) -> int:
    """A whole number, half away from zero (ROUND_HALF_UP is away from zero on both sides).

    The 28 digits of the quotient cannot make or hide a half: with the denominators met here (days of a month,
    hundredths, ten-thousandths) a value that is no half differs from one by far more than the last digit.

    >>> rounded(Fraction(13125, 10)), rounded(Fraction(-5, 2)), rounded(Fraction(7, 3))
    (1313, -3, 2)
    """
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return int(quotient.quantize(Decimal(1), ROUND_HALF_UP))


def cents(eur: str) -> int:
    """Cents of a text amount in euros.

    >>> cents("0.80"), cents("354")
    (80, 35400)
    """
    return int(Decimal(eur) * 100)
