"""The municipalities of a sample programme, and the programme file made of its head and them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from stdnum import iban
from stdnum.iso7064 import mod_97_10

DATA = Path(__file__).parent / "data"

# No bank has this number: the IBANs pass every check and are nobody's.
BANK_CODE = "99999999"

_BLOCK = """
[[municipality]]
ags = "{ags}"
name = "{name}"
street = "Rathausplatz 1"
postcode = "{postcode}"
city = "{city}"
buyer_reference = "{buyer_reference}"
debtor = "{debtor}"
email = "{email}"
iban = "{iban}"
"""


@dataclass(frozen=True)
class Town:
    """A municipality: real name, key, postcode and seat; the rest is derived and made up."""

    ags: str
    name: str
    short: str  # as it stands in file names and mail addresses
    postcode: str
    city: str
    case_prefix: str  # how its own case numbers begin
    population: int  # weight for spreading county totals
    agh_target: int | None = None

    @property
    def email(self) -> str:
        """A mail address under a top-level domain that is kept free for examples."""
        return f"asyl@{self.short.lower()}.example"

    @property
    def debtor(self) -> str:
        """Its Personenkonto."""
        return f"7{self.ags[2:]}"

    @property
    def block(self) -> str:
        """Its [[municipality]] of the programme file."""
        block = _BLOCK.format(
            ags=self.ags, name=self.name, postcode=self.postcode, city=self.city, email=self.email,
            buyer_reference=leitweg_id(self.ags), debtor=self.debtor, iban=made_up_iban(self.ags),
        )  # fmt: skip
        return block if self.agh_target is None else f"{block}agh_target = {self.agh_target}\n"


def load_towns(key: str) -> tuple[Town, ...]:
    """The municipalities of `data/<key>_towns.csv`, in its order."""
    return tuple(
        Town(
            ags=row["ags"], name=row["name"], short=row["short"], postcode=row["postcode"], city=row["city"],
            case_prefix=row["case_prefix"], population=int(row["population"]),
            agh_target=int(row["agh_target"]) if row["agh_target"] else None,
        )
        for row in read_csv(f"{key}_towns")
    )  # fmt: skip


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def programme_text(head: str, towns: tuple[Town, ...]) -> str:
    """The programme file: `data/<head>_head.toml`, then a [[municipality]] for each town."""
    return (DATA / f"{head}_head.toml").read_text(encoding="utf-8") + "".join(town.block for town in towns)


def leitweg_id(ags: str) -> str:
    """A Leitweg-ID of a municipality's social office, with its check digits."""
    return f"{ags}-ASYL-{mod_97_10.calc_check_digits(f'{ags}ASYL')}"


def made_up_iban(ags: str) -> str:
    """An IBAN at a bank that does not exist, with its check digits."""
    account = f"DE00{BANK_CODE}00{ags}"
    return account.replace("DE00", f"DE{iban.calc_check_digits(account)}", 1)
