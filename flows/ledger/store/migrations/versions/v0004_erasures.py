"""What was erased of closed years, and which closing a run knew."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables, and the column of the runs."""
    op.add_column("runs", sa.Column("closing_digest", TEXT))
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("after_month", TEXT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
        sa.Column("digest", TEXT),
    )
    op.create_table(
        "remains",
        sa.Column("erasure_id", sa.Integer(), sa.ForeignKey("erasures.erasure_id"), nullable=False, index=True),
        sa.Column("sealed_run", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("year", TEXT, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.UniqueConstraint("erasure_id", "sealed_run", "content", "year"),
    )
    op.create_table(
        "erased_savings",
        sa.Column("erasure_id", sa.Integer(), sa.ForeignKey("erasures.erasure_id"), nullable=False, index=True),
        sa.Column("ags", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("service_month", TEXT),
        sa.Column("eligible", sa.Boolean()),
        sa.Column("saved_to_date_cents", sa.BigInteger()),
    )
