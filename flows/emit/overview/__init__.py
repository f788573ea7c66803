"""The Finanzübersicht: everything of a month for the finance department, in one workbook."""
