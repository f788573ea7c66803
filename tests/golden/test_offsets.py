"""Credits that are set against the next invoice, from the order to the account: worked out by hand, on manual lines alone.

No town reports anything; what is ordered is what their documents come to:

| month | Flöha, leaves after January | Frankenberg | Freiberg |
| --- | --- | --- | --- |
| December | −30.00 (AGH-2025-0001) | −50.00 (0002) | −447.00 (0003) |
| January | nothing: its 30.00 are paid out | 80.00 − 50.00 = 30.00 to pay (0004) | 100.00 − 100.00 = 0.00, 347.00 left (0005) |
| February | | −20.00 (0006) | 400.00 − 347.00 = 53.00 to pay (0007) |
| March | | Storno 0008 of 0004: 80.00 anew − 50.00 − 20.00 = 10.00 to pay (0009) | −8.00, paid out: the key is "pay" again (0010) |
"""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.bank import Booked, camt
from tests.golden.due_dates import check_due_dates
from tests.golden.office import Office, Row, table
from tests.golden.sums import PAIN, RAM, check_sums, named_total, paid_cents

FLOEHA, FRANKENBERG, FREIBERG = "14522140", "14522150", "14522180"
ORDERED = {
    "2024-12": ("2025-01-15", {FLOEHA: "-30,00", FRANKENBERG: "-50,00", FREIBERG: "-447,00"}),
    "2025-01": ("2025-02-17", {FRANKENBERG: "80,00", FREIBERG: "100,00"}),
    "2025-02": ("2025-03-17", {FRANKENBERG: "-20,00", FREIBERG: "400,00"}),
}


def order(office: Office, month: str, amounts: dict[str, str]) -> None:
    (office.inputs / "returns" / month).mkdir(parents=True)
    for ags, amount in amounts.items():
        office.done("adjust", ags, amount, "--month", month, "--reason", "laut Bescheid", "--voucher", f"{month}-{ags}", "--by", "Olga")  # fmt: skip


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Office:
    towns = {FLOEHA: "Floeha", FRANKENBERG: "Frankenberg", FREIBERG: "Freiberg"}
    office = Office.opened(tmp_path_factory.mktemp("offsets"), "mittelsachsen", towns)
    shutil.rmtree(office.inputs / "returns")
    programme = office.inputs / "programme.toml"
    office.change(programme, "[accounting]\n", '[accounting]\ncredits = "offset"\n')
    office.change(programme, f'ags = "{FLOEHA}"\n', f'ags = "{FLOEHA}"\nuntil = "2025-01"\n')
    for month, (on, amounts) in ORDERED.items():
        order(office, month, amounts)
        office.settle(month)
        office.approve(month, on)
    return office


@pytest.fixture
def office(settled: Office, tmp_path: Path) -> Office:
    """A copy of its books, to write in."""
    shutil.copytree(settled.folder, tmp_path / "office")
    return Office(tmp_path / "office", settled.programme)


def invoice(office: Office, month: str, number: str) -> dict[str, str | None]:
    """Sums and terms of an e-invoice."""
    (path,) = (office.outputs / month / "Kommunen").glob(f"*/{number}.xml")
    document = etree.parse(path)
    names = ("GrandTotalAmount", "TotalPrepaidAmount", "DuePayableAmount")
    return {name: document.findtext(f".//{RAM}{name}") for name in names}


def letter(office: Office, ags: str, month: str) -> str:
    """All that a municipality's letter says."""
    rows = office.statement(ags, month)["Anschreiben"].iter_rows(values_only=True)
    return " ".join(str(value) for row in rows for value in row if value)


def terms(office: Office, month: str, number: str) -> str:
    """What an e-invoice says of payment."""
    (path,) = (office.outputs / month / "Kommunen").glob(f"*/{number}.xml")
    return str(etree.parse(path).findtext(f".//{RAM}SpecifiedTradePaymentTerms/{RAM}Description"))


def outstanding(office: Office, on: str) -> list[Row]:
    """Document, paid or set off, open, state."""
    office.done("outstanding", "--on", on)
    book = openpyxl.load_workbook(office.outputs / f"Offene-Posten-{on}.xlsx", data_only=True)
    return table(book, "Offene Posten", 2, 9, 10, 7)


