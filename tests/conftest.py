"""All tests run as the command does: the package says how Polars computes before anything imports Polars."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

import flows  # noqa: F401
from tests import postgres as postgresql


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """One PostgreSQL server for all tests."""
    with postgresql.server() as url:
        yield url
