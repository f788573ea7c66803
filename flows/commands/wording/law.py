"""The law in force on a day as German text for the terminal: amounts, periods, sources, and what runs out."""

import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from schemas.law import (
    AGH_ALLOWANCE,
    AGH_SCHEME,
    ANALOGOUS_RATES,
    ANALOGOUS_REGIME,
    BASIC_RATES,
    BASIC_REGIME,
    INCOME_ALLOWANCE,
    MARGINAL_THRESHOLD,
    LawInForce,
    LawTable,
)
from schemas.money import euros
from schemas.months import german_date

WIDTH = 100
_KEY, _AMOUNT = 21, 39  # widths of the columns

_REGIMES = {
    BASIC_REGIME: ("Grundleistung", "der eigenen Stufe"),
    ANALOGOUS_REGIME: ("Analogleistung", "der Stufe 1"),
}

Row = dict[str, Any]


def _allowance(row: Row) -> str:
    return f"{row['percent']} %, höchstens {row['cap_percent']} % {_REGIMES[row['regime']][1]}"


# For every table: what a key is called, and how a row's figures are written.
_WORDING: dict[str, tuple[Callable[[Any], str], Callable[[Row], str]]] = {
    BASIC_RATES.name: (lambda stage: f"Bedarfsstufe {stage}", lambda row: f"{euros(row['rate_cents'])} im Monat"),
    ANALOGOUS_RATES.name: (
        lambda stage: f"Regelbedarfsstufe {stage}",
        lambda row: f"{euros(row['rate_cents'])} im Monat",
    ),
    AGH_ALLOWANCE.name: (
        lambda scheme: {AGH_SCHEME: "Arbeitsgelegenheit"}[scheme],
        lambda row: f"{euros(row['rate_cents'])} je Stunde",
    ),
    INCOME_ALLOWANCE.name: (lambda regime: _REGIMES[regime][0], _allowance),
    MARGINAL_THRESHOLD.name: (lambda _: "Arbeitsentgelt", lambda row: f"bis {euros(row['threshold_cents'])} im Monat"),
}


def law_listing(found: list[LawInForce], day: date) -> Iterator[str]:
    """Every table with what holds on the day, its sources, and at the end which tables run out."""
    title = f"Recht, mit dem am {german_date(day)} gerechnet wird"
    yield from (title, "=" * len(title))
    for entry in found:
        yield from ("", entry.table.title)
        yield from _rows(entry, day)
    yield from ("", "Was ausläuft")
    ends = list(_ends(found))
    yield from ends or ["  Nichts: Alle Tabellen gelten bis auf Weiteres."]


def _rows(entry: LawInForce, day: date) -> Iterator[str]:
    named, figures = _WORDING[entry.table.name]
    in_force = {_key(entry.table, row): row for row in entry.rows}
    sources: dict[str, int] = {}
    for key in entry.known_until:
        row = in_force.get(key)
        if row is None:
            yield f"  {named(key):<{_KEY}}für den {german_date(day)} steht hier nichts"
            continue
        number = sources.setdefault(row["source"], len(sources) + 1)
        until = f"bis {german_date(row['valid_to'])}" if row["valid_to"] else "bis auf Weiteres"
        yield f"  {named(key):<{_KEY}}{figures(row):<{_AMOUNT}}seit {german_date(row['valid_from'])}, {until} [{number}]"
    for source, number in sources.items():
        yield from textwrap.wrap(
            f"[{number}] {source}", WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )


def _ends(found: list[LawInForce]) -> Iterator[str]:
    """A line for every table that does not reach into the open future."""
    for entry in found:
        ends = [until for until in entry.known_until.values() if until is not None]
        if ends:
            sentence = (
                f"{entry.table.title}: bekannt bis {german_date(min(ends))}. Bitte rechtzeitig die neuen Zeilen in "
                f"inputs/law/{entry.table.name}.csv eintragen; ohne sie wird danach nicht abgerechnet."
            )
            yield from textwrap.wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _key(table: LawTable, row: Row) -> object:
    return row[table.key_name] if table.key_name else None
