"""Defect → expected findings, as the tables of test_returns.py are written."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from schemas.programme.programme import Programme
from schemas.returns import TABLES
from tests.broken.forms import AT_WORK, OPPORTUNITY, Form, Found, Row, faultless, form
from tests.broken.programmes import loaded

NO_ROWS = dict.fromkeys(TABLES, ())


class Expected(NamedTuple):
    """A finding and the decisive words of its sentence."""

    found: Found
    words: tuple[str, ...]


class Defect(NamedTuple):
    """One damaged return: what is wrong with it, and all that the intake must say (nothing else)."""

    what: str
    damaged: Form | Mapping[str, object] | Callable[[], Form]  # cells to put into the faultless return, or a whole one
    expected: tuple[Expected, ...]
    programme: Programme | None = None
    month: str = "2016-09"

    def sent(self) -> Form:
        """The damaged return."""
        if isinstance(self.damaged, Form):
            return self.damaged
        return self.damaged() if callable(self.damaged) else faultless().put(self.damaged)


def defect(
    what: str,
    damaged: Form | Mapping[str, object] | Callable[[], Form],
    *expected: Expected,
    programme: str = "",
    month: str = "2016-09",
) -> Defect:
    """A row of the table."""
    return Defect(what, damaged, expected, loaded(programme) if programme else None, month)


def error(code: str, place: str, column: str, *words: str) -> Expected:
    """A finding that holds the return back; `place` is like `Leistungen!H5`, `Leistungen!` or empty."""
    return _expected("error", code, place, column, words)


def warning(code: str, place: str, column: str, *words: str) -> Expected:
    """A finding that finance gets to see."""
    return _expected("warning", code, place, column, words)


def notice(code: str, place: str, column: str, *words: str) -> Expected:
    """A finding for the sender only."""
    return _expected("notice", code, place, column, words)


def _expected(severity: str, code: str, place: str, column: str, words: tuple[str, ...]) -> Expected:
    sheet, _, cell = place.partition("!")
    return Expected(Found(code, severity, sheet, cell, column), words)


def nil_return(**cover: object) -> Form:
    """A return without rows: four zeros on the cover."""
    return form(NO_ROWS, **cover)


def july(opportunity: Row, benefit: Row = AT_WORK) -> Form:
    """A return for July 2016, the last whole month under the old § 5 AsylbLG."""
    in_july = {"from_date": date(2016, 7, 1), "to_date": date(2016, 7, 31)}
    rows = NO_ROWS | {"benefits": (benefit,), "opportunities": (OPPORTUNITY | in_july | opportunity,)}
    return form(rows, month="2016-07", reported_on=date(2016, 8, 4))
