"""The flows: ingest, compute, ledger, emit, and the commands that call them."""

import os

# Lazy queries, which Pandera's checks are made of, would run on Polars' streaming engine, whose threads share the work
# differently each time. Public money is computed the same way every time. Polars reads this when it is imported.
os.environ.setdefault("POLARS_ENGINE_AFFINITY", "in-memory")
