"""The slow, plain reference: RULES sections 1 to 7 row by row and day by day, in Python dicts and exact fractions.

It shares no code with the engine. It reads inputs/law/*.csv itself, takes the programme as the TOML gives it
(dicts, tuples, text amounts) and the accepted rows as dicts by the column names of the frames. Money is whole
cents. Where it and the engine differ, docs/rules decides.
"""
