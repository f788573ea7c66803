"""What every table means: the return form, the programme file, the law, the results and the findings."""
