"""All tests run as the command does: the package says how Polars computes before anything imports Polars."""

import flows  # noqa: F401
