"""Which runs kept all their case months, and which those that changed."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("case_months", TEXT))
