"""Disclosure control: no published figure, nor any combination of them, reveals a small count of persons.

Method: primary suppression by the threshold rule, secondary suppression by auditing the interval of every suppressed
cell over all linear relations between the cells, linked tables and earlier releases included: Hundepool et al.,
Statistical Disclosure Control (Wiley 2012), chapter 4: 4.2 (threshold rule), 4.3 and 4.4 (interval audit, linked tables).

Every count is a sum of atoms (whole numbers ≥ 0: the persons of one category in one stretch of time). Cells are
published one after another in order of importance, each only if every suppressed cell then still has at least
`minimum_count` possible values. That is shown by exhibiting them: whole solutions of all relations that agree with
everything published. What cannot be shown counts as revealed, so an error of the search can only suppress too much.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Row = dict[int, int]  # atom → coefficient

_MOVES = 10  # unit steps within one search
_NODES = 1500  # tries within one search


@dataclass(frozen=True)
class Cell:
    """A count that a report shows, or wants to show, as a sum of atoms.

    `present`: other published figures (places, hours, amounts) tell whether the count is 0.
    """

    row: tuple[tuple[int, int], ...]
    present: bool = False


@dataclass
class Relations:
    """The atoms with their true values, and rows that are known to add up to 0 whatever is published."""

    atoms: list[int] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)

    def value(self, cell: Cell) -> int:
        """The true value of a cell."""
        return sum(coefficient * self.atoms[atom] for atom, coefficient in cell.row)


def publishable(
    relations: Relations, wanted: Sequence[Cell], published: Iterable[Cell], hidden: Iterable[Cell], minimum_count: int
) -> set[Cell]:
    """The wanted cells that may be published, the important ones first in `wanted`.

    `published` and `hidden`: cells of earlier reports. A count of 1 … minimum_count − 1 is never published.
    """
    earlier, protected = list(published), list(hidden)
    while True:
        shown, narrow = _one_pass(relations, wanted, earlier, protected, minimum_count)
        if not narrow:
            return shown
        protected += narrow


def _one_pass(
    relations: Relations, wanted: Sequence[Cell], earlier: list[Cell], protected: list[Cell], minimum_count: int
) -> tuple[set[Cell], list[Cell]]:
    """Publish in order what leaves all protected cells wide enough; suppressed cells that are not wide themselves."""
    audit = _Audit(relations, minimum_count)
    everything = dict.fromkeys((*wanted, *protected))
    small = [cell for cell in everything if 0 < relations.value(cell) < minimum_count]
    for cell in everything:
        if cell.present and relations.value(cell) == 0:
            audit.fix(cell)
    for cell in earlier:
        audit.fix(cell)
    audit.present = [cell for cell in everything if cell.present and relations.value(cell) > 0]
    # What earlier releases have revealed since, through corrections, no new release can hide again.
    guarded = [cell for cell in dict.fromkeys((*small, *protected)) if audit.wide(cell)]
    refused = [cell for cell in wanted if cell in small or cell in protected]
    shown: set[Cell] = set()
    for cell in wanted:
        if cell in refused:
            continue
        trial = audit.with_fixed(cell)
        if all(trial.wide(other) for other in guarded):
            audit = trial
            shown.add(cell)
        else:
            guarded.append(cell)
            refused.append(cell)
    narrow = [cell for cell in refused if cell not in protected and cell not in small and not audit.wide(cell)]
    return shown, narrow


class _Audit:
    """What a reader knows: rows with fixed values. Keeps the solutions that prove a cell wide."""

    def __init__(self, relations: Relations, minimum_count: int) -> None:
        self._relations, self._minimum = relations, minimum_count
        self._rows: list[Row] = [dict(link) for link in relations.links]
        self._proofs: dict[Cell, list[list[int]]] = {}
        self.present: list[Cell] = []

    def fix(self, cell: Cell) -> None:
        """The cell's value is known."""
        row = dict(cell.row)
        self._rows.append(row)
        for other, solutions in self._proofs.items():
            self._proofs[other] = [atoms for atoms in solutions if _agrees(row, atoms, self._relations.atoms)]

    def with_fixed(self, cell: Cell) -> "_Audit":
        """The same knowledge and this cell's value."""
        trial = _Audit(self._relations, self._minimum)
        trial._rows, trial.present = list(self._rows), self.present
        trial._proofs = dict(self._proofs)
        trial.fix(cell)
        return trial

    def wide(self, cell: Cell) -> bool:
        """Whether at least `minimum_count` values of the cell agree with everything known."""
        solutions = self._proofs.get(cell, [])
        row = dict(cell.row)
        values = {_sum(row, atoms): atoms for atoms in solutions} | {self._relations.value(cell): self._relations.atoms}
        for step in (1, -1):
            edge = max(values) if step > 0 else min(values)
            atoms = values[edge]
            while len(values) < self._minimum:
                found = _shifted(atoms, self._rows, row, step, self.present)
                if found is None:
                    break
                atoms = found
                values[_sum(row, atoms)] = atoms
        self._proofs[cell] = list(values.values())
        return len(values) >= self._minimum


