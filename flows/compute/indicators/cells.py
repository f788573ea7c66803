"""Which events and amounts an indicator's figure adds up, and all figures of a group as sums of the same atoms."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from flows.compute.indicators.agh import EMPLOYED
from flows.compute.indicators.disclosure import Amount, Cell, Relations, Row
from flows.compute.indicators.placements import ELIGIBLE, IN_PROCEDURE, RETAINED
from schemas.programme.programme import Programme
from schemas.programme.years import programme_year

Leaves = tuple[str, ...] | None  # None: all


class Key(NamedTuple):
    """What identifies a figure for good, over all reports."""

    indicator: str
    dimension: str
    category: str
    first: date
    last: date


class Source(NamedTuple):
    """A family of events, and which of its leaves count. `rejected`: all leaves but these."""

    family: str
    leaves: Leaves = None
    rejected: bool = False

    def has(self, leaf: str) -> bool:
        """Whether events of the leaf count."""
        return self.leaves is None or (leaf in self.leaves) != self.rejected


def counted(key: Key, programme: Programme) -> Source:
    """The events that a count adds up."""
    by, own = key.dimension, (key.category,)
    match key.indicator:
        case "potential":
            return Source(f"stock/{by}", own) if by else Source("stock/status", IN_PROCEDURE)
        case "participants":
            return Source(f"step {key.category}/all")
        case "placements_started":
            return Source("placements/judged")
        case "placements_eligible" | "placements_year_to_date":
            return Source("placements/judged", (ELIGIBLE,))
        case "placements_rejected":
            return Source("placements/judged", own) if by else Source("placements/judged", (ELIGIBLE,), rejected=True)
        case "placements_observed":
            return Source(f"after {key.category}/kept")
        case "placements_retained":
            return Source(f"after {key.category}/kept", (RETAINED,))
        case "agh_participants":
            realm = agh_realm(key, programme)
            return Source(f"{realm}/voluntary" if by == "voluntary" else f"{realm}/kind", own if by else None)
        case "agh_certificates":
            return Source("certificates/all")
        case "agh_ended":
            return Source("outcomes/outcome", own if by else None)
        case "agh_observed":
            return Source("agh_after/employed")
        case "agh_to_employment":
            return Source("agh_after/employed", (EMPLOYED,))
        case "counselling_contacts":
            return Source(f"contacts/{by}", own) if by else Source("contacts/service")
        case "counselling_women":
            return Source("contacts/sex", ("w",))
    raise AssertionError(key.indicator)


def agh_realm(key: Key, programme: Programme) -> str:
    """Participants of a programme year to date are counted on their first day in it, others in their period."""
    in_year = programme_year(programme, key.first).first == key.first
    return "agh year" if in_year else f"agh {key.first} {key.last}"


def group(family: str) -> str:
    """Families of a group are tied to each other; the groups are independent."""
    realm = family.partition("/")[0]
    return "agh" if realm.startswith("agh ") else realm


def relations(keys: Iterable[Key], events: pl.DataFrame, programme: Programme) -> tuple[Relations, dict[Key, Cell]]:
    """All counts of one group as cells over the same atoms: category by stretch of time between any two period ends."""
    sources = {key: counted(key, programme) for key in keys}
    return _Builder(sources, events).build(programme)


class _Builder:
    def __init__(self, sources: Mapping[Key, Source], events: pl.DataFrame) -> None:
        self._sources = sources
        self._relations = Relations()
        self._atoms: dict[tuple[str, str, date], int] = {}  # family, leaf, first day of the stretch
        self._cuts = sorted({day for key in sources for day in (key.first, key.last + timedelta(days=1))})
        families = sorted({source.family for source in sources.values()})
        known = events.filter(pl.col("family").is_in(families))
        self._events: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
        for family, leaf, day, count in known.group_by("family", "leaf", "day").agg(pl.col("count").sum()).iter_rows():
            self._events[family, leaf].append((day, count))
        self._leaves = {
            family: sorted(
                {leaf for other, leaf in self._events if other == family}
                | {leaf for source in sources.values() if source.family == family for leaf in source.leaves or ()}
            )
            for family in families
        }

    def build(self, programme: Programme) -> tuple[Relations, dict[Key, Cell]]:
        """The relations, and the cell of every key."""
        realms: dict[str, list[str]] = defaultdict(list)
        for family in self._leaves:
            realms[family.partition("/")[0]].append(family)
        for realm, families in realms.items():
            for stretch in self._stretches(realm):
                self._link([self._add(family, stretch) for family in families], families)
        for realm in realms:
            if realm.startswith("agh ") and realm != "agh year":
                self._bound(realm, programme)
        return self._relations, {key: self._cell(key, source) for key, source in self._sources.items()}

    def _stretches(self, realm: str) -> list[tuple[date, date]]:
        """First days of the stretches inside any period of the realm, with the day after their last."""
        periods = [key for key, source in self._sources.items() if source.family.partition("/")[0] == realm]
        return [
            (start, end)
            for start, end in zip(self._cuts, self._cuts[1:], strict=False)
            if any(key.first <= start and end <= key.last + timedelta(days=1) for key in periods)
        ]

    def _add(self, family: str, stretch: tuple[date, date]) -> Row:
        """An atom for every leaf; the row of their sum, of those that a linked family divides too."""
        row: Row = {}
        for leaf in self._leaves[family]:
            start, end = stretch
            value = sum(count for day, count in self._events[family, leaf] if start <= day < end)
            atom = self._atoms[family, leaf, start] = self._new(value)
            if family != "stock/status" or leaf in IN_PROCEDURE:
                row[atom] = 1
        return row

    def _new(self, value: int) -> int:
        self._relations.atoms.append(value)
        return len(self._relations.atoms) - 1

    def _link(self, rows: list[Row], families: list[str]) -> None:
        for number in range(1, len(families)):
            self._relations.links.append(_minus(rows[0], rows[number]))

    def _bound(self, realm: str, programme: Programme) -> None:
        """Participants of a period: at least those new in it, at most all of the year up to its end."""
        period = next(key for key, source in self._sources.items() if source.family.startswith(f"{realm}/"))
        year_first = programme_year(programme, period.first).first
        active = self._row(f"{realm}/kind", period.first, period.last)
        new = self._row("agh year/kind", period.first, period.last)
        self._at_least(active, new)
        covered = any(
            source.family.startswith("agh year/") and key.first == year_first and key.last >= period.last
            for key, source in self._sources.items()
        )
        if covered:
            self._at_least(self._row("agh year/kind", year_first, period.last), active)

    def _at_least(self, more: Row, less: Row) -> None:
        if more and less:
            difference = _minus(more, less)
            rest = sum(coefficient * self._relations.atoms[atom] for atom, coefficient in difference.items())
            self._relations.links.append(difference | {self._new(rest): -1})

    def _row(self, family: str, first: date, last: date) -> Row:
        return {atom: 1 for (of, _, start), atom in self._atoms.items() if of == family and first <= start <= last}

    def _cell(self, key: Key, source: Source) -> Cell:
        row = tuple(
            (atom, 1)
            for (family, leaf, start), atom in self._atoms.items()
            if family == source.family and source.has(leaf) and key.first <= start <= key.last
        )
        # Places, hours and cost by provider kind are published whatever they count.
        return Cell(row, present=key.indicator == "agh_participants" and key.dimension != "voluntary")


def _minus(one: Row, other: Row) -> Row:
    return one | {atom: -coefficient for atom, coefficient in other.items()}


def added_up(key: Key, programme: Programme) -> list[tuple[int, Source]]:
    """The amounts that a sum adds up, with their signs."""
    premiums, start_up = Source("premiums"), Source("start_up")
    match key.indicator:
        case "net_effect":
            return [(1, Source("savings")), (-1, premiums), (-1, start_up)]
        case "coverage":
            return [(1, premiums), (1, start_up)]
        case "agh_cost" | "agh_hours":
            leaves: Leaves = (key.category,) if key.dimension else None
            if key.dimension == "payer":
                payers = programme.allowance.payer.by_provider_kind() if programme.allowance else {}
                leaves = tuple(kind for kind, payer in payers.items() if payer == key.category)
            return [(1, Source(key.indicator, leaves))]
        case _:
            return [(1, Source(key.indicator))]


def summed(keys: Iterable[Key], amounts: pl.DataFrame, programme: Programme) -> dict[Key, tuple[Amount, int]]:
    """Every amount over the same atoms, and its value (cents, or hundredths of an hour)."""
    terms = {key: added_up(key, programme) for key in keys}
    cuts = sorted({day for key in terms for day in (key.first, key.last + timedelta(days=1))})
    atoms: dict[tuple[str, str, int], int] = {}
    found: dict[Key, tuple[Amount, int]] = {}
    for key, parts in terms.items():
        row: dict[int, int] = {}
        value, persons = 0, set()
        for sign, source in parts:
            own = amounts.filter(pl.col("family") == source.family, pl.col("day").is_between(key.first, key.last))
            for leaf, day, amount, person in own.select("leaf", "day", "amount", "person").iter_rows():
                if source.has(leaf):
                    place = (source.family, leaf, bisect_right(cuts, day))
                    row[atoms.setdefault(place, len(atoms))] = sign
                    value += sign * amount
                    persons |= {person} if person else set()
        found[key] = (Amount(tuple(sorted(row.items())), len(persons)), value)
    return found
