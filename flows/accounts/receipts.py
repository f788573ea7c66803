"""Receipts: what a municipality handed in through the browser, when and by whom; kept for good."""

from typing import Any

import sqlalchemy as sa

from flows.accounts.database import Database
from flows.accounts.tables import receipts
from schemas.identifiers import Ags
from schemas.receiving import NewReceipt, Receipt


class ReceiptStore:
    """The receipts of all programmes of an outputs folder; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, receipt: NewReceipt) -> Receipt:
        """Note that something was handed in; the receipt with its number."""
        with self._database.transaction() as connection:
            number = (connection.scalar(sa.select(sa.func.max(receipts.c.number))) or 0) + 1
            noted = Receipt(**receipt.__dict__, number=number)
            connection.execute(sa.insert(receipts).values(**noted.__dict__))
            return noted

    def of_programme(self, programme: str, ags: Ags | None = None) -> list[Receipt]:
        """What was handed in for a programme, by one municipality or all, the newest first."""
        if not self._database.present():
            return []
        query = sa.select(receipts).where(receipts.c.programme == programme)
        if ags is not None:
            query = query.where(receipts.c.ags == ags)
        with self._database.transaction() as connection:
            return [_receipt(row) for row in connection.execute(query.order_by(receipts.c.number.desc())).mappings()]


def _receipt(row: Any) -> Receipt:
    return Receipt(**row)
