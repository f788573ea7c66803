"""Calculation: pure functions, frames in, frames out (RULES sections 0 to 9)."""
