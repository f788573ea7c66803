"""Money: whole cents, one rounding, one way to write an amount."""

import re
from decimal import Decimal, InvalidOperation
from typing import overload

import polars as pl

MONEY_LIMIT_CENTS = 10_000_000_00  # a single amount from a return stays below ten million euros
SHARE_UNITS = 10_000  # of a whole
# 1234, 1234,5, 1234.50 and 1.234,50: with groups of thousands only where the cents tell what the points are.
_TYPED = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]{1,2})?|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2})")


def cents(eur: str | Decimal) -> int:
    """Whole cents of an amount in euros; ValueError if it is no amount or has a part of a cent.

    >>> cents("2500.00"), cents("0.80"), cents(Decimal("-3.5"))
    (250000, 80, -350)
    """
    try:
        scaled = Decimal(eur) * 100
    except InvalidOperation as error:
        raise ValueError(f"kein Betrag: {eur!r}") from error
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"kein Betrag in Euro und Cent: {eur!r}")
    return int(scaled)


def typed_cents(text: str) -> int | None:
    """Whole cents of an amount as it is typed; None where it means none, nothing, too much, or may mean two things.

    >>> typed_cents("-1.234,50"), typed_cents("12.5"), typed_cents("-12,50,1"), typed_cents("0")
    (-123450, 1250, None, None)
    >>> typed_cents("1.000"), typed_cents("1,000.00")  # thousands or decimals?
    (None, None)
    """
    if not _TYPED.fullmatch(text.strip()):
        return None
    amount_cents = cents(text.strip().replace(".", "").replace(",", ".") if "," in text else text.strip())
    return amount_cents if 0 < abs(amount_cents) <= MONEY_LIMIT_CENTS else None


def typed_share_units(text: str) -> int | None:
    """Ten-thousandths of a share that is typed in per cent; None where it is none from 0 to 100.

    >>> typed_share_units("80"), typed_share_units("82,5 %"), typed_share_units("101"), typed_share_units("viel")
    (8000, 8250, None, None)
    """
    try:
        units = cents(text.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        return None
    return units if 0 <= units <= SHARE_UNITS else None


@overload
def rounded(numerator: int, denominator: int) -> int: ...
@overload
def rounded(numerator: pl.Expr, denominator: pl.Expr | int) -> pl.Expr: ...
def rounded(numerator: int | pl.Expr, denominator: int | pl.Expr) -> int | pl.Expr:
    """The one rounding: numerator / denominator to a whole number, half away from zero (RULES section 0).

    Both are whole numbers, or columns of them (Int64); the denominator is positive.

    >>> rounded(1250 * 105, 100), rounded(-1, 2)   # 12.5 h at 1.05 EUR: 13.125 EUR
    (1313, -1)
    >>> pl.select(rounded(pl.lit(1250 * 105), 100)).item()
    1313
    """
    if isinstance(numerator, pl.Expr):
        below = denominator if isinstance(denominator, pl.Expr) else pl.lit(denominator, pl.Int64)
        magnitudes = (2 * numerator.abs() + below) // (2 * below)
        return pl.when(numerator < 0).then(-magnitudes).otherwise(magnitudes)
    assert isinstance(denominator, int)
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def share_units(share: Decimal) -> int:
    """A share in whole ten-thousandths, as it is calculated with: it has at most four decimals.

    >>> share_units(Decimal("0.80"))
    8000
    """
    return int(share * SHARE_UNITS)


def in_euros(amount_cents: int) -> Decimal:
    """Cents as an exact amount in euros.

    >>> in_euros(-5)
    Decimal('-0.05')
    """
    return Decimal(amount_cents).scaleb(-2)


def euros(amount_cents: int) -> str:
    """An amount as a German reader writes it.

    >>> euros(-123456789)
    '-1.234.567,89 €'
    """
    whole, rest = divmod(abs(amount_cents), 100)
    sign = "-" if amount_cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d} €"


def percent(units: int) -> str:
    """Ten-thousandths as a percentage.

    >>> percent(8000), percent(10350), percent(1)
    ('80 %', '103,5 %', '0,01 %')
    """
    whole, rest = divmod(units, 100)
    places = f",{rest:02d}".rstrip("0") if rest else ""
    return f"{whole:,}".replace(",", ".") + places + " %"
