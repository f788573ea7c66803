"""Text as people write it: what is seen of it, and when two spellings are one."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

INVISIBLE = ("Cc", "Cf", "Cs")  # control and format characters: byte order marks, soft hyphens …; halves of letters
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in no XML, some in no database
_NUMBER = re.compile("([0-9]+)")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})
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


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> counted(1, "Tag", "Tage"), counted(31, "Tag", "Tage")
    ('1 Tag', '31 Tage')
    """
    return f"{number} {one if number == 1 else many}"


def thousands(number: int) -> str:
    """A whole number as Germans write it.

    >>> thousands(999), thousands(1234567)
    ('999', '1.234.567')
    """
    return f"{number:,}".replace(",", ".")


def visible(text: str) -> str:
    """Text as it is seen: in one Unicode form, without invisible characters and surrounding blanks."""
    if text.isascii() and text.isprintable():
        return text.strip()
    composed = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")
    seen = (char for char in writable(composed) if char in "\t\n\r" or unicodedata.category(char) not in INVISIBLE)
    return "".join(seen).strip()


def natural(name: str) -> list[str | int]:
    """What names are sorted by: their numbers as numbers, without case.

    >>> sorted(["Korrektur 10.xlsx", "Korrektur 9.xlsx"], key=natural)
    ['Korrektur 9.xlsx', 'Korrektur 10.xlsx']
    """
    return [int(piece) if number % 2 else piece.casefold() for number, piece in enumerate(_NUMBER.split(name))]


def writable(text: str) -> str:
    """Text that every workbook, database and console takes: what none of them can hold is left out.

    >>> writable("A\\x00\\ufffe\\udc80-1")
    'A-1'
    """
    return text if text.isprintable() else _UNWRITABLE.sub("", text)


def mended_name(name: str) -> str:
    """A file name in which the number of every letter stands that is not valid text, so that no two become one.

    >>> mended_name("Meldung D\\udcfcren.xlsx")
    'Meldung D%FCren.xlsx'
    """
    return name if name.isprintable() else _UNWRITABLE.sub(_numbered, name)


def _numbered(letter: re.Match[str]) -> str:
    number = ord(letter[0])
    return f"%{number - 0xDC00 if 0xDC80 <= number < 0xDD00 else number:02X}"  # a byte that no letter begins with
