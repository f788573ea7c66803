"""The ledger: submissions, runs, settled lines, document numbers."""
