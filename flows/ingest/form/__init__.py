"""Cells as typed rows of the form: cover sheet, headings, values (RETURN)."""
