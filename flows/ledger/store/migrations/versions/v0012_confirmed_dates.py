"""Who confirmed a date of approval that lies before the one of the approval before it."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("date_confirmed_by", TEXT))
