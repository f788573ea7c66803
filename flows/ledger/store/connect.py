"""Which store a programme's ledger is in."""

import os
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from schemas.refusal import Refusal

VARIABLE = "PLACEMENT_PREMIUM_LEDGER"


def open_ledger(folder: Path, programme: str) -> Ledger:
    """The programme's ledger: a file in its outputs, or a schema of its own on the server that the variable names."""
    url = server()
    if url is None:
        from flows.ledger.store.sqlite import SqliteLedger

        return SqliteLedger(folder / "ledger.db")
    from flows.ledger.store.postgres import PostgresLedger

    return PostgresLedger(url, programme)


def server() -> sa.URL | None:
    """The address of the server that keeps ledgers and accounts; None where they are files.

    Refusal where the variable holds no such address, or the package that speaks with a server is not installed.
    """
    address = os.environ.get(VARIABLE, "").strip()
    if not address:
        return None
    from flows.ledger.store.postgres import DRIVER

    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.drivername not in (DRIVER, "postgresql"):
        raise Refusal("ledger-address", variable=VARIABLE, driver=DRIVER)
    if find_spec("psycopg") is None:
        raise Refusal("driver-missing", variable=VARIABLE)
    return url.set(drivername=DRIVER)
