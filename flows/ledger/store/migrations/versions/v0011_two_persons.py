"""Who proposed an erasure that another one confirmed."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("erasures", sa.Column("proposed_by", TEXT))
