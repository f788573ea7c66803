"""The programme file: what a county agreed with its municipalities and its carrier (PROGRAMME section 1)."""
