"""How many lines a text takes in a column: row heights must be stored, as not every program fits them itself."""

from functools import lru_cache

# Widths of Arial in thousandths of the type size, where they are not the usual one.
_WIDTHS = (
    dict.fromkeys("ijl'|", 222)
    | dict.fromkeys("ft.,;:/!I []", 278)
    | dict.fromkeys("r()-„“", 333)
    | dict.fromkeys("cksvxyzJ", 500)
    | dict.fromkeys("ABEFKPSTVXYZÄ&", 667)
    | dict.fromkeys("CDHNRUÜw", 722)
    | dict.fromkeys("GOQÖ", 778)
    | dict.fromkeys("mM%", 889)
    | dict.fromkeys("W@…—", 1015)
)
_USUAL = 556
_PIXELS_PER_UNIT = 7  # of a column's width
_SAFETY = 1.02


@lru_cache(maxsize=4096)
def lines_needed(text: str, units: float, size: float) -> int:
    """Lines of a text that wraps between words, in a column of so many width units, at a type size in points.

    >>> lines_needed("kurz", 10, 9), lines_needed("zwei kurze Wörter, die nicht nebeneinander passen", 20, 9)
    (1, 3)
    """
    room = units * _PIXELS_PER_UNIT / _SAFETY
    per_thousandth = size * 96 / 72 / 1000
    return sum(_lines(paragraph.split(" "), room, per_thousandth) for paragraph in text.split("\n"))


def _lines(words: list[str], room: float, scale: float) -> int:
    lines, used, space = 1, 0.0, _WIDTHS[" "] * scale
    for word in words:
        width = sum(_WIDTHS.get(letter, _USUAL) for letter in word) * scale
        if used and used + space + width > room:
            lines, used = lines + 1, 0.0
        used += width + (space if used else 0)
        if used > room:  # a word longer than the line breaks inside
            more = int(used // room)
            lines, used = lines + more, used - more * room
    return lines
