"""The rules of calculation, and nothing else (RULES sections 2 to 7): frames of accepted rows in, lines and case months out.

Doors: `reckoning` (what a month settles and why), `settlement` (all lines of all service months; computed − posted).
"""
