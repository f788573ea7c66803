"""What runs do with credit notes that are set against the next invoice."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "offsets",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("ags", TEXT, nullable=False),
        sa.Column("credit", TEXT),
        sa.Column("fate", TEXT, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_out_cents", sa.BigInteger(), nullable=False),
    )
