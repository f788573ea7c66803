"""One bad programme file per defect: the message names file, key and what is expected, in German."""

from pathlib import Path
from typing import NamedTuple

import pytest

from schemas.programme.file import load_programme
from schemas.refusal import Refusal
from tests.broken.programmes import ALLOWANCE, COMPLETE, PREMIUM, write

MILESTONES = 'schedule = "milestones"\namount_eur = "2500.00"\n'
HEALTH = 'health = [{ from = 2015-11-01, eur_per_month = "140.00" }]'


class Defect(NamedTuple):
    """A good file in which one text stands in place of another."""

    what: str
    old: str
    new: str
    words: tuple[str, ...]  # of the message: the key, and what is expected


def defect(what: str, old: str, new: str, *words: str) -> Defect:
    return Defect(what, old, new, words)


DEFECTS = [
    defect("unbekannte Angabe", "county = ", 'land = "NRW"\ncounty = ', "programme.land", "unbekannte Angabe", "Schreibweise"),
    defect("unbekannter Abschnitt", "[allowance]", "[aufwand]", "aufwand", "unbekannte Angabe"),
    defect("Abschnitt fehlt", COMPLETE[COMPLETE.index("[accounting]") : COMPLETE.index("[[municipality]]")], "", "accounting", "die Angabe fehlt"),
    defect("keine Kommune", COMPLETE[COMPLETE.index("[[municipality]]") :], "", "municipality", "die Angabe fehlt"),
    defect("Pflichtangabe fehlt", 'title = "Arbeit für Geflüchtete"\n', "", "programme.title", "die Angabe fehlt"),
    defect("Steuerzeichen im Namen", 'name = "Jülich, Stadt"', 'name = "Jülich\\u0007"', "municipality.2.name", "Steuerzeichen"),
    defect("Betrag als Gleitkommazahl", "[allowance]", '[start_up]\neur_per_municipality = 10000.00\nservice_month = "2015-11"\n[allowance]', "start_up.eur_per_municipality", "ein Betrag als Text", '"2500.00"'),
    defect("Betrag als ganze Zahl", '"210000.00"', "210000", "carrier.cost.1.eur_per_year", "ein Betrag als Text"),
    defect("Betrag mit Komma", '"210000.00"', '"210000,00"', "carrier.cost.1.eur_per_year", "Euro und Cent", '"2500.00"', '"210000,00"'),
    defect("Betrag mit Bruchteil eines Cents", '"210000.00"', '"0.005"', "carrier.cost.1.eur_per_year", "Euro und Cent", '"0.005"'),
    defect("Betrag unter null", '"210000.00"', '"-1.00"', "carrier.cost.1.eur_per_year", "ein Betrag ab 0", '"-1.00"'),
    defect("Betrag ist keine Zahl", '"210000.00"', '"NaN"', "carrier.cost.1.eur_per_year", '"NaN"'),
    defect("IBAN mit falscher Prüfziffer", "DE17999999990005358000", "DE18999999990005358000", "accounting.county_iban", "gültige IBAN", "„DE18999999990005358000“", "Prüfziffer"),
    defect("IBAN zu kurz", "DE10999999990005358999", "DE1099999999000535", "carrier.iban", "gültige IBAN", "Länge"),
    defect("Leitweg-ID mit falscher Prüfziffer", "05358008-ASYL-45", "05358008-ASYL-46", "municipality.1.buyer_reference", "gültige Leitweg-ID", "„05358008-ASYL-46“"),
    defect("[savings] fehlt", f'[savings]\nbasis = "reported"\n{HEALTH}\n', "", "[carrier], [savings] und [[premium]] gehören zusammen", "es fehlt: savings"),
    defect("nur [carrier]", PREMIUM[PREMIUM.index("[savings]") :], "", "gehören zusammen", "es fehlt: savings, premium"),
    defect("Anteil fehlt", 'share = "0.80"\n', "", "premium.1", '"as_saved" gehört share'),
    defect("Betrag beim Anteilsverfahren", 'share = "0.80"', 'share = "0.80"\namount_eur = "2500.00"', "premium.1", 'gehören zum Verfahren "milestones"'),
    defect("Stufen fehlen", 'schedule = "as_saved"\nshare = "0.80"', MILESTONES, "premium.1", '"milestones" gehören amount_eur und milestones'),
    defect("Stufen und Anteil", 'schedule = "as_saved"\n', f'{MILESTONES}milestones = [{{ after_days = 42, share = "1" }}]\n', "premium.1", 'share gehört zum Verfahren "as_saved"'),
    defect("Stufen über 1", 'schedule = "as_saved"\nshare = "0.80"', f'{MILESTONES}milestones = [{{ after_days = 42, share = "0.5" }}, {{ after_days = 182, share = "0.51" }}]', "premium.1", "zusammen mehr als 1"),
    defect("erste Gesundheitskosten nach Beginn", HEALTH, HEALTH.replace("2015-11-01", "2015-11-16"), "savings.health", "spätestens am Programmbeginn (2015-11-15)"),
    defect("erste Prämie nach Beginn", "[[premium]]\nfrom = 2015-11-01", "[[premium]]\nfrom = 2015-11-16", "premium", "spätestens am Programmbeginn (2015-11-15)"),
    defect("zwei Prämien vom selben Tag", "[allowance]", '[[premium]]\nfrom = 2015-11-01\nshare = "0.50"\n[allowance]', "premium", "nach from aufsteigen"),
    defect("keine Gesundheitskosten", HEALTH, "health = []", "savings.health", "mindestens ein Eintrag"),
    defect("Gemeindeschlüssel zweimal", 'ags = "05358024"', 'ags = "05358008"', "municipality", "05358008 steht zweimal"),
    defect("letzter Monat vor Programmbeginn", 'ags = "05358024"', 'ags = "05358024"\nuntil = "2015-10"', "municipality 05358024", "until liegt vor dem Beginn des Programms"),
    defect("letzter Monat ist keiner", 'ags = "05358024"', 'ags = "05358024"\nuntil = "2025"', "municipality.2.until", '"2015-11"'),
    defect("Nachfolge ohne letzten Monat", 'ags = "05358024"', 'ags = "05358024"\nsuccessor = "05358008"', "municipality 05358024", 'until = "2025-12"'),
    defect("Nachfolge ist nicht im Programm", 'ags = "05358024"', 'ags = "05358024"\nuntil = "2020-12"\nsuccessor = "05358099"', "successor 05358099", "steht nicht unter [[municipality]]"),
    defect("Nachfolge im Kreis", 'ags = "05358024"', 'ags = "05358024"\nuntil = "2020-12"\nsuccessor = "05358024"', "im Kreis", "05358024"),
    defect("Gemeindeschlüssel zu kurz", 'ags = "05358024"', 'ags = "5358024"', "municipality.2.ags"),
    defect("Schlüssel ist nicht der Ordner", 'key = "probe"', 'key = "dueren"', "programme.key", "„dueren“", "der Ordner heißt „probe“"),
    defect("keine TOML-Datei", 'key = "probe"', "key = probe", "keine gültige TOML-Datei", "line 3", "genannte Stelle berichtigen"),
    defect("Abschnitt zweimal", "[accounting]", '[carrier]\nname = "x"\n[accounting]', "keine gültige TOML-Datei", "carrier"),
    defect("kein Monat", "[allowance]", '[start_up]\neur_per_municipality = "1.00"\nservice_month = "2015-13"\n[allowance]', "start_up.service_month", '"2015-11"', '"2015-13"'),
    defect("unbekannter Status", '"Duldung"', '"Geduldet"', "programme.target_group.2", "Duldung, Ankunftsnachweis", "„Geduldet“"),
    defect("Anteil über 1", 'share = "0.80"', 'share = "1.01"', "premium.1.share", 'zwischen "0" und "1"', '"1.01"'),
    defect("Anteil als Gleitkommazahl", 'share = "0.80"', "share = 0.80", "premium.1.share", "eine Zahl als Text"),
    defect("Anteil in Prozent", 'share = "0.80"', 'share = "80 %"', "premium.1.share", '"0.80"', '"80 %"'),
    defect("Stunden zu genau", 'max_hours_per_month = "100"', 'max_hours_per_month = "100.125"', "allowance.max_hours_per_month", "höchstens zwei Nachkommastellen"),
    defect("unbekannter Wert", 'basis = "reported"', 'basis = "net"', "savings.basis", "'reported' oder 'statutory'"),
    defect("unbekannte Seite", 'hours_over_cap = "error"', 'payer = { Gemeinschaftseinrichtung = "county", Kommune = "town", Verein = "county" }', "allowance.payer.Kommune", "'county' oder 'municipality'"),
    defect("Seite fehlt", 'hours_over_cap = "error"', 'payer = { Gemeinschaftseinrichtung = "county", Kommune = "county" }', "allowance.payer.Verein", "die Angabe fehlt"),
    defect("Datum als Text", "start = 2015-11-15", 'start = "2015-11-15"', "programme.start", "ein Datum wie 2015-11-01"),
    defect("Ende vor Beginn", "end = 2025-12-31", "end = 2015-11-14", "programme.end liegt vor programme.start"),
    defect("leerer Text", 'title = "Arbeit für Geflüchtete"', 'title = " "', "programme.title", "der Text ist leer"),
    defect("Zahl als Text", "[accounting]", '[accounting]\npayment_days = "30"', "accounting.payment_days", "eine ganze Zahl"),
    defect("ja statt true", "[accounting]", '[accounting]\nfour_eyes = "ja"', "accounting.four_eyes", "true oder false"),
    defect("Tag, den nicht jeder Monat hat", "[accounting]", "[returns]\ndue_day = 29\n[accounting]", "returns.due_day", "höchstens 28"),
    defect("Liste ist keine", '["Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"]', '"Duldung"', "programme.target_group", "Liste in eckigen Klammern"),
    defect("Trennzeichen zweimal", "[allowance]", '[bookings]\nseparator = ","\n[allowance]', "bookings", "separator und decimal_separator müssen verschieden sein"),
    defect("unbekanntes Trennzeichen", "[allowance]", '[bookings]\nseparator = "/"\n[allowance]', "bookings.separator", "erwartet wird", "';'"),
    defect("unbekannte Quelle", "[allowance]", '[bookings]\ncolumns = [{ heading = "Betrag", source = "betrag" }]\n[allowance]', "bookings.columns.1.source", "erwartet wird", "'amount'"),
    defect("Spalte ohne Quelle", "[allowance]", '[bookings]\ncolumns = [{ heading = "Betrag" }]\n[allowance]', "bookings.columns.1", "entweder source oder value"),
    defect("Spalte mit Quelle und Text", "[allowance]", '[bookings]\ncolumns = [{ heading = "Betrag", source = "amount", value = "1" }]\n[allowance]', "bookings.columns.1", "nicht beides"),
    defect("Überschrift als Formel", "[allowance]", '[bookings]\ncolumns = [{ heading = "=1+1", source = "amount" }]\n[allowance]', "bookings.columns.1", "„=1+1“", "Formel"),
    defect("Überschrift zweimal", "[allowance]", '[bookings]\ncolumns = [{ heading = "B", source = "amount" }, { heading = "B", source = "ags" }]\n[allowance]', "bookings", "„B“ steht zweimal"),
    defect("Betrag fehlt in der Buchungsliste", "[allowance]", '[bookings]\ncolumns = [{ heading = "B", source = "number" }]\n[allowance]', "bookings", "es fehlt der Betrag"),
    defect("Betrag ohne Vorzeichen", "[allowance]", '[bookings]\ncolumns = [{ heading = "B", source = "amount_absolute" }]\n[allowance]', "bookings", '"debit_credit"'),
    defect("keine Spalten", "[allowance]", "[bookings]\ncolumns = []\n[allowance]", "bookings.columns", "mindestens ein Eintrag"),
    defect("Kostenstelle fehlt", "[allowance]", '[bookings]\ncolumns = [{ heading = "B", source = "amount" }, { heading = "K", source = "cost_centre" }]\n[allowance]', "bookings", "cost_centre fehlt"),
    defect("Konto fehlt", "[allowance]", '[bookings]\naccounts = { premium = "448200" }\n[allowance]', "bookings.accounts", "es fehlt das Konto für allowance, expense, adjustment"),
    defect("Konto ist keine Zeichenkette", "[allowance]", "[bookings]\naccounts = { premium = 448200 }\n[allowance]", "bookings.accounts.premium", "erwartet wird Text"),
    defect("Name passt nicht in den Zeichensatz", "[allowance]", '[bookings]\nencoding = "cp1252"\ncost_centre = "Łódź"\n[allowance]', "bookings.encoding", "„Łódź“ lässt sich in cp1252 nicht schreiben"),
    defect("Aktenzeichen fehlt", "county = ", "agreement = { date = 2015-10-12 }\ncounty = ", "programme.agreement.file_number", "die Angabe fehlt"),
    defect("Name für die Bank zu lang", '"low-tec gGmbH"', f'"{"x" * 71}"', "carrier: bitte den Namen", "als account_holder", "mit 71 Zeichen", "fasst 70"),
    defect("Umlaute machen den Namen zu lang", '"low-tec gGmbH"', f'"{"ü" * 36}"', "carrier", "account_holder", "mit 72 Zeichen"),
    defect("Name in fremder Schrift", 'name = "Jülich, Stadt"', 'name = "Юлих"\niban = "DE48999999990005358024"', "municipality 05358024", "account_holder", "„Ю“", "nimmt keine Bank an"),
    defect("Kontoinhaber des Kreises zu lang", "[accounting]", f'[accounting]\ncounty_account_holder = "{"x" * 71}"', "accounting", "als county_account_holder", "mit 71 Zeichen"),
    defect("Personenkonto passt in keinen Verwendungszweck", 'debtor = "7358024"', f'debtor = "{"7" * 125}"\niban = "DE48999999990005358024"', "municipality 05358024: debtor", "kürzeres Personenkonto", "fasst 140"),
]  # fmt: skip


