"""The rules of calculation, and nothing else (RULES sections 2 to 7): frames of accepted rows in, lines and case months out.

Doors: `settlement` (all lines of all service months; computed − posted) and `causes` (why an amount changed).
"""
