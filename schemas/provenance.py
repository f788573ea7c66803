"""What a figure comes from beside the returns, as every run keeps it: law and programme word for word, and the software."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Provenance:
    """Law tables and programme file word for word, and the version of this software."""

    law: dict[str, str]  # name of the table → content of its file
    programme: str
    software: str

    @property
    def law_text(self) -> str:
        """All law tables as one text."""
        return json.dumps(self.law, ensure_ascii=False, sort_keys=True)


@cache
def software() -> str:
    """The version of this software."""
    from importlib.metadata import version  # for which a command's help would wait

    return version("placement-premium")


def sha256_of(text: str) -> str:
    """The SHA-256 of a text.

    >>> sha256_of("")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(text.encode()).hexdigest()
