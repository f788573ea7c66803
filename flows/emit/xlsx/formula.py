"""Formulas that know what they give, so that no cell shows one that gives other cents than those that were settled.

A rule is told here once, as the formula that a reader's spreadsheet calculates; the amount in the cell comes from the
calculation, and what the formula gives is only compared with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from schemas.money import in_euros, rounded

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Term:
    """A formula, or a part of one, without its equals sign, and the number that it gives.

    >>> share, saving = number(Decimal("0.80")), Term("S4", Decimal("694.01"))
    >>> to_cents(share * saving)
    Term(text='ROUND(0.80*S4,2)', value=Decimal('555.21'))
    """

    text: str
    value: Decimal

    def __add__(self, other: "Term") -> "Term":
        return Term(f"{self.text}+{other.text}", self.value + other.value)

    def __sub__(self, other: "Term") -> "Term":
        return Term(f"{self.text}-{other.text}", self.value - other.value)

    def __mul__(self, other: "Term") -> "Term":
        return Term(f"{self.text}*{other.text}", self.value * other.value)

    def __neg__(self) -> "Term":
        return Term(f"-{self.text}", -self.value)


def number(value: Decimal | int) -> Term:
    """A number as it is."""
    return Term(str(value), Decimal(value))


def amount(address: str, amount_cents: int) -> Term:
    """A cell in which an amount in euros stands."""
    return Term(address, in_euros(amount_cents))


def in_brackets(term: Term) -> Term:
    """The same, kept together."""
    return Term(f"({term.text})", term.value)


def to_cents(term: Term) -> Term:
    """An amount in euros rounded to whole cents, half away from zero."""
    numerator, denominator = (term.value * 100).as_integer_ratio()
    return Term(f"ROUND({term.text},2)", in_euros(rounded(numerator, denominator)))


def added(terms: Sequence[Term]) -> Term:
    """The sum of several."""
    return reduce(Term.__add__, terms)


def smallest(*terms: Term) -> Term:
    """The smallest of several."""
    return Term(f"MIN({','.join(term.text for term in terms)})", min(term.value for term in terms))


def at_least_zero(term: Term) -> Term:
    """Nothing where it would be negative."""
    return Term(f"MAX(0,{term.text})", max(_NOTHING, term.value))


def reached(term: Term, least: int) -> Term:
    """1 where the number is at least so much, else 0."""
    return Term(f"{term.text}>={least}", Decimal(term.value >= least))


def where(condition: Term, term: Term) -> Term:
    """The term where the condition holds (is not 0), else 0."""
    return Term(f"IF({condition.text},{term.text},0)", term.value if condition.value else _NOTHING)
