"""The journal: who did what, when and under which account. What is older than it is named once, as it is."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table; where months are approved already, note up to which."""
    table = op.create_table(
        "journal",
        sa.Column("entry_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("entered_at", TEXT, nullable=False),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
    )
    newest = sa.text("SELECT month, digest FROM runs WHERE state = 'approved' ORDER BY month DESC LIMIT 1")
    last = op.get_bind().execute(newest).one_or_none()
    if last is not None:
        values = {
            "entered_at": datetime.now(UTC).isoformat(timespec="seconds"), "account": "", "act": "begun", "name": "",
            "subject": last.month, "content": last.digest,
        }  # fmt: skip
        text = json.dumps(["", *values.values()], ensure_ascii=False)
        op.bulk_insert(table, [{"entry_id": 1, "digest": hashlib.sha256(text.encode()).hexdigest(), **values}])
