"""The flows: ingest, compute, ledger, emit, and the commands that call them."""
