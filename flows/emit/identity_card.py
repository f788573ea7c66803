"""The card that outputs keep of their ledger: which one it is, and the newest month that it approved (RULES section 8.8)."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.durable import replacing
from schemas.months import NO_MONTH, Month, is_month

FILE = "ledger-identity.json"


@dataclass(frozen=True)
class Card:
    """A ledger's identity, its newest approved month and that month's seal; both empty before the first."""

    identity: str
    month: Month = NO_MONTH
    seal: str = ""


def read_card(folder: Path) -> Card | None:
    """The card of a programme's outputs; None where there is none that can be read."""
    try:
        return Card(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def write_card(folder: Path, card: Card) -> None:
    """Keep a card."""
    with replacing(folder / FILE) as part:
        part.write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def issued_months(folder: Path) -> list[str]:
    """The months of which final documents lie in the outputs: only an approval writes a booking list."""
    found = (path.parent.name for path in folder.glob("*/Buchungen-*.csv"))
    return sorted({month for month in found if is_month(month)})
