"""Intake: workbook → cells → typed rows + findings."""
