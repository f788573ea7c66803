"""Calculation: pure functions, frames in, frames out (RULES)."""
