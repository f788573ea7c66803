"""Cells as typed rows of the form: cover sheet, headings, values (RETURN sections 1 to 11)."""
