"""What a reader can work out from everything that board reports published: a solver over their relations.

Written from the definitions that the reports print, not from the program: every count is made of whole numbers of
persons, one for each category and each stretch of time between any two dates that a report names.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

Row = dict[str, Any]  # a row of indicators.parquet
IN_PROCEDURE = ("Aufenthaltsgestattung", "Duldung")
TOLERANCE = 1e-9
FAR = 60  # no count of a random programme comes near


class Count(NamedTuple):
    """A figure: a sum over some parts of a partition of persons, over a period."""

    partition: str
    parts: frozenset[str] | None  # None: all of them
    first: date
    last: date


class Reader:
    """Knows all published rows; `year_start` is the first day of the programme year that all reports lie in."""

    def __init__(self, rows: list[Row], year_start: date) -> None:
        self._year_start = year_start
        self.counts = {_key(row): self._count(row) for row in rows if self._count(row)}
        self._dates = sorted({day for _, _, _, first, last in self.counts for day in (first, last + timedelta(days=1))})
        self._parts: dict[str, set[str]] = defaultdict(set)
        for count in self.counts.values():
            self._parts[count.partition] |= count.parts or set()
        for partition in self._parts:  # what no row names: lost, rejected for another reason, men, …
            self._parts[partition].add("…")
        self._names: dict[tuple[str, str, date], int] = {}
        self.equations: list[tuple[dict[int, int], int]] = []
        for (partition, parts), start in ((entry, day) for entry in self._parts.items() for day in self._dates[:-1]):
            for part in parts:
                self._names[partition, part, start] = len(self._names)
        self._tie_partitions()
        for row in rows:
            count = self.counts.get(_key(row))
            if count and not row["suppressed"]:
                self.equations.append((self._sum(count), int(row["value"])))

    def possible(self, key: tuple[Any, ...], enough: int) -> list[int]:
        """Values that the figure can have, smallest first; stops when `enough` are found."""
        found: list[int] = []
        for value in range(1 if key[0] == "agh_participants" and key[1] != "voluntary" else 0, FAR):
            if self._solvable([*self.equations, (self._sum(self.counts[key]), value)]):
                found.append(value)
                if len(found) == enough:
                    break
        return found

    def _count(self, row: Row) -> Count | None:
        name, by, own = row["indicator"], row["dimension"], frozenset({row["category"]})
        period = (row["period_from"], row["period_to"])
        year = "year" if period[0] == self._year_start else f"{period[0]} {period[1]}"
        one = {
            "potential": ("stock status", own) if by == "status" else ("stock age", own if by else None),
            "participants": (f"step {row['category']}", None),
            "placements_started": ("placements", None),
            "placements_eligible": ("placements", frozenset({"eligible"})),
            "placements_year_to_date": ("placements", frozenset({"eligible"})),
            "placements_rejected": ("placements", own if by else frozenset({"rejected"})),
            "placements_observed": (f"after {row['category']}", None),
            "placements_retained": (f"after {row['category']}", frozenset({"retained"})),
            "agh_participants": (f"agh {year} {by if by == 'voluntary' else 'kind'}", own if by else None),
            "agh_certificates": ("certificates", None),
            "agh_ended": ("ended", own if by else None),
            "agh_observed": ("left", None),
            "agh_to_employment": ("left", frozenset({"employed"})),
            "counselling_contacts": (f"contacts {by or 'service'}", own if by else None),
            "counselling_women": ("contacts sex", frozenset({"women"})),
        }.get(name)
        return Count(*one, *period) if one else None

    def _sum(self, count: Count) -> dict[int, int]:
        parts = count.parts
        if parts == frozenset({"rejected"}):
            parts = frozenset(self._parts["placements"] - {"eligible", "rejected"})
        return {
            name: 1
            for (partition, part, start), name in self._names.items()
            if partition == count.partition and count.first <= start <= count.last
            and (parts is None or part in parts) and part != "rejected"
        }  # fmt: skip

    def _tie_partitions(self) -> None:
        """The same persons divided by other marks, in every stretch of time; participants of a quarter in their year."""
        for start in self._dates[:-1]:
            marks = [self._at(f"contacts {mark}", start) for mark in ("service", "target_group", "partner", "sex")]
            for other in marks[1:]:
                self._equal(marks[0], other)
            procedure = [self._names.get(("stock status", part, start)) for part in IN_PROCEDURE]
            self._equal({name: 1 for name in procedure if name is not None}, self._at("stock age", start))
            self._equal(self._at("agh year kind", start), self._at("agh year voluntary", start))
        quarters = {count for count in self.counts.values() if count.partition.startswith("agh 2") and not count.parts}
        for quarter in quarters:
            voluntary = quarter.partition.replace(" kind", " voluntary")
            active = self._sum(quarter)
            self._equal(active, self._sum(quarter._replace(partition=voluntary)))
            new = self._sum(Count("agh year kind", None, quarter.first, quarter.last))
            self._not_more(new, active)
            self._not_more(active, self._sum(Count("agh year kind", None, self._year_start, quarter.last)))

    def _at(self, partition: str, start: date) -> dict[int, int]:
        return {name: 1 for (of, _, day), name in self._names.items() if of == partition and day == start}

    def _equal(self, one: dict[int, int], other: dict[int, int]) -> None:
        if one and other:
            self.equations.append((one | dict.fromkeys(other, -1), 0))

    def _not_more(self, less: dict[int, int], more: dict[int, int]) -> None:
        rest = self._names["rest", str(len(self._names)), self._year_start] = len(self._names)
        self._equal(more, less | {rest: 1})

    def _solvable(self, equations: list[tuple[dict[int, int], int]]) -> bool:
        return _whole_solution(_merged(_tied(equations, seed=len(equations) - 1)))


def _key(row: Row) -> tuple[Any, ...]:
    return (row["indicator"], row["dimension"], row["category"], row["period_from"], row["period_to"])


def _tied(equations: list[tuple[dict[int, int], int]], seed: int) -> list[tuple[dict[int, int], int]]:
    """The equations that share an unknown with one of them, and with those, and so on."""
    known, open_ends = set(), [seed]
    of_name: dict[int, list[int]] = defaultdict(list)
    for number, (row, _) in enumerate(equations):
        for name in row:
            of_name[name].append(number)
    while open_ends:
        number = open_ends.pop()
        if number not in known:
            known.add(number)
            open_ends += [other for name in equations[number][0] for other in of_name[name]]
    return [equations[number] for number in sorted(known)]


def _merged(equations: list[tuple[dict[int, int], int]]) -> list[tuple[dict[int, int], int]]:
    """The same equations without unknowns that must be 0, and with one in place of all those that always stand together."""
    nothing = {name for row, total in equations if total == 0 and min(row.values(), default=0) > 0 for name in row}
    equations = [({name: sign for name, sign in row.items() if name not in nothing}, total) for row, total in equations]
    stands: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, (row, _) in enumerate(equations):
        for name, sign in row.items():
            stands[name].append((number, sign))
    first: dict[tuple[tuple[int, int], ...], int] = {}
    kept = {first.setdefault(tuple(places), name) for name, places in stands.items()}
    return [({name: sign for name, sign in row.items() if name in kept}, total) for row, total in equations]


def _whole_solution(equations: list[tuple[dict[int, int], int]]) -> bool:
    """Whether whole numbers ≥ 0 satisfy all equations: a corner of what real numbers allow, by the simplex method.

    Sums over categories and stretches of time have whole corners; where one is not whole, nothing is claimed.
    """
    names = {name: place for place, name in enumerate(sorted({name for row, _ in equations for name in row}))}
    count, size = len(names), len(equations)
    table = np.zeros((size + 1, count + size + 1))
    for number, (row, total) in enumerate(equations):
        sign = -1 if total < 0 else 1
        for name, coefficient in row.items():
            table[number, names[name]] = sign * coefficient
        table[number, count + number], table[number, -1] = 1, sign * total
    table[-1, :count], table[-1, -1] = -table[:-1, :count].sum(axis=0), -table[:-1, -1].sum()
    basis = list(range(count, count + size))
    while (gains := np.flatnonzero(table[-1, :count] < -TOLERANCE)).size:
        enters = gains[0]
        limits = [
            (table[number, -1] / table[number, enters], basis[number], number)
            for number in range(size) if table[number, enters] > TOLERANCE
        ]  # fmt: skip
        _, _, leaves = min(limits)
        table[leaves] /= table[leaves, enters]
        others = np.arange(size + 1) != leaves
        table[others] -= np.outer(table[others, enters], table[leaves])
        basis[leaves] = int(enters)
    if table[-1, -1] < -TOLERANCE:
        return False
    values = dict.fromkeys(range(count), 0) | {
        name: round(float(table[number, -1])) for number, name in enumerate(basis) if name < count
    }
    whole = all(sum(sign * values[names[name]] for name, sign in row.items()) == total for row, total in equations)
    return whole and min(values.values(), default=0) >= 0
