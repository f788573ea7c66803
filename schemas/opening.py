"""The file of opening balances: its columns."""

HEADINGS = ("Leistungsmonat", "Gemeindeschlüssel", "Fallnummer", "Art", "Referenz", "Betrag in Euro")
