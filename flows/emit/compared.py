"""Which months' accepted returns were read again and agreed with the books, under which seal: what spares reading them once more.

A note of convenience, not of proof: whoever can write the books can write this file too (decision 0068).
"""

import json
from collections.abc import Mapping
from pathlib import Path

from flows.durable import replacing
from schemas.months import Month
from schemas.provenance import software

FILE = "verified.json"


def compared(folder: Path) -> dict[Month, str]:
    """Month → the seal under which its returns agreed, by this version of the software; nothing where that cannot be read."""
    try:
        noted = json.loads((folder / FILE).read_text(encoding="utf-8"))
        own = noted["months"] if noted["software"] == software() else {}
        return {Month(month): str(seal) for month, seal in own.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def note_compared(folder: Path, seals: Mapping[Month, str]) -> None:
    """Keep the months whose returns agreed."""
    with replacing(folder / FILE) as part:
        noted = {"software": software(), "months": dict(sorted(seals.items()))}
        part.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")
