"""What leaves the house: letters for a mail program, packages. Nothing is sent from here.

Doors: `letters` (what they say), `packed` (their bytes).
"""
