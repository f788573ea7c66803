"""Every command, killed or out of space at some points in both stores, and two commands at once: nothing is lost or done twice.

A sample: the long form, with hundreds of points and sixty pairs, is `python -m tests.faults.long`.
"""

import pytest

from tests.faults.interruption import DISK_FULL, KILL, points
from tests.faults.office_life import LIFE, PAIRS, Step, busy_office, live, possible, side_by_side
from tests.faults.small_office import Office
from tests.stores import STORES

HEAVY = ("settle", "approve", "settle-again", "approve-again", "erase")
# Store → how often a heavy command is interrupted, and another one. In PostgreSQL every start copies a whole database.
KILLS = {"sqlite": (4, 2), "postgresql": (3, 1)}
FULL = {"sqlite": (2, 1), "postgresql": (1, 1)}


@pytest.fixture(scope="module", params=STORES)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[Step]]:
    folder = tmp_path_factory.mktemp(f"office-{request.param}")
    office = busy_office(folder, request.getfixturevalue("postgres") if request.param == "postgresql" else None)
    return office, list(live(office))


@pytest.mark.parametrize("name", LIFE)
def test_whenever_it_is_interrupted_the_next_run_ends_as_if_nothing_had_happened(
    lived: tuple[Office, list[Step]], name: str
) -> None:
    office, life = lived
    (step,) = (step for step in life if step.name == name)
    store = "sqlite" if office.server is None else "postgresql"
    left = {
        step.interrupt(office, how, at)
        for how, often in ((KILL, KILLS), (DISK_FULL, FULL))
        for at in points(step.steps, often[store][name not in HEAVY])
    }
    assert left == {"as before", "as after"} if name in HEAVY else left <= {"as before", "as after"}


@pytest.mark.parametrize("lived", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("state", "one", "other"), PAIRS[2:4])
def test_two_at_once_leave_what_one_after_the_other_would(
    lived: tuple[Office, list[Step]], state: str, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    side_by_side(lived[0], state, one, other, 0.05, possible(lived[0], state, one, other))
