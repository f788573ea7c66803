"""A programme file in German for the terminal: what was agreed, key by key, and what to look at again."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemas.law_words import running_out
from schemas.programme.words import explained, members_explained

if TYPE_CHECKING:
    from flows.beginning import Examined

WIDTH = 100


def examined_lines(found: "Examined") -> Iterator[str]:
    """Every section with what holds, what that means and the key it stands under; at the end what is odd."""
    title = f"Programmdatei {found.path}"
    yield from (title, "=" * min(len(title), WIDTH))
    for section in (*explained(found.programme), members_explained(found.programme)):
        yield from ("", section.title)
        for entry in section.entries:
            yield from _wrapped(f"{entry.what}: {entry.holds}. {entry.meaning} [{entry.key}]")
    yield from ("", "Noch einmal ansehen")
    odd = [f"{doubt.sentence} [{doubt.key}]" for doubt in found.doubts] + running_out(found.law)
    for sentence in odd:
        yield from _wrapped(sentence)
    if not odd:
        yield "  Nichts: Alle Angaben sind stimmig."
    yield from ("", "Formal ist alles richtig: Prüfziffern, Beträge, Tage und Zusammenhänge stimmen.")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False, break_long_words=False
    )
