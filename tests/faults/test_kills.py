"""Settling and approving, killed or out of space at many points in both stores: nothing is lost, nothing is done twice.

After every one the ledger is either as before or as after, `verify` holds, and the same command, started again, ends
with the bytes of a run that nobody disturbed. The long form, at 640 points: `PLACEMENT_PREMIUM_CUTS=all`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from signal import SIGKILL

import pytest

from flows.emit import month_folder
from tests.command import contents
from tests.faults.interruption import DISK_FULL, KILL, LONG, points, run
from tests.faults.small_office import (
    MONTH,
    PROGRAMME,
    Content,
    Office,
    content,
    ledger_of,
    settled_or_not,
    small_office,
)
from tests.stores import STORES
from tests.verified import verify

POINTS = {KILL: 130, DISK_FULL: 30} if LONG else {KILL: 40, DISK_FULL: 10}  # for each of two commands in two stores


@pytest.fixture(scope="module", params=STORES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp(f"office-{request.param}")
    return small_office(folder, request.getfixturevalue("postgres") if request.param == "postgresql" else None)


@dataclass(frozen=True)
class Step:
    """A command and where it starts from; the records before and after it, the documents after it."""

    command: str
    before: Content
    after: Content
    documents: dict[str, str]

    def interrupt(self, office: Office, how: str, at: int) -> None:
        """Interrupt the command, look at what is left, and start it again."""
        where = f"{self.command}, {how} at step {at}"
        with office.copy(f"before-{self.command}", f"{self.command}-{how}-{at}") as (outputs, address):
            arguments, folder = office.arguments(self.command, outputs), outputs / PROGRAMME
            code = run(arguments, address, how, at).code
            assert code == -SIGKILL if how == KILL else code in (0, 2, 3), where
            ledger = ledger_of(outputs, address)
            assert settled_or_not(content(ledger)) in (self.before, self.after), where
            assert verify(ledger, folder / "archive") == [], where
            again = run(arguments, address)
            assert again.code == 0 or "bereits freigegeben" in again.err, (where, again)
            assert content(ledger) == self.after, where
            assert contents(folder / MONTH) == self.documents, where
            assert not month_folder.leftovers(folder, folder / "archive"), where


def test_whenever_it_is_interrupted_the_next_run_ends_as_if_nothing_had_happened(office: Office) -> None:
    office.keep("before-settle")
    before: Content = {}
    for command, following in (("settle", "before-approve"), ("approve", "end")):
        with office.copy(f"before-{command}", "undisturbed") as (outputs, address):
            ended = run(office.arguments(command, outputs), address)
            after = content(ledger_of(outputs, address))
            step = Step(command, before, after, contents(outputs / PROGRAMME / MONTH))
            office.keep(following, "undisturbed")
        assert ended.code == 0
        assert before != after
        chosen = [(how, at) for how, number in POINTS.items() for at in points(ended.steps, number)]
        assert len(chosen) == sum(POINTS.values())
        with ThreadPoolExecutor(2) as both_cores:
            for done in [both_cores.submit(step.interrupt, office, *point) for point in chosen]:
                done.result()
        before = after
