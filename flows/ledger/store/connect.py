"""Which store a programme's ledger is in."""

import os
from pathlib import Path

import sqlalchemy as sa

from flows.ledger.store.ledger import Ledger
from schemas.refusal import Refusal

VARIABLE = "PLACEMENT_PREMIUM_LEDGER"


def open_ledger(folder: Path, programme: str) -> Ledger:
    """The programme's ledger: a file in its outputs, or a schema of its own on the server that the variable names."""
    address = os.environ.get(VARIABLE, "").strip()
    if not address:
        from flows.ledger.store.sqlite import SqliteLedger

        return SqliteLedger(folder / "ledger.db")
    from flows.ledger.store.postgres import DRIVER, PostgresLedger

    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.drivername not in (DRIVER, "postgresql"):
        raise Refusal("ledger-address", variable=VARIABLE, driver=DRIVER)
    return PostgresLedger(url.set(drivername=DRIVER), programme)
