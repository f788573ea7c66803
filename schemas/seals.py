"""Digests as people write them, at least their first digits: a month's seal, and what tells a draft from every other."""

import re

from schemas.months import Month, typed_month
from schemas.refusal import Refusal

DIGITS = 16  # at least: 64 bits, for which nobody finds a second one
_SEAL = re.compile(rf"[0-9a-f]{{{DIGITS},64}}")


def given_seal(text: str) -> tuple[Month, str]:
    """A month and its seal, or its first digits, as they stand on a document; Refusal where it is none.

    >>> given_seal("03/2025 = 0a1b2c3d 4e5f6071")
    ('2025-03', '0a1b2c3d4e5f6071')
    """
    written, _, digits = text.partition("=")
    month, digest = typed_month(written.strip()), _digest(digits)
    if month is None or digest is None:
        raise Refusal("no-seal", text=text)
    return month, digest


def given_seals(text: str) -> dict[Month, str]:
    """Month → seal, one a line; Refusal where a line is none."""
    return dict(given_seal(line) for line in text.splitlines() if line.strip())


def shown(digest: str) -> str:
    """As many digits of a digest as a reader needs to name it.

    >>> shown("0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    '0a1b2c3d4e5f6071'
    """
    return digest[:DIGITS]


def given_draft(text: str) -> str:
    """The digest of a draft, or its first digits; Refusal where it is none."""
    digest = _digest(text)
    if digest is None:
        raise Refusal("no-draft-digest", text=text)
    return digest


def _digest(text: str) -> str | None:
    digits = "".join(text.split()).lower()
    return digits if _SEAL.fullmatch(digits) else None
