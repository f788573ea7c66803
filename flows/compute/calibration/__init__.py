"""Which premium is right: coverage and net saving over share, cap and amount (RULES section 9).

Doors: `population` (the cases to calculate with), `answer` (the figures and the sentence).
"""
