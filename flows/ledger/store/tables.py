"""The ledger's tables, one schema for both stores (RULES section 8).

A change here needs a migration beside it: see flows/ledger/store/migrations.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from schemas.documents import DOCUMENTS
from schemas.findings import FINDINGS_COLUMNS
from schemas.results import CASES, CORRECTIONS, LINE_KEY, LINES, frame_schema
from schemas.returns import TABLES
from schemas.standing import OPENING as OPENING_BALANCES

DRAFT, APPROVED = "draft", "approved"
OPENING = "opening"
CHANGED = "changed"
ADJUSTMENT, CANCELLATION = "adjustment", "cancellation"  # kinds of orders

ERASED_SAVINGS_COLUMNS = ("ags", "case_id", "service_month", "eligible", "saved_to_date_cents", "saved_cents")

Types = Mapping[str, Any]  # column name → Polars type

LINE_TYPES: Types = {name: dtype for name, dtype in frame_schema(LINES).items() if name != "settled_in"}
CASE_TYPES: Types = frame_schema(CASES)
TAKEN_OVER_TYPES: Types = {
    name: dtype for name, dtype in frame_schema(OPENING_BALANCES).items() if name in LINE_KEY or name not in LINE_TYPES
}
CORRECTION_TYPES: Types = frame_schema(CORRECTIONS)
DOCUMENT_TYPES: Types = frame_schema(DOCUMENTS)
FINDING_TYPES: Types = dict.fromkeys(FINDINGS_COLUMNS, pl.String)
ROW_TYPES: dict[str, Types] = {
    name: {"sheet": pl.String, "row": pl.Int64} | {column.name: column.dtype for column in table.columns}
    for name, table in TABLES.items()
}

# Text sorts by code points in both stores, whatever language a server was set up for.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQL_TYPES: dict[Any, sa.types.TypeEngine[Any]] = {
    pl.String: TEXT,
    pl.Int64: sa.BigInteger(),
    pl.Date: sa.Date(),
    pl.Boolean: sa.Boolean(),
    pl.Decimal: TEXT,  # exact, as it is written
    pl.List: TEXT,  # JSON
}

metadata = sa.MetaData()


def _columns(types: Types) -> list[sa.Column[Any]]:
    return [sa.Column(name, _SQL_TYPES[dtype.base_type()]) for name, dtype in types.items()]


def _run() -> sa.Column[int]:
    return sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False, index=True)


runs = sa.Table(
    "runs", metadata,
    sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("month", TEXT, nullable=False, unique=True),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("drafted_by", TEXT, nullable=False),
    sa.Column("approved_by", TEXT),
    sa.Column("document_date", sa.Date),
    sa.Column("predecessor_digest", TEXT),  # empty for the first sealed run
    sa.Column("digest", TEXT),
    sa.Column("kind", TEXT),  # OPENING, or empty for a month
    sa.Column("law_sha256", TEXT),  # of the texts below
    sa.Column("programme_sha256", TEXT),
    sa.Column("software", TEXT),  # version
    sa.Column("closing_digest", TEXT),  # of the newest closing at approval
    sa.Column("issue_digest", TEXT),  # of the newest issue of documents at approval
    sa.Column("erasure_digest", TEXT),  # of the newest erasure at approval
    sa.Column("publication_digest", TEXT),  # of the newest report at approval
    sa.Column("date_confirmed_by", TEXT),  # where the document date lies before that of the approval before
    sa.Column("case_months", TEXT),  # CHANGED, or empty where all of them are kept
    sa.Column("account_file_digest", TEXT),  # of the newest file of movements at approval
    sa.Column("allocation_digest", TEXT),  # of the newest allocation at approval
)  # fmt: skip
# Law tables and programme files, word for word, as the runs used them (the provenance of their figures).
kept_texts = sa.Table(
    "inputs", metadata,
    sa.Column("sha256", TEXT, primary_key=True),
    sa.Column("content", TEXT, nullable=False),
)  # fmt: skip
submissions = sa.Table(
    "submissions", metadata,
    sa.Column("submission_id", sa.Integer, primary_key=True, autoincrement=False),
    _run(),
    sa.Column("file", TEXT, nullable=False),
    sa.Column("sha256", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("ags", TEXT),
    sa.Column("month", TEXT),
    sa.Column("return_kind", TEXT),
    sa.Column("reported_on", sa.Date),
    sa.Column("confirmed_by", TEXT),
    sa.Column("layout", TEXT, nullable=False),  # JSON: table → [sheet, {column: letters}]
)  # fmt: skip
lines = sa.Table(
    "lines", metadata, _run(), *_columns(LINE_TYPES),
    sa.Column("reversal_of", TEXT),  # number of the document that this line reverses; empty for a settled line
)  # fmt: skip
# Manual lines and reversals: ordered by one person, part of the next draft, posted when another approves it.
orders = sa.Table(
    "orders", metadata,
    sa.Column("order_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), index=True),  # empty: waits for a draft
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("ags", TEXT, nullable=False),
    sa.Column("service_month", TEXT, nullable=False),  # of an adjustment; else the month that settled the document
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("reference", TEXT, nullable=False),  # voucher of an adjustment; number of the document to cancel
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("ordered_by", TEXT, nullable=False),
    sa.Column("number", TEXT),  # of the reversal, given with approval
    sa.Column("year", sa.Integer),
    sa.Column("running_number", sa.Integer),
    sa.Column("document_date", sa.Date),
    sa.UniqueConstraint("kind", "ags", "service_month", "reference"),
)  # fmt: skip
# Orders that were withdrawn before anyone approved them, as they were; sealed with the month that is approved next.
withdrawals = sa.Table(
    "withdrawals", metadata,
    sa.Column("withdrawal_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), index=True),  # empty: waits for a draft
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("ags", TEXT, nullable=False),
    sa.Column("service_month", TEXT, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("reference", TEXT, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("ordered_by", TEXT, nullable=False),
    sa.Column("withdrawn_reason", TEXT, nullable=False),
    sa.Column("withdrawn_by", TEXT, nullable=False),
)  # fmt: skip
# What was closed and opened again, one after the other, each sealed with its predecessor.
closings = sa.Table(
    "closings", metadata,
    sa.Column("closing_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("action", TEXT, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("done_by", TEXT, nullable=False),
    sa.Column("after_month", TEXT, nullable=False),  # the month approved last at that time
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
# What the file of opening balances tells of a premium beside its amount.
taken_over = sa.Table("taken_over", metadata, _run(), *_columns(TAKEN_OVER_TYPES))
cases = sa.Table("cases", metadata, _run(), *_columns(CASE_TYPES))
corrections = sa.Table(
    "corrections", metadata, _run(), *_columns(CORRECTION_TYPES),
    sa.Column("settled", sa.Boolean, nullable=False),  # else of a closed month: listed only
)  # fmt: skip
documents = sa.Table(
    "documents", metadata, _run(), *_columns(DOCUMENT_TYPES),
    sa.Column("year", sa.Integer), sa.Column("running_number", sa.Integer),
    sa.UniqueConstraint("year", "running_number"), sa.UniqueConstraint("number"),
)  # fmt: skip
# What a run does with credit notes that are set against the next invoice, its own and earlier ones.
offsets = sa.Table(
    "offsets", metadata, _run(),
    sa.Column("ags", TEXT, nullable=False),
    sa.Column("credit", TEXT),  # number of an earlier credit note; empty: the run's own
    sa.Column("fate", TEXT, nullable=False),  # offsets.Fate
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("left_cents", sa.BigInteger, nullable=False),  # what stays open of it
    sa.Column("paid_out_cents", sa.BigInteger, nullable=False),  # with what was paid out before, as far as it was known
)  # fmt: skip
findings = sa.Table("findings", metadata, _run(), *_columns(FINDING_TYPES))
rows = {
    name: sa.Table(
        f"rows_{name}", metadata,
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.submission_id"), nullable=False, index=True),
        *_columns(types),
    )
    for name, types in ROW_TYPES.items()
}  # fmt: skip
# What is sealed of a run: for each table and year of service months a digest over its records, so that the cases
# of a closed year can go one day while the run's own digest, made from these, still holds.
seals = sa.Table(
    "seals", metadata, _run(),
    sa.Column("content", TEXT, nullable=False),  # the table
    sa.Column("year", TEXT, nullable=False),  # of the service month; empty where a record belongs to none
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("digest", TEXT, nullable=False),
    sa.UniqueConstraint("run_id", "content", "year"),
)  # fmt: skip
# What was erased of closed years, one after the other, each sealed with its predecessor; without a digest one is under
# way, and the triggers let it through.
erasures = sa.Table(
    "erasures", metadata,
    sa.Column("erasure_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("year", sa.Integer, nullable=False),  # service months before it
    sa.Column("done_by", TEXT, nullable=False),
    sa.Column("done_on", sa.Date, nullable=False),
    sa.Column("after_month", TEXT, nullable=False),  # the month approved last at that time
    sa.Column("counts", TEXT, nullable=False),  # JSON: year → what → how many
    sa.Column("digest", TEXT),
    sa.Column("proposed_by", TEXT),  # another one confirmed it; empty where that was not yet asked for
)  # fmt: skip
# What an erasure left of a sealed part; the seal itself stays as it was.
remains = sa.Table(
    "remains", metadata,
    sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasures.erasure_id"), nullable=False, index=True),
    sa.Column("sealed_run", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False, index=True),
    sa.Column("content", TEXT, nullable=False),
    sa.Column("year", TEXT, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("digest", TEXT, nullable=False),
    sa.UniqueConstraint("erasure_id", "sealed_run", "content", "year"),
)  # fmt: skip
# What the guarantee needs of erased case months: what was saved, in the month and to date, of a pseudonym.
erased_savings = sa.Table(
    "erased_savings", metadata,
    sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasures.erasure_id"), nullable=False, index=True),
    *_columns({name: CASE_TYPES[name] for name in ERASED_SAVINGS_COLUMNS}),
)  # fmt: skip
# Which documents were issued of an approved month, one after the other, each sealed with its predecessor.
issues = sa.Table(
    "issues", metadata,
    sa.Column("issue_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("month", TEXT, nullable=False),
    sa.Column("files", TEXT, nullable=False),  # JSON: path below the month's folder → SHA-256
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
# What board reports showed, one after the other, each sealed with its predecessor.
publications = sa.Table(
    "publications", metadata,
    sa.Column("publication_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("period", TEXT, nullable=False),
    sa.Column("audience", TEXT, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),  # of the register, with this report
    sa.Column("content", TEXT, nullable=False),  # their digest
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
# Files of movements on the county's account, one after the other, each sealed with its predecessor.
account_files = sa.Table(
    "account_files", metadata,
    sa.Column("file_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file", TEXT, nullable=False),
    sa.Column("sha256", TEXT, nullable=False, unique=True),
    sa.Column("form", TEXT, nullable=False),
    sa.Column("taken_by", TEXT, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),  # of its movements, those that no file before had
    sa.Column("content", TEXT, nullable=False),  # their digest
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
movements = sa.Table(
    "movements", metadata,
    sa.Column("movement_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file_id", sa.Integer, sa.ForeignKey("account_files.file_id"), nullable=False, index=True),
    sa.Column("place", TEXT, nullable=False),
    sa.Column("key", TEXT, nullable=False, unique=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("iban", TEXT),
    sa.Column("text", TEXT, nullable=False),
    sa.Column("reference", TEXT, nullable=False),
    sa.Column("returned", sa.Boolean, nullable=False),
)  # fmt: skip
# What of a movement settles what, one after the other, each sealed with its predecessor; what was taken back is written
# once more with the other sign.
allocations = sa.Table(
    "allocations", metadata,
    sa.Column("allocation_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("movement_id", sa.Integer, sa.ForeignKey("movements.movement_id"), nullable=False, index=True),
    sa.Column("ags", TEXT),  # empty: of no municipality
    sa.Column("number", TEXT),  # of the document; of a payment to the carrier its reference
    sa.Column("amount_cents", sa.BigInteger, nullable=False),
    sa.Column("why", TEXT, nullable=False),  # movements.Why
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("done_by", TEXT, nullable=False),
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
# Who did what, when and under which account, one after the other, each sealed with its predecessor.
journal = sa.Table(
    "journal", metadata,
    sa.Column("entry_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entered_at", TEXT, nullable=False),  # ISO, UTC
    sa.Column("account", TEXT, nullable=False),
    sa.Column("act", TEXT, nullable=False),  # journal.Act
    sa.Column("name", TEXT, nullable=False),  # as it was given
    sa.Column("subject", TEXT, nullable=False),
    sa.Column("content", TEXT, nullable=False),  # the digest of what was entered, where it has one
    sa.Column("digest", TEXT, nullable=False),
)  # fmt: skip
# Which ledger this is, whatever file or server it is in: one record.
identity = sa.Table("identity", metadata, sa.Column("identity", TEXT, primary_key=True))
# What lies in the outputs: a month whose state is not that of its run is written anew by the next command.
folders = sa.Table(
    "folders", metadata,
    sa.Column("month", TEXT, primary_key=True),
    sa.Column("state", TEXT, nullable=False),
)  # fmt: skip

OF_RUN = (submissions, lines, taken_over, orders, withdrawals, corrections, cases, documents, offsets, findings)


def columns(table: sa.Table, types: Types) -> list[sa.Column[Any]]:
    """The table's columns in the order of the types."""
    return [table.c[name] for name in types]
