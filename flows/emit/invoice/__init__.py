"""Invoices and credit notes: XRechnung, and its reading copy."""
