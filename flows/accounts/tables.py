"""The tables of the accounts."""

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
