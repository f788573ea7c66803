"""What tells a movement from every other on the account, in whichever file it comes again."""

import hashlib
import json
from collections import Counter
from datetime import date

_NO_REFERENCE = {"", "NONREF", "NOTPROVIDED"}


def reference_of(text: str) -> str:
    """A reference, empty where it is the bank's word for none.

    >>> reference_of(" NONREF "), reference_of("2025-06-03-1")
    ('', '2025-06-03-1')
    """
    found = text.strip()
    return "" if found.upper() in _NO_REFERENCE else found


class Keys:
    """The keys of a file's movements: by the bank's own reference, else by all that is told of the movement.

    Movements that are told alike are numbered as they follow each other, for a payer may send the same amount twice a day,
    and each of them is in every file that has the day.
    """

    def __init__(self) -> None:
        self._given: Counter[tuple[object, ...]] = Counter()

    def key(self, reference: str, *, day: date, amount_cents: int, told: tuple[str, ...]) -> str:
        """The key of the file's next movement; `told` is what else is told of it."""
        content = (reference or told, day.isoformat(), amount_cents)
        self._given[content] += 1
        text = json.dumps([*content, self._given[content]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