def _sum(row: Row, atoms: Sequence[int]) -> int:
    return sum(coefficient * atoms[atom] for atom, coefficient in row.items())


def _agrees(row: Row, atoms: Sequence[int], truth: Sequence[int]) -> bool:
    return _sum(row, atoms) == _sum(row, truth)


def _shifted(
    atoms: Sequence[int], known: Sequence[Row], target: Row, step: int, present: Sequence[Cell]
) -> list[int] | None:
    """A solution that keeps all known rows and moves the target by `step`; None if none is found nearby.

    Starts with the target out of balance by `step` and moves single atoms by 1, each time to repair the row that
    offers the fewest ways, until every row balances.
    """
    rows = [*known, target]
    of_atom: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(rows):
        for atom, coefficient in row.items():
            of_atom.setdefault(atom, []).append((number, coefficient))
    state = _Search(list(atoms), rows, of_atom, {len(rows) - 1: step}, present)
    for moves in range(1, _MOVES + 1):
        if state.solve(moves):
            return state.atoms
        if state.nodes <= 0:
            return None
    return None


@dataclass
class _Search:
    atoms: list[int]
    rows: Sequence[Row]
    of_atom: dict[int, list[tuple[int, int]]]
    missing: dict[int, int]  # row → what its sum still lacks
    present: Sequence[Cell]
    nodes: int = _NODES
    moved: dict[int, int] = field(default_factory=dict)

    def solve(self, moves: int) -> bool:
        """Whether at most so many further moves balance every row; the atoms are then a solution."""
        if not self.missing:
            return all(_sum(dict(cell.row), self.atoms) > 0 for cell in self.present)
        self.nodes -= 1
        if moves == 0 or self.nodes <= 0:
            return False
        row = min(self.missing, key=lambda number: len(self.rows[number]))
        lacking = self.missing[row]
        steps = [
            (atom, 1 if (coefficient > 0) == (lacking > 0) else -1) for atom, coefficient in self.rows[row].items()
        ]
        steps.sort(key=lambda entry: self._left_after(*entry))
        for atom, step in steps:
            if self.atoms[atom] + step < 0 or self.moved.get(atom, 0) * step < 0:
                continue
            self._move(atom, step)
            if self.solve(moves - 1):
                return True
            self._move(atom, -step)
        return False

    def _left_after(self, atom: int, step: int) -> int:
        """How much more would be out of balance after a move than before."""
        return sum(
            abs(self.missing.get(row, 0) - coefficient * step) - abs(self.missing.get(row, 0))
            for row, coefficient in self.of_atom[atom]
        )

    def _move(self, atom: int, step: int) -> None:
        self.atoms[atom] += step
        self.moved[atom] = self.moved.get(atom, 0) + step
        for row, coefficient in self.of_atom[atom]:
            left = self.missing.get(row, 0) - coefficient * step
            if left:
                self.missing[row] = left
            else:
                self.missing.pop(row, None)


@dataclass(frozen=True)
class Amount:
    """An amount as a sum of atoms, and how many persons stand behind it."""

    row: tuple[tuple[int, int], ...]
    persons: int


def publishable_amounts(
    wanted: Sequence[Amount], published: Iterable[Amount], hidden: Iterable[Amount], minimum_count: int
) -> set[Amount]:
    """The amounts that may be published: none with fewer than `minimum_count` persons can be computed from them.

    An amount is computable if its row is a linear combination of published rows; exact elimination in fractions.
    """
    known = _Span()
    for amount in published:
        known.add(amount.row)
    small = [
        amount
        for amount in dict.fromkeys((*wanted, *hidden))
        if 0 < amount.persons < minimum_count and not known.contains(amount.row)
    ]
    shown: set[Amount] = set()
    for amount in wanted:
        if amount in small:
            continue
        trial = _Span(known)
        trial.add(amount.row)
        if not any(trial.contains(other.row) for other in small):
            known = trial
            shown.add(amount)
    return shown


class _Span:
    """All linear combinations of some rows."""

    def __init__(self, other: "_Span | None" = None) -> None:
        self._basis: dict[int, dict[int, Fraction]] = dict(other._basis) if other else {}  # pivot → row

    def _rest(self, row: Iterable[tuple[int, int]]) -> dict[int, Fraction]:
        left = {atom: Fraction(coefficient) for atom, coefficient in row if coefficient}
        while pivots := sorted(left.keys() & self._basis.keys()):
            pivot = pivots[0]
            factor = left[pivot]
            for atom, coefficient in self._basis[pivot].items():
                value = left.get(atom, Fraction(0)) - factor * coefficient
                left.pop(atom, None)
                if value:
                    left[atom] = value
        return left

    def contains(self, row: Iterable[tuple[int, int]]) -> bool:
        """Whether the row is a combination of the rows added."""
        return not self._rest(row)

    def add(self, row: Iterable[tuple[int, int]]) -> None:
        """One more row."""
        left = self._rest(row)
        if left:
            pivot = min(left)
            self._basis[pivot] = {atom: coefficient / left[pivot] for atom, coefficient in left.items()}
