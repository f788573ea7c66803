"""What opening balances tell of premiums beside their amount, and what erased months saved."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table, and the column of the erased savings."""
    op.create_table(
        "taken_over",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("service_month", TEXT),
        sa.Column("ags", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("kind", TEXT),
        sa.Column("reference", TEXT),
        sa.Column("saved_cents", sa.BigInteger()),
        sa.Column("counted_months", sa.BigInteger()),
        sa.Column("employed_since", sa.Date()),
    )
    op.add_column("erased_savings", sa.Column("saved_cents", sa.BigInteger()))
