"""The written inputs of a run, opening balances, manual lines, reversals and closed years."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, and the columns of those that are there."""
    for name in ("kind", "law_sha256", "programme_sha256", "software"):
        op.add_column("runs", sa.Column(name, TEXT))
    op.add_column("lines", sa.Column("reversal_of", TEXT))
    op.create_table(
        "inputs",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("content", TEXT, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), index=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("ags", TEXT, nullable=False),
        sa.Column("service_month", TEXT, nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("ordered_by", TEXT, nullable=False),
        sa.Column("number", TEXT),
        sa.Column("year", sa.Integer()),
        sa.Column("running_number", sa.Integer()),
        sa.Column("document_date", sa.Date()),
        sa.UniqueConstraint("kind", "ags", "service_month", "reference"),
    )
    op.create_table(
        "closings",
        sa.Column("closing_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("after_month", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
