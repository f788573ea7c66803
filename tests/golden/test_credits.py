"""A municipality with a credit, from the order to the bank's file: one day on every paper, over a holiday."""

from datetime import date
from importlib.resources import files

import pytest
from lxml import etree

from tests.golden.due_dates import due_dates
from tests.golden.office import Office, table
from tests.golden.sums import PAIN, RAM, check_sums

FREIBERG, FRANKENBERG = "14522180", "14522150"
GOOD_FRIDAY, TUESDAY = date(2025, 4, 18), date(2025, 4, 22)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """December 2024: Freiberg 66.25 h × 0.80 = 53.00, and 500.00 back by order: −447.00. Frankenberg: 37.50 h, and −130.00: −100.00.

    Frankenberg's account is not known. Approved on 19 March 2025: 30 days later is Good Friday.
    """
    opened = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", {FREIBERG: "Freiberg", FRANKENBERG: "Frankenberg"})  # fmt: skip
    programme = opened.inputs / "programme.toml"
    opened.change(programme, "[accounting]\n", "[accounting]\nbank_days = true\n")
    opened.change(programme, 'iban = "DE29999999990014522150"\n', "")
    opened.change(programme, 'iban = "DE92999999990014522180"', 'account_holder = "Stadtkasse Freiberg & Umland"\niban = "DE92999999990014522180"')  # fmt: skip
    for ags, amount in ((FREIBERG, "-500,00"), (FRANKENBERG, "-130,00")):
        opened.done("adjust", ags, amount, "--month", "2024-12", "--reason", "laut Bescheid", "--voucher", f"V-{ags}", "--by", "Olga")  # fmt: skip
    opened.settle("2024-12")
    opened.approve("2024-12", "2025-03-19")
    return opened


def test_a_credit_has_one_day_on_every_paper(office: Office) -> None:
    folder = office.outputs / "2024-12"
    everywhere = {"e-invoice", "reading copy", "letter", "booking list", "Übersicht", "Auszahlungen"}
    told = due_dates(folder)
    assert told.keys() == {"AGH-2025-0001", "AGH-2025-0002"}
    assert told["AGH-2025-0001"] == {paper: {TUESDAY} for paper in everywhere}
    assert told["AGH-2025-0002"] == {paper: {TUESDAY} for paper in (*everywhere, "payment file")}
    letter = "\n".join(str(cell.value) for cell in office.statement(FREIBERG, "2024-12")["Anschreiben"]["A"])
    assert "Wir überweisen es bis zum 22.04.2025 auf das unten genannte Konto." in letter


def test_the_banks_file_pays_what_has_an_account(office: Office) -> None:
    document = etree.parse(office.outputs / "2024-12/Zahlungen-2024-12.xml")
    with (files("sepaxml") / "schemas/pain.001.001.09.xsd").open("rb") as file:
        etree.XMLSchema(etree.parse(file)).assertValid(document)
    (payment,) = document.iter(f"{PAIN}CdtTrfTxInf")
    texts = {element.tag.removeprefix(PAIN): element.text for element in payment.iter() if not len(element)}
    assert texts == {
        "EndToEndId": "AGH-2025-0002", "InstdAmt": "447.00", "Nm": "Stadtkasse Freiberg + Umland",
        "IBAN": "DE92999999990014522180", "Ustrd": "AGH-2025-0002 7522180",
    }  # fmt: skip


def test_the_sheet_lists_every_payment_and_what_is_to_be_done(office: Office) -> None:
    book = office.overview("2024-12")
    rows = table(book, "Auszahlungen", 0, 1, 2, 3, 4, 5, 7)
    iban = "DE92\u00a09999\u00a09999\u00a00014\u00a05221\u00a080"
    assert rows[:2] == [
        ("Frankenberg/Sa., Stadt", "AGH-2025-0001", "Frankenberg/Sa., Stadt", "nicht bekannt", "7522150", 100_00,
         "nicht in der Datei: Bankverbindung der Kommune erfragen und als iban in die Programmdatei eintragen; diesen Betrag von Hand überweisen"),
        ("Freiberg, Stadt", "AGH-2025-0002", "Stadtkasse Freiberg + Umland", iban, "AGH-2025-0002 7522180", 447_00, "in Zahlungen-2024-12.xml"),
    ]  # fmt: skip
    check_sums(office.outputs / "2024-12")
    titles = [row[0] for row in table(book, "Kontrolle", 0)]
    assert "Summe der Auszahlungen = Gutschriften" in titles


def test_the_e_invoice_says_how_many_hours_it_charges(office: Office) -> None:
    for ags, hours in ((FREIBERG, "66,25 Stunden"), (FRANKENBERG, "37,50 Stunden")):
        (path,) = (office.outputs / "2024-12/Kommunen").glob(f"{ags}-*/*.xml")
        assert next(element.text for element in etree.parse(path).iter(f"{RAM}Description")) == hours


def test_letter_names_the_agreement(office: Office) -> None:
    facts = {row[0]: row[1] for row in office.statement(FREIBERG, "2024-12")["Anschreiben"].iter_rows(values_only=True)}
    assert facts["Vereinbarung"] == "vom 18.11.2024 (Aktenzeichen 33.4-2024/0862)"


def test_who_pays_is_told_whose_account_it_is(office: Office) -> None:
    """The letter and the e-invoice name the holder that the bank knows."""
    facts = {row[0]: row[1] for row in office.statement(FREIBERG, "2024-12")["Anschreiben"].iter_rows(values_only=True)}
    assert facts["Auszahlung an"] == "Stadtkasse Freiberg & Umland"
    (path,) = (office.outputs / "2024-12/Kommunen").glob(f"{FREIBERG}-*/*.xml")
    names = [element.text for element in etree.parse(path).iter() if str(element.tag).endswith("AccountName")]
    assert names == ["Stadtkasse Freiberg & Umland"]
