"""Text as people write it: what is seen of it, and when two spellings are one."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

INVISIBLE = ("Cc", "Cf")  # control and format characters: byte order marks, soft hyphens, directions of writing …
EDGES = " \t\r\n\u00a0\u202f\u00ad\u200b\u200e\u200f\u2060\ufeff"  # what may surround a number or a date


@lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """Text as headings, labels and list values are compared: without case, doubled blanks, invisible characters.

    >>> folded("Gezahlte\\nLeis\u00adtung  (EUR)")
    'gezahlte leistung (eur)'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(visible(plain).casefold().split())


def enumerated(words: Sequence[str], last: str = "und") -> str:
    """Words as a sentence lists them.

    >>> enumerated(["H4"]), enumerated(["H4", "N4", "P4"]), enumerated(["ja", "nein"], "oder")
    ('H4', 'H4, N4 und P4', 'ja oder nein')
    """
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final


def visible(text: str) -> str:
    """Text as it is seen: in one Unicode form, without invisible characters and surrounding blanks."""
    if text.isascii() and text.isprintable():
        return text.strip()
    composed = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")
    return "".join(char for char in composed if char in "\t\n\r" or unicodedata.category(char) not in INVISIBLE).strip()
