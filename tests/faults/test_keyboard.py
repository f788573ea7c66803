"""Whoever is told how a command ended is told the truth: whatever ends it, and whenever, the ledger is asked first.

Exit codes (OUTPUTS section 1): 0 posted and written, 2 nothing was changed, 3 posted and documents to follow, 4 nobody
can say now, 70 a defect of the program.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.ledger.month_state import approved_months
from tests.faults.interruption import DEFECT, INTERRUPT, LONG, LOST, TERMINATE, Ended, points, run
from tests.faults.small_office import MONTH, PROGRAMME, Office, ledger_of, small_office
from tests.stores import STORES

POINTS = {INTERRUPT: 24, TERMINATE: 6, DEFECT: 12} if LONG else {INTERRUPT: 10, TERMINATE: 3, DEFECT: 4}
POSTED, NOTHING = "Dezember 2024 ist freigegeben", "gebucht wurde dabei nichts"


@pytest.fixture(scope="module", params=STORES)
def drafted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    office = small_office(tmp_path_factory.mktemp(f"keyboard-{request.param}"), server)
    office.keep("nothing-yet")
    with office.copy("nothing-yet", "begun") as (outputs, address):
        assert run(office.arguments("settle", outputs), address).code == 0
        office.keep("drafted", "begun")
    return office


def approve(office: Office, how: str, at: int) -> tuple[Ended, bool, bool]:
    """Approve and be interrupted: how it ended, whether the month is posted, and whether documents are the final ones."""
    with office.copy("drafted", f"{how.replace(' ', '-')}-{at}") as (outputs, address):
        ended = run(office.arguments("approve", outputs), address, how, at)
        posted = approved_months(ledger_of(outputs, address)) == [MONTH]
        final = (outputs / PROGRAMME / MONTH / f"Buchungen-{MONTH}.csv").exists()
        return ended, posted, final


def check_truth(ended: Ended, posted: bool, final: bool, where: str) -> None:
    assert final or ended.code != 0, (where, ended)
    if ended.code != 0:
        assert (POSTED in ended.err) == posted, (where, ended)
    assert (NOTHING in ended.err) == (not posted), (where, ended)
    if ended.code == 3:
        assert "die Unterlagen folgen" in ended.err, where
    assert "Traceback" not in ended.err, where


@pytest.mark.parametrize("how", POINTS)
def test_what_is_said_is_what_the_ledger_holds(drafted: Office, how: str) -> None:
    undisturbed, posted, final = approve(drafted, how, 0)
    assert (undisturbed.code, posted, final) == (0, True, True)

    def interrupted(at: int) -> int:
        where = f"{how} at step {at} of {undisturbed.steps}"
        ended, posted, final = approve(drafted, how, at)
        expected = ({70} if how == DEFECT else {0, 3}) if posted else ({70} if how == DEFECT else {2})
        assert ended.code in expected, (where, posted, ended)
        check_truth(ended, posted, final, where)
        return ended.code

    with ThreadPoolExecutor(2) as both_cores:
        # Documents take their places in the last tenth of the steps, behind the commit: some of the points are there.
        tenth = undisturbed.steps // 10
        at_the_end = {undisturbed.steps - tenth + at for at in points(tenth, 4)} if how == INTERRUPT else set()
        codes = set(both_cores.map(interrupted, sorted({*points(undisturbed.steps, POINTS[how]), *at_the_end})))
    assert codes >= {INTERRUPT: {2, 3}, TERMINATE: {2}, DEFECT: {70}}[how]


@pytest.mark.parametrize("drafted", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_at_the_commit_says_nothing_that_the_ledger_does_not_hold(drafted: Office) -> None:
    undisturbed, *_ = approve(drafted, LOST, 0)
    seen = set()
    for at in range(1, undisturbed.steps + 1):
        ended, posted, final = approve(drafted, LOST, at)
        assert ended.code in ((0, 3) if posted else (2,)), (at, ended)
        check_truth(ended, posted, final, f"commit {at}")
        seen.add((ended.code, posted))
    assert {(2, False), (3, True)} <= seen
