"""Documents that were issued, and the newest of them with every run."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table and add the column."""
    op.create_table(
        "issues",
        sa.Column("issue_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("files", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    op.add_column("runs", sa.Column("issue_digest", TEXT))
