"""What board reports showed, and the newest erasure and report with every run."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table and add the columns."""
    op.create_table(
        "publications",
        sa.Column("publication_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("audience", TEXT, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    op.add_column("runs", sa.Column("erasure_digest", TEXT))
    op.add_column("runs", sa.Column("publication_digest", TEXT))
