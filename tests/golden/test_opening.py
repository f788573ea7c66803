"""Opening balances before the first month of Kreis Düren: settled no second time, and no money of the carrier's again."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from flows.ingest.opening_balances import read_opening
from schemas.programme.file import load_programme
from schemas.refusal import Refusal
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


OPTIONAL = f"{HEADING};Beschäftigt seit;Ersparnis;Gezählte Monate"


def test_a_file_may_tell_since_when_how_much_and_how_many_months(tmp_path: Path) -> None:
    """Two rows: one tells everything, one nothing but its amount; what is approved has to be the same file."""
    rows = (
        "2016-02;05358036;LIN-201;Prämie;;100,00;01.12.2015;1.234,50;3",
        "2016-03;05358036;LIN-201;Prämie;;50,00;;;",
    )
    file = tmp_path / "opening.csv"
    file.write_text("\n".join((OPTIONAL, *rows)), encoding="utf-8")
    told = read_opening(file, load_programme(Path("inputs/dueren")))
    assert told.select("computed_cents", "employed_since", "saved_cents", "counted_months").rows() == [
        (100_00, date(2015, 12, 1), 1234_50, 3), (50_00, None, None, None),
    ]  # fmt: skip
    where = ("--programme", "dueren", "--outputs", tmp_path / "outputs")
    assert call("opening", file, "--by", "Eva", *where).code == 0
    file.write_text(file.read_text(encoding="utf-8").replace(";3\n", ";4\n"), encoding="utf-8")
    refused = call("opening", file, "--by", "Frida", "--approve", "--date", "2015-12-01", *where)
    assert (refused.code, "nicht die, die vorgemerkt wurde" in refused.err) == (2, True)
    file.write_text(file.read_text(encoding="utf-8").replace(";4\n", ";3\n"), encoding="utf-8")
    assert call("opening", file, "--by", "Frida", "--approve", "--date", "2015-12-01", *where).code == 0
    verified = call("verify", *where)
    opened = "Geprüft: die Eröffnungssalden (noch ist kein Monat freigegeben), alles stimmt.\n"
    assert (verified.code, verified.out) == (0, opened)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2016-02;05358036;LIN-201;Prämie;;100,00;gestern;;", "„gestern“ ist kein Datum. Erwartet wird die Form 01.03.2016."),
        ("2016-02;05358036;LIN-201;Prämie;;100,00;01.03.2016;;", "Die Beschäftigung beginnt am 01.03.2016 erst nach dem Leistungsmonat."),
        ("2016-02;05358036;LIN-201;Prämie;;100,00;;12;", "Die Ersparnis „12“ ist nicht zu verstehen."),
        ("2016-02;05358036;LIN-201;Prämie;;100,00;;;drei", "„drei“ ist keine Zahl gezählter Monate."),
        ("2016-02;05358036;LIN-201;Prämie;;100,00;;-1,00;-1", "„-1“ ist keine Zahl gezählter Monate."),
        ("2015-11;05358036;;Anschubfinanzierung;;10.000,00;;;1", "Zu Anschubfinanzierung gehört keine Angabe unter Gezählte Monate."),
        ("2016-02;05358036;LIN-201;Prämie;;100,00", "6 Felder statt 9."),
        ("2016-02;05358036;;Ausgleich zur Kostenneutralität;;100,00;;;", "Die Art „Ausgleich zur Kostenneutralität“ gibt es nicht."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_named(tmp_path: Path, row: str, told: str) -> None:
    file = tmp_path / "opening.csv"
    file.write_text(f"{OPTIONAL}\n{row}\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_opening(file, load_programme(Path("inputs/dueren")))
    assert f"Zeile 2: {told}" in str(refused.value)


@pytest.mark.parametrize("heading", [f"{HEADING};Ersparnis;Ersparnis", f"{HEADING};Bemerkung", "Leistungsmonat;Betrag"])
def test_other_columns_are_refused(tmp_path: Path, heading: str) -> None:
    file = tmp_path / "opening.csv"
    file.write_text(f"{heading}\n", encoding="utf-8")
    with pytest.raises(Refusal, match="dahinter dürfen Ersparnis, Gezählte Monate, Beschäftigt seit stehen"):
        read_opening(file, load_programme(Path("inputs/dueren")))
