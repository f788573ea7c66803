"""How a figure came about, step by step with law and source cell: the derivation of a case and month.

Door: `case.derive`.
"""
