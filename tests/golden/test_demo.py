"""The shipped programmes end with a Gutschrift that is paid and a Storno; worked out by hand."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

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
    assert last == ("Brand-Erbisdorf, Stadt", reversal, 82_30, "von Hand, wenn AGH-2025-0001 bezahlt ist; sonst mit dem offenen Betrag verrechnen")  # fmt: skip


def test_the_books_hold_and_every_paper_names_the_same_day(office: Office) -> None:
    office.done("verify")
    for month in ("2024-12", MONTH):
        check_due_dates(office.outputs / month)
    ((sheet, cell),) = (overview := office.overview(MONTH)).defined_names["Gesamtergebnis"].destinations
    assert overview[sheet][cell.replace("$", "")].value == "OK"


def test_a_second_demo_orders_nothing_twice(office: Office) -> None:
    before = contents(office.outputs / MONTH)
    assert call("demo", "--direct", "--inputs", office.folder / "inputs", "--outputs", office.folder / "outputs").code == 0  # fmt: skip
    assert contents(office.outputs / MONTH) == before