@pytest.mark.parametrize("case", DEFECTS, ids=[case.what for case in DEFECTS])
def test_defect(case: Defect, tmp_path: Path) -> None:
    assert case.old in COMPLETE, "der Fall trifft die gute Datei nicht mehr"
    folder = write(COMPLETE.replace(case.old, case.new, 1), tmp_path)
    with pytest.raises(Refusal) as refused:
        load_programme(folder)
    message = str(refused.value)
    assert str(folder / "programme.toml") in message
    assert [word for word in case.words if word not in message] == [], message


def test_a_section_that_is_a_value(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="allowance: erwartet wird ein Abschnitt"):
        load_programme(write("allowance = 3\n" + COMPLETE.replace(ALLOWANCE, ""), tmp_path))


def test_every_defect_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = COMPLETE.replace('title = "Arbeit für Geflüchtete"', "title = 3").replace('share = "0.80"', 'share = "2"')
    with pytest.raises(Refusal) as refused:
        load_programme(write(text, tmp_path))
    lines = str(refused.value).splitlines()
    assert [line.split("programme.toml: ")[1].split(":")[0] for line in lines] == ["programme.title", "premium.1.share"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        load_programme(tmp_path / "probe")
    assert str(tmp_path / "probe" / "programme.toml") in str(refused.value)
    assert "fehlt" in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = write(COMPLETE, tmp_path)
    (folder / "programme.toml").write_bytes(COMPLETE.encode("latin-1"))
    with pytest.raises(Refusal, match="keine gültige TOML-Datei"):
        load_programme(folder)
