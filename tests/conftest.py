"""All tests run as the command does: the package says how Polars computes before anything imports Polars."""

import os
import shutil
from pathlib import Path

import hypothesis  # here to stay: the command, run inside a test, would say that there is none
import pytest

import flows  # noqa: F401
from tests.examples import QUICK

# How long an example takes is the machine's affair; speed is measured in tests/bench. A test is tried with the same examples
# every time that the same modules of the house are loaded before it, for Hypothesis draws some values from their constants,
# and nothing switches that off: alone, or after others, it may find what it did not find before. Such a finding is a defect
# all the same, and becomes an `@example`. Who looks for what is not known yet takes the profile `search`.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=True
)
hypothesis.settings.load_profile("house")
hypothesis.settings.register_profile(QUICK, hypothesis.settings.get_profile("house"), max_examples=10)
hypothesis.settings.register_profile("search", hypothesis.settings.get_profile("house"), derandomize=False)

# The product waits for the drive at every step, and that is some fifth of the tests' time. Where there is room in memory,
# their folders lie there; who wants them elsewhere says so by pytest's own variable.
MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

HEAVIEST_FIRST = ("faults", "web", "properties", "golden", "flows", "broken", "attacks")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first, so that processes that share the modules are done at about the same time."""
    weights = {Path(__file__).with_name(name): weight for weight, name in enumerate(HEAVIEST_FIRST)}
    items.sort(key=lambda item: weights.get(item.path.parent, len(weights)))
