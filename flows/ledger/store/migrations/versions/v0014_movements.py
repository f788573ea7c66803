"""Movements on the county's account, what they settle, and the newest of both with every run."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables and add the columns."""
    op.create_table(
        "account_files",
        sa.Column("file_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False, unique=True),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("taken_by", TEXT, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    op.create_table(
        "movements",
        sa.Column("movement_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("account_files.file_id"), nullable=False, index=True),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("iban", TEXT),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "allocations",
        sa.Column("allocation_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("movement_id", sa.Integer(), sa.ForeignKey("movements.movement_id"), nullable=False, index=True),
        sa.Column("ags", TEXT),
        sa.Column("number", TEXT),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("done_by", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    op.add_column("runs", sa.Column("account_file_digest", TEXT))
    op.add_column("runs", sa.Column("allocation_digest", TEXT))
