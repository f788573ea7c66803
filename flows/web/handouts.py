"""What a check of a return found, for whoever asked: kept in memory alone, the newest of each account, for half an hour."""

import threading
from dataclasses import dataclass

from schemas.receiving import Judged

LIFETIME_SECONDS = 30 * 60
MOST = 64  # so that correction workbooks, which may be as large as returns, do not fill the memory


@dataclass(frozen=True)
class Handout:
    """The outcome of a check of a programme's return."""

    programme: str
    judged: Judged
    at: int  # seconds
    receipt: int | None = None  # its number, where the return was handed in


class Handouts:
    """The newest outcome of each account."""

    def __init__(self) -> None:
        self._kept: dict[str, Handout] = {}
        self._lock = threading.Lock()

    def keep(self, login: str, handout: Handout) -> None:
        """Keep an outcome instead of the account's last one."""
        with self._lock:
            alive = {
                owner: kept
                for owner, kept in self._kept.items()
                if owner != login and kept.at + LIFETIME_SECONDS > handout.at
            }
            self._kept = dict([*alive.items(), (login, handout)][-MOST:])

    def of(self, login: str, programme: str, now: int) -> Handout | None:
        """The account's outcome for a programme, if it is still kept."""
        with self._lock:
            found = self._kept.get(login)
        if found is None or found.programme != programme or found.at + LIFETIME_SECONDS <= now:
            return None
        return found
