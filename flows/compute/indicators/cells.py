"""Which events and amounts an indicator's figure adds up, and all figures of a group as sums of the same atoms."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from flows.compute.indicators.agh import BY_KIND, participants
from flows.compute.indicators.disclosure import Amount, Cell, Relations, Row
from flows.compute.indicators.events import EVENTS, Events, Family, Purse
from flows.compute.indicators.placements import IN_PROCEDURE, stock_by
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year

Leaves = tuple[str, ...] | None  # None: all
Span = tuple[date, date]


class Key(NamedTuple):
    """What identifies a figure for good, over all reports."""

    indicator: str
    dimension: str
    category: str
    first: date
    last: date


class Source(NamedTuple):
    """A family of events, and which of its leaves count. `rejected`: all leaves but these."""

    family: Family
    leaves: Leaves = None
    rejected: bool = False

    def has(self, leaf: str) -> bool:
        """Whether events of the leaf count."""
        return self.leaves is None or (leaf in self.leaves) != self.rejected


class Count(NamedTuple):
    """A count of persons: what it adds up, and whether other published figures tell that it is not 0."""

    source: Source
    present: bool = False


class Summand(NamedTuple):
    """Amounts that a sum adds up, or takes off."""

    purse: Purse
    leaves: Leaves = None
    sign: int = 1


def independent(family: Family) -> Family:
    """The same for all families that are tied to each other: whatever their mark, and whatever their period."""
    return family.persons._replace(period=None)


def relations(counts: Mapping[Key, Count], events: Events, programme: Programme) -> tuple[Relations, dict[Key, Cell]]:
    """All counts of one group as cells over the same atoms: category by stretch of time between any two period ends."""
    return _Builder(counts, events).build(programme)


def _in_order(family: Family) -> tuple[bool, Span, str, str]:
    """Those of periods first."""
    return family.period is None, family.period or (date.min, date.min), family.of, family.mark


class _Builder:
    def __init__(self, counts: Mapping[Key, Count], events: Events) -> None:
        self._counts = counts
        self._sources = {key: count.source for key, count in counts.items()}
        self._relations = Relations()
        self._atoms: dict[tuple[Family, str, date], int] = {}  # family, leaf, first day of the stretch
        self._cuts = sorted({day for key in counts for day in (key.first, key.last + timedelta(days=1))})
        families = sorted({source.family for source in self._sources.values()}, key=_in_order)
        self._events: dict[tuple[Family, str], list[tuple[date, int]]] = defaultdict(list)
        for family in families:
            known = events.get(family, pl.DataFrame(schema=EVENTS))
            for leaf, day, count in known.group_by("leaf", "day").agg(pl.col("count").sum()).iter_rows():
                self._events[family, leaf].append((day, count))
        self._leaves = {
            family: sorted(
                {leaf for other, leaf in self._events if other == family}
                | {leaf for source in self._sources.values() if source.family == family for leaf in source.leaves or ()}
            )
            for family in families
        }

    def build(self, programme: Programme) -> tuple[Relations, dict[Key, Cell]]:
        """The relations, and the cell of every key."""
        alike: dict[Family, list[Family]] = defaultdict(list)
        for family in self._leaves:
            alike[family.persons].append(family)
        for persons, families in alike.items():
            for stretch in self._stretches(persons):
                self._link([self._add(family, stretch) for family in families], families)
        for persons in alike:
            if persons.period is not None:
                self._bound(persons.period, programme)
        return self._relations, {key: self._cell(key, source) for key, source in self._sources.items()}

    def _stretches(self, persons: Family) -> list[Span]:
        """First days of the stretches inside any period in which these persons are counted, with the day after their last."""
        periods = [key for key, source in self._sources.items() if source.family.persons == persons]
        return [
            (start, end)
            for start, end in zip(self._cuts, self._cuts[1:], strict=False)
            if any(key.first <= start and end <= key.last + timedelta(days=1) for key in periods)
        ]

    def _add(self, family: Family, stretch: Span) -> Row:
        """An atom for every leaf; the row of their sum, of those that a linked family divides too."""
        row: Row = {}
        for leaf in self._leaves[family]:
            start, end = stretch
            value = sum(count for day, count in self._events[family, leaf] if start <= day < end)
            atom = self._atoms[family, leaf, start] = self._new(value)
            if family != stock_by("status") or leaf in IN_PROCEDURE:
                row[atom] = 1
        return row

    def _new(self, value: int) -> int:
        self._relations.atoms.append(value)
        return len(self._relations.atoms) - 1

    def _link(self, rows: list[Row], families: list[Family]) -> None:
        for number in range(1, len(families)):
            self._relations.links.append(_minus(rows[0], rows[number]))

    def _bound(self, period: Span, programme: Programme) -> None:
        """Participants of a period: at least those new in it, at most all of the year up to its end."""
        first, last = period
        year_first = programme_year(programme, first).first
        of_year = participants(BY_KIND)
        active = self._row(participants(BY_KIND, period), first, last)
        self._at_least(active, self._row(of_year, first, last))
        covered = any(
            source.family.persons == of_year.persons and key.first == year_first and key.last >= last
            for key, source in self._sources.items()
        )
        if covered:
            self._at_least(self._row(of_year, year_first, last), active)

    def _at_least(self, more: Row, less: Row) -> None:
        if more and less:
            difference = _minus(more, less)
            rest = sum(coefficient * self._relations.atoms[atom] for atom, coefficient in difference.items())
            self._relations.links.append(difference | {self._new(rest): -1})

    def _row(self, family: Family, first: date, last: date) -> Row:
        return {atom: 1 for (of, _, start), atom in self._atoms.items() if of == family and first <= start <= last}

    def _cell(self, key: Key, source: Source) -> Cell:
        row = tuple(
            (atom, 1)
            for (family, leaf, start), atom in self._atoms.items()
            if family == source.family and source.has(leaf) and key.first <= start <= key.last
        )
        return Cell(row, self._counts[key].present)


def _minus(one: Row, other: Row) -> Row:
    return one | {atom: -coefficient for atom, coefficient in other.items()}


def summed(sums: Mapping[Key, Sequence[Summand]], amounts: pl.DataFrame) -> dict[Key, tuple[Amount, int]]:
    """Every amount over the same atoms, and its value (cents, or hundredths of an hour); `amounts`: events.AMOUNTS."""
    cuts = sorted({day for key in sums for day in (key.first, key.last + timedelta(days=1))})
    atoms: dict[tuple[str, str, int], int] = {}
    found: dict[Key, tuple[Amount, int]] = {}
    for key, summands in sums.items():
        row: dict[int, int] = {}
        value, persons = 0, set()
        for purse, leaves, sign in summands:
            own = amounts.filter(pl.col("purse") == str(purse), pl.col("day").is_between(key.first, key.last))
            for leaf, day, amount, person in own.select("leaf", "day", "amount", "person").iter_rows():
                if leaves is None or leaf in leaves:
                    place = (str(purse), leaf, bisect_right(cuts, day))
                    row[atoms.setdefault(place, len(atoms))] = sign
                    value += sign * amount
                    persons |= {person} if person else set()
        found[key] = (Amount(tuple(sorted(row.items())), len(persons)), value)
    return found
