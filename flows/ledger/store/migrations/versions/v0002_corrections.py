"""Why lines of earlier months settle a difference."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "corrections",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("service_month", TEXT),
        sa.Column("ags", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("kind", TEXT),
        sa.Column("reference", TEXT),
        sa.Column("old_cents", sa.BigInteger()),
        sa.Column("new_cents", sa.BigInteger()),
        sa.Column("difference_cents", sa.BigInteger()),
        sa.Column("cause", TEXT),
        sa.Column("accepted_reason", TEXT),
        sa.Column("settled", sa.Boolean(), nullable=False),
    )
