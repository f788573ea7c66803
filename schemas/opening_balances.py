"""The CSV file with which opening balances are taken over."""

HEADINGS = ("Leistungsmonat", "Gemeindeschlüssel", "Fallnummer", "Art", "Referenz", "Betrag in Euro")
OPTIONAL_HEADINGS = SAVED, COUNTED, SINCE = "Ersparnis", "Gezählte Monate", "Beschäftigt seit"  # of premiums
