"""The CSV file with which opening balances are taken over."""

HEADINGS = ("Leistungsmonat", "Gemeindeschlüssel", "Fallnummer", "Art", "Referenz", "Betrag in Euro")
