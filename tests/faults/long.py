"""The long form of interruptions: `python -m tests.faults.long [STORE …]`, an hour or so, best with `nice -n 19` in the background.

Kills and full disks at points of every command in both stores, pairs of commands at once, then key strokes and power
cuts at all points (`PLACEMENT_PREMIUM_CUTS=all`). Every line tells what was done so far and how it came out; whatever
does not hold is told at once and again at the end, whose exit code is 1 then.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from tests.faults.interruption import DISK_FULL, KILL, points
from tests.faults.office_life import PAIRS, Step, busy_office, live, possible, side_by_side
from tests.faults.small_office import Office
from tests.stores import STORES, server

HEAVY = ("settle", "approve", "settle-again", "approve-again", "erase")
KILLS, FULL = {True: 26, False: 8}, {True: 4, False: 2}  # of a heavy command, of another one; in each store
DELAYS = (0.0, 0.15, 0.4)  # seconds by which the other one of a pair starts later
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-n",
    "0",
    "tests/faults/test_keyboard.py",
    "tests/faults/test_power.py",
]


class Tally:
    """What was done and what did not hold."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []

    def hold(self, what: str, check: Callable[..., object], *given: object) -> str:
        """Do it and count it; what does not hold is told, and the next one follows."""
        self.done[what] += 1
        try:
            return str(check(*given))
        except Exception as error:  # noqa: BLE001  # the next point is looked at all the same
            self.failures.append(f"{what}: {error or traceback.format_exc()}"[:2000])
            tell(f"  DOES NOT HOLD: {self.failures[-1]}")
            return "does not hold"


def tell(line: str) -> None:
    """Told at once, for whoever follows the log."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def interrupt(office: Office, step: Step, tally: Tally) -> None:
    """A command at its points, killed and out of space."""
    for how, number in ((KILL, KILLS), (DISK_FULL, FULL)):
        chosen = points(step.steps, number[step.name in HEAVY])
        left = Counter(tally.hold(how, step.interrupt, office, how, at) for at in chosen)
        tell(f"  {step.name}: {how} at {len(chosen)} of {step.steps} steps; the ledger was {dict(left)}")


def pairs(office: Office, tally: Tally) -> None:
    """Two commands at once, the other one a little later each time."""
    for state, one, other in PAIRS:
        allowed = possible(office, state, one, other)
        ended = [tally.hold("pair", side_by_side, office, state, one, other, delay, allowed) for delay in DELAYS]
        tell(f"  {' '.join(one[:2])} beside {' '.join(other[:2])}: ended with {', '.join(ended)}")


def main(stores: Sequence[str]) -> int:
    """Everything, store by store; the exit code."""
    tally = Tally()
    with ExitStack() as stack:
        for store in stores:
            address: sa.URL | None = stack.enter_context(server()) if store == "postgresql" else None
            folder = Path(tempfile.mkdtemp(prefix=f"long-{store}-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            office = busy_office(folder, address)
            tell(f"{store}:")
            for step in live(office):
                interrupt(office, step, tally)
            pairs(office, tally)
            tell(f"{store} done; so far {dict(tally.done)}, {len(tally.failures)} do not hold")
    tell("Key strokes and power cuts at all points:")
    code = subprocess.run(PYTEST, env={**os.environ, "PLACEMENT_PREMIUM_CUTS": "all"}, check=False).returncode
    tell(f"Done: {dict(tally.done)}; {len(tally.failures)} do not hold; key strokes and power cuts ended with {code}.")
    for failure in tally.failures:
        tell(f"- {failure}")
    return 1 if tally.failures or code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or STORES))
