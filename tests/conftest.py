"""All tests run as the command does: the package says how Polars computes before anything imports Polars."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis  # noqa: F401  # here to stay: the command, run inside a test, would say that there is none
import pytest
import sqlalchemy as sa

import flows  # noqa: F401
from tests.stores import server

ORCHESTRATED = Path(__file__).parent / "flows"


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """One PostgreSQL server for all tests."""
    with server() as url:
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The orchestrated tests come last: Prefect's threads outlive them and draw from Python's random numbers.

    Hypothesis takes a change of their state for a defect of the test that it is running, which then fails at random.
    """
    items.sort(key=lambda item: ORCHESTRATED in item.path.parents)
