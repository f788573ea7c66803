"""A month's seal as people keep it: typed from a document, at least its first digits."""

import re

from schemas.months import Month, typed_month
from schemas.refusal import Refusal

_SEAL = re.compile(r"[0-9a-f]{16,64}")


def given_seal(text: str) -> tuple[Month, str]:
    """A month and its seal, or its first digits, as they stand on a document; Refusal where it is none.

    >>> given_seal("03/2025 = 0a1b2c3d 4e5f6071")
    ('2025-03', '0a1b2c3d4e5f6071')
    """
    written, _, digits = text.partition("=")
    month, digest = typed_month(written.strip()), "".join(digits.split()).lower()
    if month is None or not _SEAL.fullmatch(digest):
        raise Refusal("no-seal", text=text)
    return month, digest


def given_seals(text: str) -> dict[Month, str]:
    """Month → seal, one a line; Refusal where a line is none."""
    return dict(given_seal(line) for line in text.splitlines() if line.strip())
