"""`programme check`: every key of a file is explained, what is wrong is refused, what is odd is named, and nothing else."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from schwifty import IBAN

from schemas.programme.doubts import doubts
from schemas.programme.file import load_programme
from schemas.programme.words import explained, members_explained
from tests.command import call

TODAY = date(2026, 11, 25)
BANK = "10000000"  # the Bundesbank
NOWHERE = "99999999"


def sound(text: str) -> str:
    """A shipped file with accounts at a bank that there is, and addresses that are nobody's example."""
    accounts = iter(range(1, 100))
    text = re.sub(r'"DE\d{20}"', lambda _: f'"{IBAN.generate("DE", BANK, str(next(accounts)))}"', text)
    return text.replace(".example", ".de")


def programme(folder: Path, text: str, name: str = "mittelsachsen") -> Path:
    (folder / "inputs" / name).mkdir(parents=True)
    (folder / "inputs" / name / "programme.toml").write_text(text, encoding="utf-8")
    return folder / "inputs" / name


def shipped(name: str) -> str:
    return sound((Path("inputs") / name / "programme.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["mittelsachsen", "dueren"])
def test_a_sound_file_raises_no_doubt(tmp_path: Path, name: str) -> None:
    assert list(doubts(load_programme(programme(tmp_path, shipped(name), name)), TODAY)) == []


def iban_of(text: str, key: str) -> str:
    found = re.search(rf'{key} = "(DE\d+)"', text)
    assert found is not None
    return found[1]


AGH, PREMIUM = shipped("mittelsachsen"), shipped("dueren")
COUNTY, CARRIER = iban_of(PREMIUM, "county_iban"), re.search(r'\[carrier\]\nname = .*\niban = "(\w+)"', PREMIUM)
assert CARRIER is not None
LOST = str(IBAN.generate("DE", NOWHERE, "1"))
ALDENHOVEN, DUEREN = "municipality 05358004", "municipality 05358008"

# what is odd, in which file, which text stands in place of which, under which key it is told, and with which words
ODD = [
    ("mid-month", PREMIUM, "start = 2015-11-01", "start = 2015-11-15", "programme.start", "mitten im Monat"),
    ("over", AGH, "start = 2024-12-01", "start = 2024-12-01\nend = 2025-06-30", "programme.end", "am 30.06.2025 ausgelaufen"),
    ("no such bank", PREMIUM, COUNTY, LOST, "accounting.county_iban", f"Die Bankleitzahl {NOWHERE} gehört zu keiner bekannten Bank"),
    ("one account twice", PREMIUM, COUNTY, CARRIER[1], "accounting.county_iban, carrier.iban", "Dieselbe IBAN"),
    ("no cap", PREMIUM, 'cap_eur = "2500.00"\n', "", "premium ab 01.11.2015, cap_eur", "keinen Höchstbetrag"),
    ("all of the saving", PREMIUM, 'share = "0.80"', 'share = "1"', "premium ab 01.11.2015, share", "ganze Ersparnis"),
    ("none of the saving", PREMIUM, 'share = "0.80"', 'share = "0"', "premium ab 01.11.2015, share", "keine Prämie"),
    ("milestones fall short", PREMIUM, 'schedule = "as_saved"\nshare = "0.80"', 'schedule = "milestones"\namount_eur = "2500.00"\nmilestones = [{ after_days = 42, share = "0.505" }]', "premium ab 01.11.2015, milestones", "nur 50,5 %"),
    ("cost begins late", PREMIUM, "cost = [{ from = 2015-11-01", "cost = [{ from = 2016-01-01", "carrier.cost", "keine Kosten des Trägers"),
    ("an earlier row fits", PREMIUM, "health = [", 'health = [{ from = 2015-10-01, eur_per_month = "50.00" }, ', None, None),
    ("health after the end", PREMIUM, 'eur_per_month = "55.00" }', 'eur_per_month = "55.00" }, { from = 2027-01-01, eur_per_month = "60.00" }', "savings.health", "ab 01.01.2027 beginnt erst nach dem Ende"),
    ("start-up before the start", PREMIUM, 'service_month = "2015-11"', 'service_month = "2015-10"', "start_up.service_month", "Oktober 2015 liegt außerhalb"),
    ("one pair of eyes", AGH, "four_eyes = true", "four_eyes = false", "accounting.four_eyes", "ausgeschaltet"),
    ("short term", AGH, "payment_days = 30", "payment_days = 3", "accounting.payment_days", "kurz: 3 Tage"),
    ("same Leitweg-ID", PREMIUM, "05358008-ASYL-45", "05358004-ASYL-47", "municipality buyer_reference", "05358004-ASYL-47 steht bei mehreren Kommunen: 05358004, 05358008"),
    ("same debtor", PREMIUM, 'debtor = "7358008"', 'debtor = "7358004"', "municipality debtor", "7358004 steht bei mehreren Kommunen: 05358004, 05358008"),
    ("same name", PREMIUM, 'name = "Düren, Stadt"', 'name = "Aldenhoven"', "municipality name", "Aldenhoven steht bei mehreren"),
    ("Leitweg-ID of elsewhere", PREMIUM, "05358008-ASYL-45", "14522180-ASYL-45", f"{DUEREN} buyer_reference", "gehört sie einer anderen Stelle?"),
    ("AGS of elsewhere", PREMIUM, 'ags = "05358004"', 'ags = "05354004"', "municipality 05354004 ags", "Aldenhoven hat einen Gemeindeschlüssel aus einem anderen Kreis"),
    ("no address", PREMIUM, "asyl@aldenhoven.de", "asyl.aldenhoven.de", f"{ALDENHOVEN} email", "sieht nicht wie eine E-Mail-Adresse aus"),
    ("an example's address", PREMIUM, "asyl@aldenhoven.de", "asyl@aldenhoven.example", f"{ALDENHOVEN} email", "erreichen niemanden: asyl@aldenhoven.example"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "key", "words"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_what_is_odd_is_named_with_its_key(
    tmp_path: Path, text: str, old: str, new: str, key: str | None, words: str | None
) -> None:
    assert old in text
    name = "mittelsachsen" if text is AGH else "dueren"
    found = list(doubts(load_programme(programme(tmp_path, text.replace(old, new, 1), name)), TODAY))
    if key is None or words is None:  # fits as it is
        assert found == []
        return
    assert [doubt for doubt in found if doubt.key == key and words in doubt.sentence], found
    assert len({doubt.key for doubt in found}) == (2 if "Gemeindeschlüssel aus" in words else 1), found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("05358004-ASYL-47", "05358004-ASYL-48", "municipality.1.buyer_reference: Erwartet wird eine gültige Leitweg-ID; „05358004-ASYL-48“ ist keine"),
        (COUNTY, f"DE00{COUNTY[4:]}", "accounting.county_iban: Erwartet wird eine gültige IBAN"),
        ("due_day = 10", "due_day = 31", "returns.due_day: erwartet wird eine Zahl, höchstens 28"),
        ("start = 2015-11-01", 'start = "01.11.2015"', "programme.start: erwartet wird ein Datum wie 2015-11-01"),
        ("four_eyes", "vier_augen", "accounting.vier_augen: unbekannte Angabe"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_file_key_and_what_is_expected(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = programme(tmp_path, PREMIUM.replace(old, new, 1), "dueren") / "programme.toml"
    answer = call("programme", "check", "--home", tmp_path)
    assert answer.code == 2
    assert [line for line in answer.err.splitlines() if line.startswith(f"{path}: {words}")], answer.err
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["mittelsachsen", "dueren"])
def test_every_key_of_a_file_is_explained(tmp_path: Path, name: str) -> None:
    programme(tmp_path, shipped(name), name)
    answer = call("programme", "check", "--home", tmp_path)
    assert answer.code == 0, answer.err
    told = set(re.findall(r"[a-z_]+\.[a-z_]+", " ".join(re.findall(r"\[([^]]*)\]", " ".join(answer.out.split())))))
    told |= {"premium.from", "premium.schedule"}  # in the heading, and in what the premium is called
    keys = {
        f"{section}.{key}"
        for section, value in tomllib.loads(shipped(name)).items()
        for row in (value if isinstance(value, list) else [value])
        for key in row
        if section not in ("municipality", "funding")  # told of as a whole
    }
    assert keys - told == set()
    for member in tomllib.loads(shipped(name))["municipality"]:
        for text in (member["ags"], member["name"], member["buyer_reference"], member["debtor"], member["email"]):
            assert text in " ".join(answer.out.split())


def test_whose_account_it_is_and_how_due_days_move_is_explained(tmp_path: Path) -> None:
    text = shipped("dueren").replace("[accounting]\n", '[accounting]\nbank_days = true\ncounty_account_holder = "Kreiskasse Düren"\n')  # fmt: skip
    text = text.replace('name = "low-tec gGmbH"\n', 'name = "low-tec gGmbH"\naccount_holder = "low-tec & Partner"\n')
    text = text.replace('name = "Aldenhoven"\n', 'name = "Aldenhoven"\naccount_holder = "Gemeindekasse Aldenhoven"\n')
    found = load_programme(programme(tmp_path, text, "dueren"))
    entries = [entry for section in (*explained(found), members_explained(found)) for entry in section.entries]
    told = {entry.what: f"{entry.holds}. {entry.meaning}" for entry in entries}
    assert "(Kontoinhaber Kreiskasse Düren)" in told["Konto des Kreises"]
    assert "(Kontoinhaber Gemeindekasse Aldenhoven)" in told["05358004 Aldenhoven"]
    assert told["Träger"].endswith("Sein Konto führt die Bank unter low-tec & Partner.")
    assert told["Zahlungsziel"].endswith("gilt der nächste Bankarbeitstag.")