def test_every_paper_says_what_is_left_to_pay(settled: Office) -> None:
    assert invoice(settled, "2025-01", "AGH-2025-0004") == {"GrandTotalAmount": "80.00", "TotalPrepaidAmount": "50.00", "DuePayableAmount": "30.00"}  # fmt: skip
    assert invoice(settled, "2025-01", "AGH-2025-0005") == {"GrandTotalAmount": "100.00", "TotalPrepaidAmount": "100.00", "DuePayableAmount": "0.00"}  # fmt: skip
    assert invoice(settled, "2025-02", "AGH-2025-0007") == {"GrandTotalAmount": "400.00", "TotalPrepaidAmount": "347.00", "DuePayableAmount": "53.00"}  # fmt: skip
    for month in ORDERED:
        check_sums(settled.outputs / month)  # among them: what is paid is what the reading copy shows
    payable = {(ags, month): named_total(settled.statement(ags, month), "Zahlbetrag") for ags, month in ((FRANKENBERG, "2025-01"), (FREIBERG, "2025-01"), (FREIBERG, "2025-02"))}  # fmt: skip
    assert [float(amount) for amount in payable.values()] == [30.00, 0.00, 53.00]
    assert table(settled.overview("2025-01"), "Übersicht", 5, 8, 12, 13)[:3] == [
        ("–", 0, -30_00, -30_00), ("AGH-2025-0004", 80_00, -50_00, 30_00), ("AGH-2025-0005", 100_00, -100_00, 0),
    ]  # fmt: skip
    # 0.00 + 80.00 + 100.00 less 30.00 + 50.00 + 100.00; 30.00 are paid out and as much comes in
    assert named_total(settled.overview("2025-01"), "Summe_Zahlbetrag") == 0
    assert named_total(settled.overview("2025-02"), "Summe_Zahlbetrag") == 53  # −20.00 + 400.00 + 20.00 − 347.00
    legend = " ".join(str(value) for row in settled.overview("2025-01")["Übersicht"].values for value in row)
    assert "Folgt keine Rechnung mehr, wird ausgezahlt, was von früheren Gutschriften offen ist" in legend
    assert "bei einer Gutschrift, die ausgezahlt wird, der Kreis" in legend
    notes = " ".join(str(value) for row in settled.overview("2025-01")["Hinweise"].values for value in row)
    assert (
        "Gutschrift: der Kreis verrechnet sie mit der nächsten Rechnung, oder er zahlt, wenn keine mehr folgt." in notes
    )
    assert table(settled.overview("2025-01"), "Übersicht", 14)[2] == ("Gutschrift AGH-2025-0003 vom 15.01.2025 mit 100,00 €",)  # fmt: skip
    texts = {row["Belegnummer"]: row["Buchungstext"] for row in bookings(settled, "2025-01")}
    assert texts["AGH-2025-0004"].endswith("; verrechnet mit AGH-2025-0002, Zahlbetrag 30,00")


