"""All tests run as the command does: the package says how Polars computes before anything imports Polars."""

from pathlib import Path

import hypothesis  # here to stay: the command, run inside a test, would say that there is none
import pytest

import flows  # noqa: F401
from tests.examples import QUICK

# How long an example takes is the machine's affair; speed is measured in tests/bench.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")
hypothesis.settings.register_profile(QUICK, hypothesis.settings.get_profile("house"), max_examples=10)

HEAVIEST_FIRST = ("faults", "properties", "golden", "flows", "broken")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first, so that processes that share the modules are done at about the same time."""
    weights = {Path(__file__).with_name(name): weight for weight, name in enumerate(HEAVIEST_FIRST)}
    items.sort(key=lambda item: weights.get(item.path.parent, len(weights)))
