"""Synthetic sample data: the two shipped programmes with their returns, and random ones for benchmarks.

`python -m tests.sample` writes everything under `inputs/<programme>/` anew, byte for byte the same each time.
"""
