"""Opening balances before the first month of Kreis Düren: settled no second time, and no money of the carrier's again."""

from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.command import call
from tests.golden.sums import check_sums, named_total, paid_cents

HEADING = "Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro"


def test_what_was_charged_before_is_neither_charged_nor_paid_again(tmp_path: Path) -> None:
    """Aldenhoven's start-up contribution was charged before: 14 of 15 municipalities are left, 140,000.00."""
    file = tmp_path / "opening.csv"
    file.write_text(f"{HEADING}\n2015-11;05358004;;Anschubfinanzierung;;10.000,00\n", encoding="utf-8")
    where = ("--programme", "dueren", "--outputs", tmp_path / "outputs")
    for arguments in (
        ("opening", file, "--by", "Eva"),
        ("opening", file, "--by", "Frida", "--approve", "--date", "2015-12-01"),
        ("settle", "2015-11", "--direct", "--by", "Eva"),
        ("approve", "2015-11", "--by", "Frida", "--date", "2015-12-15"),
        ("verify",),
    ):
        answer = call(*arguments, *where)
        assert answer.code == 0, answer.err
    folder = tmp_path / "outputs/dueren/2015-11"
    check_sums(folder)
    assert paid_cents(folder) == 140_000_00
    overview = openpyxl.load_workbook(folder / "Finanzuebersicht-2015-11.xlsx", data_only=True)
    assert named_total(overview, "Auszahlung_Träger") == Decimal("140000.00")
    assert overview["Trägerkonto"]["A5"].value == "Summe"  # one run; the opening is no row


def test_the_example_of_the_readme_is_taken(tmp_path: Path) -> None:
    """Start-up contribution 10,000.00 and a premium of 954.53."""
    text = Path("README.md").read_text(encoding="utf-8")
    file = tmp_path / "opening.csv"
    file.write_text(HEADING + text.split(HEADING)[1].split("```")[0], encoding="utf-8")
    answer = call("opening", file, "--by", "Eva", "--programme", "dueren", "--outputs", tmp_path / "outputs")
    assert answer.out.startswith("Vorgemerkt: 2 Eröffnungssalden über zusammen 10.954,53 €."), answer.err
