"""Answers that are remembered: found anew where what they depend on has changed, once for all who ask meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from flows.web import remembered
from tests.command import PATIENCE


def test_an_answer_holds_as_long_as_what_it_depends_on() -> None:
    known, found = remembered.Remembered(), []

    def ask(stamp: int) -> int:
        return known.of("key", lambda: stamp, lambda: found.append(stamp) or stamp)

    assert [ask(1), ask(1), ask(2), ask(2), ask(1)] == [1, 1, 2, 2, 1]
    assert found == [1, 2, 1]


class Clock:
    """Each moment later than the one before; tells how often it was looked at."""

    def __init__(self) -> None:
        self._moments, self.looked_at = count(), threading.Semaphore(0)

    def monotonic(self) -> float:
        moment = next(self._moments)
        self.looked_at.release()
        return moment


def test_who_asks_while_others_wait_is_answered_with_them_and_never_with_less_than_there_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten ask while the first answer is being found, each after adding something; what it depends on never stands still."""
    clock = Clock()
    monkeypatch.setattr(remembered, "time", clock)
    known, there, found = remembered.Remembered(), set[int](), list[frozenset[int]]()
    go_on = threading.Event()

    def find() -> frozenset[int]:
        found.append(frozenset(there))
        assert go_on.wait(PATIENCE)
        return found[-1]

    def ask(number: int) -> bool:
        there.add(number)
        return number in known.of("key", object, find)

    with ThreadPoolExecutor(11) as people:
        answers = [people.submit(ask, number) for number in range(11)]
        for _ in range(11 + 1):  # all have asked, and the first has begun to look
            assert clock.looked_at.acquire(timeout=PATIENCE)
        go_on.set()
        assert all(answer.result(PATIENCE) for answer in answers)
    assert len(found) == 2  # the first one, and one for all who waited
