"""What lies in a month's folder, checked as soon as it is there: each answer is reckoned once, for as long as it holds."""

import threading
from collections import OrderedDict

from fastapi import Request

from flows import arrivals
from flows.location import Location
from flows.orchestration import Direct, unseen

MOST = 8  # months of which an answer is remembered


class Looks:
    """Answers to what has arrived; whoever asks while one is being found waits for it instead of finding it again."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[tuple[object, ...], arrivals.Arrivals]] = OrderedDict()
        self._locks: dict[str, threading.Lock] = {}

    def of(self, location: Location, month: str) -> arrivals.Arrivals:
        """What would become of the files in the month's folder. Refusal where it is not the month's turn."""
        key = (location.programme, month)
        with self._locks.setdefault(location.programme, threading.Lock()):
            stamp = arrivals.stamp(location, month)
            if key not in self._known or self._known[key][0] != stamp:
                self._known[key] = stamp, arrivals.look(location, month, Direct("threads", unseen))
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return self._known[key][1]


def looks_of(request: Request) -> Looks:
    """The answers that this workspace has."""
    found: Looks = request.app.state.looks
    return found
