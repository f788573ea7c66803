"""The ledger's first tables."""

import sqlalchemy as sa
from alembic import op

from flows.ledger.store.tables import TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "folders",
        sa.Column("month", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("drafted_by", TEXT, nullable=False),
        sa.Column("approved_by", TEXT),
        sa.Column("document_date", sa.Date()),
        sa.Column("predecessor_digest", TEXT),
        sa.Column("digest", TEXT),
        sa.UniqueConstraint("month"),
    )
    op.create_table(
        "cases",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("ags", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("service_month", TEXT),
        sa.Column("eligible", sa.Boolean()),
        sa.Column("reasons", TEXT),
        sa.Column("eligible_days", sa.BigInteger()),
        sa.Column("spell_begin", sa.Date()),
        sa.Column("spell_days", sa.BigInteger()),
        sa.Column("counted_month", sa.BigInteger()),
        sa.Column("need_cents", sa.BigInteger()),
        sa.Column("paid_cents", sa.BigInteger()),
        sa.Column("relief_cents", sa.BigInteger()),
        sa.Column("saved_benefit_reported_cents", sa.BigInteger()),
        sa.Column("saved_benefit_statutory_cents", sa.BigInteger()),
        sa.Column("saved_health_cents", sa.BigInteger()),
        sa.Column("lost_grant_cents", sa.BigInteger()),
        sa.Column("saved_cents", sa.BigInteger()),
        sa.Column("saved_to_date_cents", sa.BigInteger()),
        sa.Column("target_cents", sa.BigInteger()),
        sa.Column("premium_to_date_cents", sa.BigInteger()),
        sa.Column("premium_cents", sa.BigInteger()),
    )
    op.create_table(
        "documents",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("ags", TEXT),
        sa.Column("kind", TEXT),
        sa.Column("number", TEXT),
        sa.Column("total_cents", sa.BigInteger()),
        sa.Column("document_date", sa.Date()),
        sa.Column("due_date", sa.Date()),
        sa.Column("year", sa.Integer()),
        sa.Column("running_number", sa.Integer()),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("year", "running_number"),
    )
    op.create_table(
        "findings",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("ags", TEXT),
        sa.Column("file", TEXT),
        sa.Column("sheet", TEXT),
        sa.Column("cell", TEXT),
        sa.Column("column", TEXT),
        sa.Column("code", TEXT),
        sa.Column("severity", TEXT),
        sa.Column("value", TEXT),
        sa.Column("message", TEXT),
    )
    op.create_table(
        "lines",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("service_month", TEXT),
        sa.Column("ags", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("kind", TEXT),
        sa.Column("reference", TEXT),
        sa.Column("provider_kind", TEXT),
        sa.Column("quantity", TEXT),
        sa.Column("unit", TEXT),
        sa.Column("rate_cents", TEXT),
        sa.Column("cost_cents", sa.BigInteger()),
        sa.Column("computed_cents", sa.BigInteger()),
        sa.Column("posted_before_cents", sa.BigInteger()),
        sa.Column("delta_cents", sa.BigInteger()),
        sa.Column("reason", TEXT),
        sa.Column("legal_basis", TEXT),
        sa.Column("file_sha256", TEXT),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
    )
    op.create_table(
        "seals",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("year", TEXT, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.UniqueConstraint("run_id", "content", "year"),
    )
    op.create_table(
        "submissions",
        sa.Column("submission_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.run_id"), nullable=False, index=True),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("ags", TEXT),
        sa.Column("month", TEXT),
        sa.Column("return_kind", TEXT),
        sa.Column("reported_on", sa.Date()),
        sa.Column("confirmed_by", TEXT),
        sa.Column("layout", TEXT, nullable=False),
    )
    op.create_table(
        "rows_benefits",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("case_id", TEXT),
        sa.Column("birth_year", sa.BigInteger()),
        sa.Column("sex", TEXT),
        sa.Column("status", TEXT),
        sa.Column("benefit_kind", TEXT),
        sa.Column("need_stage", sa.BigInteger()),
        sa.Column("accommodation_cents", sa.BigInteger()),
        sa.Column("paid_cents", sa.BigInteger()),
        sa.Column("entitled_from", sa.Date()),
        sa.Column("entitled_to", sa.Date()),
        sa.Column("cut_cents", sa.BigInteger()),
        sa.Column("state_grant", sa.Boolean()),
        sa.Column("remark", TEXT),
    )
    op.create_table(
        "rows_counselling",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("service", TEXT),
        sa.Column("target_group", TEXT),
        sa.Column("partner", TEXT),
        sa.Column("contacts", sa.BigInteger()),
        sa.Column("contacts_women", sa.BigInteger()),
    )
    op.create_table(
        "rows_needs",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("field_of_work", TEXT),
        sa.Column("provider_kind", TEXT),
        sa.Column("reported_on", sa.Date()),
        sa.Column("places_reported", sa.BigInteger()),
        sa.Column("places_filled", sa.BigInteger()),
    )
    op.create_table(
        "rows_opportunities",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("position_id", TEXT),
        sa.Column("provider_kind", TEXT),
        sa.Column("workplace", TEXT),
        sa.Column("case_id", TEXT),
        sa.Column("from_date", sa.Date()),
        sa.Column("to_date", sa.Date()),
        sa.Column("hours_hundredths", sa.BigInteger()),
        sa.Column("expense_cents", sa.BigInteger()),
        sa.Column("voluntary", sa.Boolean()),
        sa.Column("assigned_on", sa.Date()),
        sa.Column("certified_on", sa.Date()),
        sa.Column("outcome", TEXT),
        sa.Column("remark", TEXT),
    )
    op.create_table(
        "rows_participations",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("case_id", TEXT),
        sa.Column("proposed_on", sa.Date()),
        sa.Column("proposed_by", TEXT),
        sa.Column("decision", TEXT),
        sa.Column("decided_on", sa.Date()),
        sa.Column("profiled_on", sa.Date()),
        sa.Column("planned_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("left_reason", TEXT),
    )
    op.create_table(
        "rows_placements",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("case_id", TEXT),
        sa.Column("employer", TEXT),
        sa.Column("consent_on", sa.Date()),
        sa.Column("work_permit_on", sa.Date()),
        sa.Column("begin", sa.Date()),
        sa.Column("end", sa.Date()),
        sa.Column("insured", sa.Boolean()),
        sa.Column("weekly_hours_hundredths", sa.BigInteger()),
        sa.Column("gross_cents", sa.BigInteger()),
        sa.Column("gross_month_cents", sa.BigInteger()),
        sa.Column("net_cents", sa.BigInteger()),
        sa.Column("remark", TEXT),
    )
    op.create_table(
        "rows_stock",
        sa.Column(
            "submission_id", sa.Integer(), sa.ForeignKey("submissions.submission_id"), nullable=False, index=True
        ),
        sa.Column("sheet", TEXT),
        sa.Column("row", sa.BigInteger()),
        sa.Column("status", TEXT),
        sa.Column("age_group", TEXT),
        sa.Column("persons", sa.BigInteger()),
    )
