"""What can go wrong with a ledger is tested on both stores: these tests alone need a database server."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.stores import server


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """One PostgreSQL server for all tests of a process."""
    with server() as url:
        yield url
