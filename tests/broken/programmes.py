"""Programme files as text, so that a test changes one line of a good one."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.programme.file import load_programme
from schemas.programme.programme import Programme

PREMIUM = """
[carrier]
name = "low-tec gGmbH"
iban = "DE10999999990005358999"
cost = [{ from = 2015-11-01, eur_per_year = "210000.00" }]

[savings]
basis = "reported"
health = [{ from = 2015-11-01, eur_per_month = "140.00" }]

[[premium]]
from = 2015-11-01
schedule = "as_saved"
share = "0.80"
"""

ALLOWANCE = """
[allowance]
max_hours_per_month = "100"
max_hours_per_week = "30"
hours_over_cap = "error"
"""

_HEAD = """
[programme]
key = "probe"
title = "Arbeit für Geflüchtete"
county = "Kreis Düren"
start = 2015-11-15
end = 2025-12-31
target_group = ["Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"]
"""

_TAIL = """
[accounting]
county_iban = "DE17999999990005358000"
county_address = { street = "Am Kreishaus 1", postcode = "52351", city = "Düren", contact = "Kreiskasse", phone = "02421 100", email = "kasse@kreis.example" }

[[municipality]]
ags = "05358008"
name = "Düren, Stadt"
street = "Rathausplatz 1"
postcode = "52349"
city = "Düren"
buyer_reference = "05358008-ASYL-45"
debtor = "7358008"
email = "asyl@dueren.example"

[[municipality]]
ags = "05358024"
name = "Jülich, Stadt"
street = "Große Rurstraße 17"
postcode = "52428"
city = "Jülich"
buyer_reference = "05358024-ASYL-37"
debtor = "7358024"
email = "asyl@juelich.example"
"""

PLAIN = _HEAD + _TAIL  # only what is required
WITH_PREMIUM = _HEAD + PREMIUM + _TAIL
WITH_ALLOWANCE = _HEAD + ALLOWANCE + _TAIL
COMPLETE = _HEAD + PREMIUM + ALLOWANCE + _TAIL


def write(text: str, folder: Path) -> Path:
    """A folder `probe` with the programme file in it."""
    place = folder / "probe"
    place.mkdir(parents=True, exist_ok=True)
    (place / "programme.toml").write_text(text, encoding="utf-8")
    return place


@cache
def loaded(text: str = COMPLETE) -> Programme:
    """The programme of a good file, read once."""
    with TemporaryDirectory() as folder:
        return load_programme(write(text, Path(folder)))