def bookings(office: Office, month: str) -> list[dict[str, str]]:
    text = (office.outputs / month / f"Buchungen-{month}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_a_credit_says_that_it_waits_and_is_not_paid_out(settled: Office) -> None:
    folder = settled.outputs / "2024-12"
    assert not (folder / "Zahlungen-2024-12.xml").exists()
    assert "Auszahlungen" not in settled.overview("2024-12").sheetnames
    told = "wird mit der nächsten Rechnung verrechnet"
    facts = {
        row[0]: row[1] for row in settled.statement(FREIBERG, "2024-12")["Anschreiben"].iter_rows(values_only=True)
    }
    assert facts["Verwendung"] == told
    (path,) = folder.glob(f"Kommunen/{FREIBERG}-*/AGH-2025-0003.xml")
    document = etree.parse(path)
    assert told in document.findtext(f".//{RAM}SpecifiedTradePaymentTerms/{RAM}Description")
    assert document.findtext(f".//{RAM}SpecifiedTradeSettlementPaymentMeans/{RAM}TypeCode") == "97"
    assert [(row["Fällig am"], row["Buchungstext"].split("; ")[1]) for row in bookings(settled, "2024-12")] == [("", f"{told}, Zahlbetrag 0,00")] * 3  # fmt: skip


def test_who_leaves_is_paid_out(settled: Office) -> None:
    assert paid_cents(settled.outputs / "2025-01") == 30_00
    (reference,) = etree.parse(settled.outputs / "2025-01/Zahlungen-2025-01.xml").iter(f"{PAIN}EndToEndId")
    assert reference.text == "AGH-2025-0001"
    assert table(settled.overview("2025-01"), "Auszahlungen", 0, 1, 5)[0] == ("Flöha, Stadt", "AGH-2025-0001", 30_00)


def test_what_is_set_off_is_open_no_more_and_money_is_known_by_what_is_left(office: Office) -> None:
    """Frankenberg pays the 30.00 that it owes without a word, Freiberg all 400.00 of its invoice: 347.00 too much."""
    assert outstanding(office, "2025-03-17") == [
        ("AGH-2025-0001", 0, -30_00, "offen"), ("AGH-2025-0004", 50_00, 30_00, "teilweise verrechnet"),
        ("AGH-2025-0006", 0, -20_00, "offen"), ("AGH-2025-0007", 347_00, 53_00, "teilweise verrechnet"),
    ]  # fmt: skip
    paid = [
        Booked(date(2025, 3, 20), "30.00", "Abrechnung", "Stadt", "DE29999999990014522150", "B-1"),
        Booked(date(2025, 3, 20), "400.00", "AGH-2025-0007", "Stadt", "DE92999999990014522180", "B-2"),
    ]
    (office.folder / "a.xml").write_bytes(camt(paid))
    said = office.done("receipts", office.folder / "a.xml", "--by", "Eva")
    assert "Frankenberg/Sa., Stadt: AGH-2025-0004 (Konto der Kommune und Betrag)" in said
    assert outstanding(office, "2025-03-20") == [
        ("AGH-2025-0001", 0, -30_00, "offen"), ("AGH-2025-0006", 0, -20_00, "offen"),
        ("AGH-2025-0007", 747_00, -347_00, "überzahlt"),
    ]  # fmt: skip
    assert outstanding(office, "2025-02-16") == [
        ("AGH-2025-0001", 0, -30_00, "offen"), ("AGH-2025-0002", 0, -50_00, "offen"), ("AGH-2025-0003", 0, -447_00, "offen"),
    ]  # fmt: skip


def test_a_storno_opens_what_was_set_off_and_terms_may_change(office: Office) -> None:
    """And Frankenberg's 30.00 have come: the sheet says so, with the day up to which that is known."""
    programme = office.inputs / "programme.toml"
    office.change(programme, 'credits = "offset"\n', 'credits = "pay"\n')
    (office.folder / "a.xml").write_bytes(camt([Booked(date(2025, 3, 20), "30.00", "AGH-2025-0004", reference="B-1")]))
    office.done("receipts", office.folder / "a.xml", "--by", "Eva")
    office.done("cancel", "AGH-2025-0004", "--reason", "Anschrift", "--by", "Olga")
    order(office, "2025-03", {FREIBERG: "-8,00"})
    office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")
    assert invoice(office, "2025-03", "AGH-2025-0008") == {"GrandTotalAmount": "80.00", "TotalPrepaidAmount": "50.00", "DuePayableAmount": "30.00"}  # fmt: skip
    assert invoice(office, "2025-03", "AGH-2025-0009") == {"GrandTotalAmount": "80.00", "TotalPrepaidAmount": "70.00", "DuePayableAmount": "10.00"}  # fmt: skip
    check_due_dates(office.outputs / "2025-03")
    rows = table(office.overview("2025-03"), "Auszahlungen", 1, 5, 7)
    assert rows[0] == ("AGH-2025-0010", 8_00, "in Zahlungen-2025-03.xml")
    assert rows[-1] == ("AGH-2025-0008", 30_00, "von Hand zurückzahlen: Auf AGH-2025-0004 sind bis zum 20.03.2025 (letzter eingelesener Umsatz) 30,00 € eingegangen")  # fmt: skip
    assert outstanding(office, "2025-04-15") == [
        ("AGH-2025-0001", 0, -30_00, "offen"), ("AGH-2025-0004", 30_00, -30_00, "storniert, war bezahlt"),
        ("AGH-2025-0009", 70_00, 10_00, "teilweise verrechnet"), ("AGH-2025-0007", 347_00, 53_00, "teilweise verrechnet"),
        ("AGH-2025-0010", 0, -8_00, "offen"),
    ]  # fmt: skip
    told = letter(office, FRANKENBERG, "2025-03")
    assert "Auf die Rechnung AGH-2025-0004 sind bis zum 20.03.2025 30,00 € eingegangen; diesen Betrag erhalten Sie bis zum" in told  # fmt: skip
    assert "Diese Verrechnung ist aufgehoben; das Guthaben wird mit dieser Abrechnung verrechnet." in told
    assert "das Guthaben wird mit der Abrechnung für März 2025 verrechnet. Zahlbetrag 30,00 €: Auf AGH-2025-0004 sind bis zum 20.03.2025 30,00 € eingegangen" in terms(office, "2025-03", "AGH-2025-0008")  # fmt: skip
    emitted_alike(office, "2025-01", "2025-03")


def emitted_alike(office: Office, *months: str) -> None:
    """What comes and is assigned later changes nothing of approved months, not their letters either."""
    (office.folder / "b.xml").write_bytes(camt([Booked(date(2025, 6, 2), "7.00", "AGH-2025-0004", reference="B-9")]))
    office.done("receipts", office.folder / "b.xml", "--by", "Eva")
    for month in months:
        before = {path: path.read_bytes() for path in (office.outputs / month).rglob("*") if path.is_file()}
        office.done("emit", month)
        assert {path: path.read_bytes() for path in before} == before


def test_what_came_for_an_invoice_that_credits_had_covered_goes_back(office: Office) -> None:
    """0005 was set off to 0.00, and Freiberg pays 20.00 on it all the same; its Storno, and 100.00 anew − 347.00 of 0003."""
    (office.folder / "a.xml").write_bytes(camt([Booked(date(2025, 3, 20), "20.00", "AGH-2025-0005", reference="B-1")]))
    office.done("receipts", office.folder / "a.xml", "--by", "Eva")
    office.done("cancel", "AGH-2025-0005", "--reason", "Anschrift", "--by", "Olga")
    order(office, "2025-03", {FRANKENBERG: "1,00"})
    office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")
    rows = table(office.overview("2025-03"), "Auszahlungen", 1, 5, 7)
    assert rows[-1] == ("AGH-2025-0008", 20_00, "von Hand zurückzahlen: Auf AGH-2025-0005 sind bis zum 20.03.2025 (letzter eingelesener Umsatz) 20,00 € eingegangen")  # fmt: skip
    below = " ".join(str(value) for row in office.overview("2025-03")["Auszahlungen"].values for value in row)
    assert not (office.outputs / "2025-03/Zahlungen-2025-03.xml").exists()
    assert "Eine Datei für das Bankprogramm gibt es in diesem Monat nicht" in below
    assert "Zahlungen-2025-03.xml" not in below
    told = letter(office, FREIBERG, "2025-03")
    assert "Auf die Rechnung AGH-2025-0005 sind bis zum 20.03.2025 20,00 € eingegangen; diesen Betrag erhalten Sie bis zum 15.05.2025 zurück" in told  # fmt: skip
    assert invoice(office, "2025-03", "AGH-2025-0008")["DuePayableAmount"] == "0.00"
    assert "Auf AGH-2025-0005 sind bis zum 20.03.2025 20,00 € eingegangen; diesen Betrag, und was seither noch gezahlt ist, überweist Landkreis Mittelsachsen" in terms(office, "2025-03", "AGH-2025-0008")  # fmt: skip
    emitted_alike(office, "2025-03")


def drafted_before_0006_is_paid_out_by_hand(office: Office) -> None:
    """March's draft does not know of it, so it is not approved; the next one does, and is."""
    office.settle("2025-03")
    paid = Booked(date(2025, 4, 1), "-20.00", "AGH-2025-0006", "Stadt", "DE29999999990014522150", "B-1")
    (office.folder / "a.xml").write_bytes(camt([paid]))
    office.done("receipts", office.folder / "a.xml", "--by", "Eva")
    refused = office.refused("approve", "2025-03", "--by", "Frida", "--date", "2025-04-15")
    assert "nach denen eine Gutschrift anders zu verrechnen ist" in refused
    office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")


def test_a_credit_that_was_paid_out_meanwhile_is_not_set_off(office: Office) -> None:
    """Frankenberg's 20.00 go out by hand after the draft: it would set them against 60.00."""
    order(office, "2025-03", {FRANKENBERG: "60,00"})
    drafted_before_0006_is_paid_out_by_hand(office)
    assert invoice(office, "2025-03", "AGH-2025-0008") == {"GrandTotalAmount": "60.00", "TotalPrepaidAmount": None, "DuePayableAmount": "60.00"}  # fmt: skip


def test_the_storno_of_a_credit_and_later_of_its_invoice_gives_all_back(office: Office) -> None:
    """March: 50.00 of 0002 were set off, so its Storno 0008 asks for them; anew they wait as 0009. April: of 0004's 80.00,
    30.00 were paid as its Zahlbetrag and 50.00 by 0008, so its Storno 0011 gives back 80.00; anew 80.00 − 20.00 − 50.00."""
    office.done("cancel", "AGH-2025-0002", "--reason", "Anschrift", "--by", "Olga")
    order(office, "2025-03", {FREIBERG: "1,00"})
    office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")
    assert invoice(office, "2025-03", "AGH-2025-0008") == {"GrandTotalAmount": "50.00", "TotalPrepaidAmount": None, "DuePayableAmount": "50.00"}  # fmt: skip
    paid = [Booked(date(2025, 4, 20), "30.00", "AGH-2025-0004"), Booked(date(2025, 4, 20), "50.00", "AGH-2025-0008")]
    (office.folder / "a.xml").write_bytes(camt(paid))
    office.done("receipts", office.folder / "a.xml", "--by", "Eva")
    assert outstanding(office, "2025-04-20") == [  # 0002 and 0004 are paid: −50.00 + 50.00, 80.00 − 50.00 − 30.00
        ("AGH-2025-0001", 0, -30_00, "offen"), ("AGH-2025-0006", 0, -20_00, "offen"), ("AGH-2025-0009", 0, -50_00, "offen"),
        ("AGH-2025-0007", 347_00, 53_00, "teilweise verrechnet"), ("AGH-2025-0010", 0, 1_00, "offen"),
    ]  # fmt: skip
    office.done("cancel", "AGH-2025-0004", "--reason", "Anschrift", "--by", "Olga")
    order(office, "2025-04", {FREIBERG: "1,00"})
    office.settle("2025-04")
    office.approve("2025-04", "2025-05-15")
    assert invoice(office, "2025-04", "AGH-2025-0011") == {"GrandTotalAmount": "80.00", "TotalPrepaidAmount": None, "DuePayableAmount": "80.00"}  # fmt: skip
    assert invoice(office, "2025-04", "AGH-2025-0012") == {"GrandTotalAmount": "80.00", "TotalPrepaidAmount": "70.00", "DuePayableAmount": "10.00"}  # fmt: skip
    rows = table(office.overview("2025-04"), "Auszahlungen", 1, 5, 7)
    assert rows[-1] == ("AGH-2025-0011", 80_00, "von Hand zurückzahlen: Auf AGH-2025-0004 und das Storno von AGH-2025-0002 sind bis zum 20.04.2025 (letzter eingelesener Umsatz) 80,00 € eingegangen")  # fmt: skip
    assert (
        "Auf die Rechnung AGH-2025-0004 und das Storno von AGH-2025-0002 sind bis zum 20.04.2025 80,00 € eingegangen; "
        "diesen Betrag erhalten Sie bis zum 14.06.2025 zurück"
    ) in letter(office, FRANKENBERG, "2025-04")  # 30 days after 15 May


def test_what_a_credit_s_storno_asks_for_is_what_the_draft_said(office: Office) -> None:
    """0006 waits with 20.00: its Storno asks for nothing, until they are found to have been transferred after the draft."""
    office.done("cancel", "AGH-2025-0006", "--reason", "Anschrift", "--by", "Olga")
    order(office, "2025-03", {FREIBERG: "1,00"})
    drafted_before_0006_is_paid_out_by_hand(office)
    assert invoice(office, "2025-03", "AGH-2025-0008")["DuePayableAmount"] == "20.00"


def test_a_credit_that_no_run_pays_out_is_named(office: Office) -> None:
    """Frankenberg's 20.00 of February wait; then the programme's end is brought forward to that month."""
    assert "warten" not in office.done("status")
    programme = office.inputs / "programme.toml"
    (start,) = re.findall(r"^start = .*$", programme.read_text("utf-8"), re.MULTILINE)
    office.change(programme, start, f"{start}\nend = 2025-02-28")
    told = office.done("status")
    assert (
        f"AGH-2025-0006 an Frankenberg/Sa., Stadt ({FRANKENBERG}), 20,00 €. Das Programm endet mit Februar 2025" in told
    )
    assert told.rstrip().endswith("Bitte von Hand auszahlen.")
