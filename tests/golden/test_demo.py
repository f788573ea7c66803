"""The shipped programmes end with a Gutschrift that is paid and a Storno; worked out by hand."""

import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from pypdf import PdfReader

from tests.command import call, contents
from tests.golden.due_dates import check_due_dates
from tests.golden.office import Office, table
from tests.golden.sums import PAIN, RAM, invoiced_cents, named_total, paid_cents, statement_total

FREIBERG, BRAND_ERBISDORF, MONTH = "14522180", "14522050", "2025-04"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Mittelsachsen as it is shipped, settled by `demo` from empty outputs."""
    folder = tmp_path_factory.mktemp("demo")
    for part in ("law", "mittelsachsen"):
        shutil.copytree(Path("inputs", part), folder / "inputs" / part)
    answer = call("demo", "--direct", "--inputs", folder / "inputs", "--outputs", folder / "outputs")
    assert answer.code == 0, answer.err
    return Office(folder, "mittelsachsen")


def test_a_credit_note_is_paid_with_the_banks_file(office: Office) -> None:
    """Freiberg's April: 91.25 h × 0.80 = 73.00, and 150.00 back by order: −77.00."""
    month = office.outputs / MONTH
    assert statement_total(office.statement(FREIBERG, MONTH)) == Decimal("-77.00")
    (number,) = office.numbers(FREIBERG, MONTH)
    (path,) = month.glob(f"Kommunen/{FREIBERG}-*/{number}.xml")
    assert invoiced_cents(path) == -77_00
    assert paid_cents(month) == 77_00
    (reference,) = etree.parse(month / f"Zahlungen-{MONTH}.xml").iter(f"{PAIN}EndToEndId")
    assert reference.text == number
    rows = table(office.overview(MONTH), "Auszahlungen", 0, 1, 5)
    assert rows[0] == ("Freiberg, Stadt", number, 77_00)


def test_a_document_is_reversed_and_settles_anew(office: Office) -> None:
    """Brand-Erbisdorf's December: 90.50 h × 0.80 = 72.40 and 9.90 proven: 82.30 back by the Storno, and 82.30 again."""
    reversal, _ = office.numbers(BRAND_ERBISDORF, MONTH)
    (path,) = (office.outputs / MONTH).glob(f"Kommunen/{BRAND_ERBISDORF}-*/{reversal}.xml")
    assert invoiced_cents(path) == -82_30
    (taken_back,) = etree.parse(path).iter(f"{RAM}InvoiceReferencedDocument")
    assert taken_back.findtext(f"{RAM}IssuerAssignedID") == "AGH-2025-0001"
    overview = office.overview(MONTH)
    assert named_total(overview, "Summe_Stornos") == Decimal("-82.30")
    last = table(overview, "Auszahlungen", 0, 1, 5, 7)[-1]
    assert last == ("Brand-Erbisdorf, Stadt", reversal, 82_30, "von Hand zurückzahlen: Auf AGH-2025-0001 sind bis zum 14.05.2025 (letzter eingelesener Umsatz) 82,30 € eingegangen")  # fmt: skip


def test_the_books_hold_and_every_paper_names_the_same_day(office: Office) -> None:
    office.done("verify")
    for month in ("2024-12", MONTH):
        check_due_dates(office.outputs / month)
    ((sheet, cell),) = (overview := office.overview(MONTH)).defined_names["Gesamtergebnis"].destinations
    assert overview[sheet][cell.replace("$", "")].value == "OK"


def test_money_ends_paid_partly_paid_overpaid_and_reminded(office: Office) -> None:
    """Döbeln paid 40.00 of 48.80, Flöha 48.40 for 44.80, Waldheim 50.00 of 51.40, Burgstädt nothing of 19.20.

    All others paid in full, Brand-Erbisdorf its last invoice less the Storno, and Freiberg got its credit. Reminded is of
    what 5.00 and more comes to: not Waldheim's 1.40.
    """
    said = office.done("outstanding", "--on", "30.06.2025")
    assert (
        "Offen am 30.06.2025: 29,40 € aus 3 Belegen, davon überfällig 29,40 € (3); Guthaben der Kommunen 3,60 €."
        in said
    )
    frame = pl.read_parquet(office.outputs / "open_items.parquet").filter(pl.col("open_cents") != 0)
    assert frame.select("number", "open_cents").rows() == [
        ("AGH-2025-0024", 19_20), ("AGH-2025-0025", 8_80), ("AGH-2025-0026", -3_60), ("AGH-2025-0045", 1_40),
    ]  # fmt: skip
    letters = sorted(path.name for path in (office.outputs / "2025-06-30-Erinnerungen").glob("*.pdf"))
    assert [name.split("-")[1] for name in letters] == ["14522060", "14522080"]
    assert "Umsatz 5" in office.done("receipts")  # the rent of a canteen, which nobody has put aside yet
    overview = office.overview(MONTH)
    assert ("AGH-2025-0025", 8_80) in table(overview, "Offene Posten", 2, 10)
    assert {row[0] for row in table(overview, "Umsätze", 7)} >= {"Auszug-2025-05-14.xml"}


def test_accounts_of_the_demo_add_up_to_what_is_open(office: Office) -> None:
    folder = office.outputs / "2025-Kontoauszuege"
    (path,) = folder.glob("Kontoauszug-14522140-*.pdf")
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    assert "Saldo zu Ihren Gunsten -3,60 €" in said.replace("\u00a0", " ")
    assert len(list(folder.iterdir())) == 12  # of 15 towns, those that were ever charged


def test_a_second_demo_orders_nothing_twice(office: Office) -> None:
    before, journal = contents(office.outputs), office.done("status", "--journal")
    assert call("demo", "--direct", "--inputs", office.folder / "inputs", "--outputs", office.folder / "outputs").code == 0  # fmt: skip
    after = contents(office.outputs)
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {"ledger.db", "ledger.lock"}
    assert office.done("status", "--journal") == journal
