"""The tables of the accounts, and of what they hand in."""

import sqlalchemy as sa

metadata = sa.MetaData()

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("login", sa.String, primary_key=True),  # lower case
    sa.Column("name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("ags", sa.String),  # of the role Kommune
    sa.Column("state", sa.String, nullable=False),
    sa.Column("password", sa.String, nullable=False),  # Argon2id
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_digest", sa.String, primary_key=True),  # the token itself is in the browser alone
    sa.Column("login", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),  # what whoever has no account gave
    sa.Column("form_token", sa.String, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),  # seconds
)

# Attempts to sign in that failed, so that guessing becomes slow.
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("who", sa.String, primary_key=True),  # the digest of a login or an address
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),  # seconds
)

# What municipalities handed in through the browser: which file, when and by whom.
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("programme", sa.String, nullable=False),
    sa.Column("ags", sa.String, nullable=False),
    sa.Column("month", sa.String),  # that the return is for; none where it does not tell
    sa.Column("folder", sa.String, nullable=False),  # the month in whose folder it lies
    sa.Column("file", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),  # bytes
    sa.Column("errors", sa.Integer, nullable=False),
    sa.Column("warnings", sa.Integer, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),  # seconds
)
