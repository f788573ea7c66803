"""Findings as their sender reads them: equal ones together, the gravest first."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.findings import GERMAN_SEVERITY, Severity

ORDER: tuple[Severity, ...] = ("error", "warning", "notice")
_PLURALS: dict[Severity, str] = {"error": "Fehler", "warning": "Warnungen", "notice": "Hinweise"}
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


class Entry(NamedTuple):
    """A finding as far as its sender reads it."""

    sheet: str
    cell: str
    column: str
    code: str
    severity: Severity
    message: str

    @property
    def place(self) -> str:
        """Sheet and cell in words."""
        return " ".join(filter(None, (self.sheet, self.cell))) or "Datei"


def grouped(entries: Iterable[Entry], sheets: Sequence[str] = ()) -> list[list[Entry]]:
    """Equal findings (code, sheet and column) together: errors first, then in the order of sheets and cells."""
    places = {name: number for number, name in enumerate(sheets)}
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: _order(entry, places)):
        groups.setdefault((entry.severity, entry.code, entry.sheet, entry.column), []).append(entry)
    return list(groups.values())


def in_words(entries: Sequence[Entry]) -> str:
    """How many of what, in words.

    >>> in_words([Entry("", "", "", "C01", "error", ""), Entry("", "", "", "F11", "notice", "")])
    '1 Fehler, 1 Hinweis.'
    """
    numbers = {severity: sum(entry.severity == severity for entry in entries) for severity in ORDER}
    words = [
        f"{number} {GERMAN_SEVERITY[severity] if number == 1 else _PLURALS[severity]}"
        for severity, number in numbers.items()
        if number
    ]
    return ", ".join(words) + "."


def _order(entry: Entry, places: dict[str, int]) -> tuple[int, int, str, int, int, str]:
    match = _ADDRESS.fullmatch(entry.cell)
    letters = match[1] if match else ""
    place = places.get(entry.sheet, len(places)), entry.sheet
    return ORDER.index(entry.severity), *place, int(match[2]) if match else 0, len(letters), letters
