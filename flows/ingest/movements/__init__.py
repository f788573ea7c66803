"""Movements on the county's account: camt.053 of a bank, or the cash office's list."""
