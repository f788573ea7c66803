"""Which ledger this is."""

import secrets

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table with its only record."""
    table = op.create_table("identity", sa.Column("identity", TEXT, primary_key=True))
    op.bulk_insert(table, [{"identity": secrets.token_hex(16)}])
