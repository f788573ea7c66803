"""Answers that take long to find, found once for as long as they hold: what has arrived, which cases to calculate with."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fastapi import Request

from flows import arrivals, calibration
from flows.clock import today
from flows.location import Location
from flows.orchestration import direct, unseen
from schemas.months import Month

MOST = 8  # answers that are remembered
Answer = TypeVar("Answer")


class _Known(NamedTuple):
    """An answer, what it depends on, and when somebody began to look at that."""

    begun: float
    stamp: object
    answer: Any


class Remembered:
    """Answers with what they depend on; whoever asks while one is being found waits for it instead of finding it again."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}

    def of(self, key: Hashable, stamp: Callable[[], object], find: Callable[[], Answer]) -> Answer:
        """The answer to `key`, found anew where what it depends on is another; a Refusal is not remembered.

        What somebody began to find after this was asked is as new as the question: many who ask at once are answered at once.
        """
        asked = time.monotonic()
        with self._locks.setdefault(key, threading.Lock()):
            known = self._known.get(key)
            if known is None or known.begun < asked:
                begun, now = time.monotonic(), stamp()
                known = _Known(begun, now, known.answer if known and known.stamp == now else find())
            self._known[key] = known
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            found: Answer = known.answer
            return found


def look_at(request: Request, location: Location, month: Month) -> arrivals.Arrivals:
    """What would become of the files in the month's folder. Refusal where it is not the month's turn."""
    return _remembered(request).of(
        ("look", location.programme, month),
        lambda: arrivals.stamp(location, month),
        lambda: _look(location, month),
    )


def _look(location: Location, month: Month) -> arrivals.Arrivals:
    with direct("auto", unseen) as stages:
        return arrivals.look(location, month, stages)


def cases_of(request: Request, location: Location, assumptions: Path | None) -> calibration.Cases:
    """The cases to calculate with. Refusal where there are none."""
    day = today()
    return _remembered(request).of(
        ("cases", location.programme, assumptions),
        lambda: (day, calibration.stamp(location)),
        lambda: calibration.cases(location, assumptions, day),
    )


def _remembered(request: Request) -> Remembered:
    found: Remembered = request.app.state.remembered
    return found
