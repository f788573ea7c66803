"""Names and purposes as every bank takes them: what cannot be written so is refused, never dropped or cut."""

import re
import unicodedata

from schemas.spelling import UMLAUTS, enumerated

LONGEST_NAME, LONGEST_PURPOSE = 70, 140  # characters of a SEPA transfer

# What banks convert by common agreement (European Payments Council, EPC217-08), and letters that have no base letter.
_CONVERTED = str.maketrans(
    {
        "&": "+", ";": ",", "_": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
        "„": "'", "“": "'", "”": "'", "‚": "'", "‘": "'", "’": "'", "»": "'", "«": "'", '"': "'", "´": "'", "`": "'",
        "[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "|": "/", "\\": "/", "!": ".", "*": ".", "#": ".",
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    }
)  # fmt: skip
_NO_BANK_CHARACTER = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


def bank_text(text: str) -> str:
    """Text in the characters that every bank takes; ValueError names those that have no counterpart there.

    >>> bank_text("Träger „Brücke“ & Söhne gGmbH – Łódź")
    "Traeger 'Bruecke' + Soehne gGmbH - Lodz"
    """
    composed = unicodedata.normalize("NFC", text).translate(UMLAUTS).translate(_CONVERTED)
    marked = unicodedata.normalize("NFKD", composed)
    written = "".join(letter for letter in marked if not unicodedata.combining(letter))
    unknown = dict.fromkeys(_NO_BANK_CHARACTER.findall(" ".join(written.split())))
    if unknown:
        raise ValueError(f"{enumerated([f'„{letter}“' for letter in unknown])} nimmt keine Bank an")
    return " ".join(written.split())


def bank_name(text: str) -> str:
    """The name of an account's holder; ValueError where it is too long or cannot be written."""
    return _fitting(text, LONGEST_NAME)


def bank_purpose(text: str) -> str:
    """The purpose of a transfer; ValueError where it is too long or cannot be written."""
    return _fitting(text, LONGEST_PURPOSE)


def _fitting(text: str, longest: int) -> str:
    written = bank_text(text)
    if len(written) > longest:
        raise ValueError(f"mit {len(written)} Zeichen ist „{text}“ zu lang, eine Überweisung fasst {longest}")
    return written
