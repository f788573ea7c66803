"""The Projektbeirat's report, as a workbook and to be read aloud."""
