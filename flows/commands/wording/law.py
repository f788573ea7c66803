"""The law in force on a day as German text for the terminal: amounts, periods, sources, and what runs out."""

import textwrap
from collections.abc import Iterator
from datetime import date

from schemas.law import LawInForce
from schemas.law_words import law_lines, running_out
from schemas.months import german_date

WIDTH = 100
_KEY, _AMOUNT = 21, 39  # widths of the columns


def law_listing(found: list[LawInForce], day: date) -> Iterator[str]:
    """Every table with what holds on the day, its sources, and at the end which tables run out."""
    title = f"Recht, mit dem am {german_date(day)} gerechnet wird"
    yield from (title, "=" * len(title))
    for entry in found:
        yield from ("", entry.table.title)
        yield from _rows(entry, day)
    yield from ("", "Was ausläuft")
    ends = running_out(found)
    for sentence in ends:
        yield from textwrap.wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not ends:
        yield "  Nichts: Alle Tabellen gelten bis auf Weiteres."


def _rows(entry: LawInForce, day: date) -> Iterator[str]:
    sources: dict[str, int] = {}
    for line in law_lines(entry):
        if line.source is None:
            yield f"  {line.name:<{_KEY}}für den {german_date(day)} steht hier nichts"
            continue
        number = sources.setdefault(line.source, len(sources) + 1)
        yield f"  {line.name:<{_KEY}}{line.figures:<{_AMOUNT}}{line.period} [{number}]"
    for source, number in sources.items():
        yield from textwrap.wrap(
            f"[{number}] {source}", WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
        )
