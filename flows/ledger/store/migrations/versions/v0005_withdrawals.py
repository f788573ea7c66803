"""Orders that were withdrawn before anyone approved them."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "withdrawals",
        sa.Column("withdrawal_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), index=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("ags", TEXT, nullable=False),
        sa.Column("service_month", TEXT, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("ordered_by", TEXT, nullable=False),
        sa.Column("withdrawn_reason", TEXT, nullable=False),
        sa.Column("withdrawn_by", TEXT, nullable=False),
    )
