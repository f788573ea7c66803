"""What is wrong or odd about rows: in a row, in a sheet, against earlier returns, against the rules (RETURN section 15)."""
