"""What the board is shown: indicators of a period, and the control that no shown figure gives a person away.

Doors: `report` (the indicators of a report), `disclosure` (which of them may be shown).
"""
