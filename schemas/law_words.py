"""The law in force on a day in German: what a key is called, how a row's figures and its period are written, what runs out."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from schemas.law import (
    AGH_ALLOWANCE,
    AGH_SCHEME,
    ANALOGOUS_RATES,
    ANALOGOUS_REGIME,
    BASIC_RATES,
    BASIC_REGIME,
    INCOME_ALLOWANCE,
    MARGINAL_THRESHOLD,
    OWN,
    LawInForce,
    LawTable,
)
from schemas.money import euros
from schemas.months import german_date

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


def named_and_figures(table: LawTable, row: Row) -> tuple[str, str]:
    """What a row of a table is for, and its figures."""
    named, figures = _WORDING[table.name]
    return named(row[table.key_name] if table.key_name else None), figures(row)


class LawLine(NamedTuple):
    """What a table says for one key on a day; without a source it says nothing."""

    name: str
    figures: str
    period: str
    source: str | None


def law_lines(entry: LawInForce) -> list[LawLine]:
    """A line for every key that the table knows."""
    named, figures = _WORDING[entry.table.name]
    in_force = {row[entry.table.key_name] if entry.table.key_name else None: row for row in entry.rows}
    lines = []
    for key in entry.known_until:
        row = in_force.get(key)
        if row is None:
            lines.append(LawLine(named(key), "", "", None))
            continue
        until = f"bis {german_date(row['valid_to'])}" if row["valid_to"] else "bis auf Weiteres"
        lines.append(
            LawLine(named(key), figures(row), f"seit {german_date(row['valid_from'])}, {until}", row["source"])
        )
    return lines


def running_out(found: Iterable[LawInForce]) -> list[str]:
    """A sentence for every table that does not reach into the open future."""
    sentences = []
    for entry in found:
        ends = [until for until in entry.known_until.values() if until is not None]
        if ends:
            sentences.append(
                f"{entry.table.title}: bekannt bis {german_date(min(ends))}. Bitte rechtzeitig die neuen Zeilen in "
                f"inputs/law/{OWN}/{entry.table.name}.csv eintragen; ohne sie wird danach nicht abgerechnet."
            )
    return sentences
