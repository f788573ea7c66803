"""What is made good to a municipality, from its return to letter, e-invoice, booking list, payment, report and derivation."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
from lxml import etree

from tests.golden.office import Office, table
from tests.golden.sums import RAM, check_sums, paid_cents, statement_total

LINNICH = "05358036"
MADE_GOOD = "Ausgleich zur Kostenneutralität"


def opened(folder: Path) -> Office:
    """LIN-201 alone, one month of which counts: February 2016 with 599.00; March loses the lump sum of 1,500.00."""
    office = Office.opened(folder, "dueren", {LINNICH: "Linnich"})
    programme = office.inputs / "programme.toml"
    office.change(programme, "max_months = 12", "max_months = 1")
    office.change(programme, "waiting_days = 42", "waiting_days = 0")
    grant = '[{ from = 2016-03-01, eur_per_month = "1500.00" }]'
    office.change(programme, "lost_state_grant = []", f"lost_state_grant = {grant}")
    march = office.inputs / "returns/2016-03/Linnich_2016-03.xlsx"
    book = openpyxl.load_workbook(march)
    book["Leistungen"]["L5"] = "ja"  # nothing was paid to LIN-201, so the lump sum is lost
    book.save(march)
    for month in ("2015-11", "2015-12", "2016-01", "2016-02"):
        office.place(office.inputs / "returns" / month / f"Linnich_{month}.xlsx", "2016-03")
    return office


def test_what_is_made_good_is_told_alike_everywhere(tmp_path: Path) -> None:
    """LIN-201 saves 599.00, 594.16 − 1,500.00 = −905.84 and 589.00 in February to April (test_dueren).

    Charged are 0.80 × 599.00 = 479.20 for February. By the end of March the municipality has saved −306.84: 479.20 are
    made good. By the end of April it has saved 282.16: of 479.20 it bears so much, 282.16 are charged again.
    """
    office = opened(tmp_path)
    office.settle("2016-03")
    office.approve("2016-03", "2016-04-15")
    folder = office.outputs / "2016-03"
    check_sums(folder)
    assert statement_total(office.statement(LINNICH, "2016-03")) == Decimal("10000.00")  # start-up alone
    assert paid_cents(folder) == 10_000_00
    march = office.statement(LINNICH, "2016-03")
    assert table(march, "Neutralität", 0, 1, 2, 3, 5, 6, 8)[-2:] == [
        ("2016-02", 599_00, 479_20, 0, 599_00, 479_20, "erfüllt"),
        ("2016-03", -905_84, 0, -479_20, -306_84, 0, "erfüllt"),
    ]
    letter = " ".join(str(value) for row in march["Anschreiben"].values for value in row if value)
    assert f"Enthalten ist ein {MADE_GOOD} über 479,20 € zugunsten Ihrer Kommune (Blatt „Neutralität“)." in letter
    (invoice,) = folder.glob("Kommunen/*/*.xml")
    positions = [element.text for element in etree.parse(invoice).iter(f"{RAM}Name")]
    assert f"{MADE_GOOD}, März 2016" in positions
    bookings = (folder / "Buchungen-2016-03.csv").read_text(encoding="utf-8-sig")
    assert f";{MADE_GOOD};448200;" in bookings  # the account of premiums
    assert "-479,20" in bookings

    office.settle("2016-04")
    office.approve("2016-04", "2016-05-15")
    folder = office.outputs / "2016-04"
    check_sums(folder)
    assert statement_total(office.statement(LINNICH, "2016-04")) == Decimal("282.16")
    assert paid_cents(folder) == 282_16
    account = table(office.overview("2016-04"), "Trägerkonto", 0, 2, 3, 4, 5)
    assert account[-2:] == [("2016-03", 479_20, -479_20, 10_000_00, 10_000_00), ("2016-04", 0, 282_16, 0, 282_16)]

    said = office.done("explain", "LIN-201", "--month", "2016-04")
    words = " ".join(said.split())
    assert "Ausgleich zur Kostenneutralität der Kommune" in words
    assert "davon Ausgleich für April 2016 282,16 €" in words
    office.done("report", "--as-of", "2016-04-30", "--direct")
    figures = pl.read_parquet(office.outputs / "2016-04-30/indicators.parquet")
    told = figures.filter(
        pl.col("indicator").is_in(["premiums", "savings"]), pl.col("dimension").is_null() | (pl.col("dimension") == "")
    )
    # A single person stands behind them: neither is published, and only the months without any say 0.00.
    assert set(told.select("value", "suppressed").rows()) == {(None, True), (0.0, False)}


def test_a_programme_that_agrees_on_cases_says_so_on_every_document(tmp_path: Path) -> None:
    office = opened(tmp_path)
    office.change(office.inputs / "programme.toml", 'basis = "reported"', 'basis = "reported"\nguarantee = "case"')
    office.settle("2016-03")
    office.approve("2016-03", "2016-04-15")
    folder = office.outputs / "2016-03"
    check_sums(folder)
    assert statement_total(office.statement(LINNICH, "2016-03")) == Decimal("10479.20")
    said = "ein Ausgleich über alle Fälle einer Kommune ist nicht vereinbart"
    for book in (office.statement(LINNICH, "2016-03"), office.overview("2016-03")):
        assert said in " ".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell)
    (invoice,) = folder.glob("Kommunen/*/*.xml")
    assert said in invoice.read_text(encoding="utf-8")
    office.done("report", "--as-of", "2016-03-31", "--direct")
    report = openpyxl.load_workbook(office.outputs / "2016-03-31/Projektbeirat-2016-03-31.xlsx")
    assert said in " ".join(str(cell) for sheet in report for row in sheet.values for cell in row if cell)
    assert "in diesem Programm nicht" in office.done("explain", "LIN-201", "--month", "2016-03")
