"""Certificates and payout lists as they are handed out: complete, German, without a name, the same every time."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from flows.emit.cash.certificate import write_certificates
from flows.emit.cash.payout import write_payout_lists
from tests.command import contents
from tests.golden.payouts import ENDED, ON, PAID
from tests.golden.samples import ALLOWANCES
from tests.golden.tags import check_tags


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("certificates")
    write_certificates(ENDED, ALLOWANCES, ON, target)
    write_payout_lists(PAID, ALLOWANCES, "2025-02", ON, target)
    return target


@pytest.fixture(scope="module")
def book(folder: Path) -> Workbook:
    return load_workbook(folder / "14522180-freiberg-stadt/Auszahlungsliste-14522180-2025-02.xlsx", data_only=True)


def test_a_file_for_every_participant_in_the_folder_of_the_municipality(folder: Path) -> None:
    assert sorted(contents(folder)) == [
        "14522080-doebeln-stadt/Teilnahmebescheinigung-DL-7.pdf",
        "14522180-freiberg-stadt/Auszahlungsliste-14522180-2025-02.xlsx",
        "14522180-freiberg-stadt/Teilnahmebescheinigung-FG_101.pdf",
    ]


def test_a_certificate_is_tagged(folder: Path) -> None:
    kinds = [kind for kind, _ in check_tags(folder / "14522180-freiberg-stadt/Teilnahmebescheinigung-FG_101.pdf")]
    assert (kinds.count("Table"), kinds.count("TH")) == (1, 5)


def test_a_certificate_says_where_when_and_how_long(folder: Path) -> None:
    reader = PdfReader(folder / "14522180-freiberg-stadt/Teilnahmebescheinigung-FG_101.pdf")
    (page,) = reader.pages
    text = " ".join(page.extract_text().split())
    for words in (
        "Landkreis Mittelsachsen", "Arbeitsgelegenheit nach § 5 Asylbewerberleistungsgesetz", "Name:", "FG/101", "Freiberg, Stadt",
        "02.12.2024 bis 20.02.2025", "Bauhof #1 *Süd*", "Kommune", "1.234,50", "Verein", "3,75", "1.238,25",
        "Wir danken herzlich", "Ort, Datum", "Unterschrift und Stempel",
    ):  # fmt: skip
        assert words in text, words
    assert "€" not in text  # no amounts
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]


def test_payouts_stand_on_a_sheet_for_each_place_of_work(book: Workbook) -> None:
    assert book.sheetnames == ["Übersicht", "1 Kommune", "2 Verein", "3 Verein"]
    assert [book[name]["A1"].value for name in book.sheetnames[1:]] == [
        "Kommune: Bauhof", "Verein: =Café", "Verein: Einsatzstelle nicht mehr gemeldet",
    ]  # fmt: skip
    rows = [[cell.value for cell in row] for row in book["1 Kommune"].iter_rows(min_row=4, max_row=6)]
    assert [row[5:11] for row in rows] == [
        [40.25, 0.80, 32.20, 5.00, 0, 37.20], [12.50, 0.80, 10.00, 0, 8.00, 2.00], [52.75, None, 42.20, 5.00, 8.00, 39.20],
    ]  # fmt: skip
    assert [row[1] for row in rows[:2]] == [None, None]  # the name is written by hand
    assert [row[12] for row in rows[:2]] == [None, None]  # and the signature


def test_the_summary_adds_up_all_sheets(book: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["Übersicht"].iter_rows(min_row=4, max_row=7)]
    # 37.20 + 2.00; 4.00; −19.20
    assert [row[6] for row in rows] == [39.20, 4.00, -19.20, 24.00]
    assert [row[3] for row in rows[:3]] == ["Kreis", "Kreis", "Kreis"]


def test_every_sheet_is_printed_on_a4_landscape(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == "$3:$3"


def test_a_sum_is_told_by_who_pays_it(tmp_path: Path) -> None:
    """The Kommune pays out at its own places, 37.20 + 2.00 = 39.20; the Kreis 4.00 less 19.20 at associations'."""
    assert ALLOWANCES.allowance is not None
    sides = ALLOWANCES.allowance.disbursed_by.model_copy(update={"municipal": "municipality"})
    programme = ALLOWANCES.model_copy(
        update={"allowance": ALLOWANCES.allowance.model_copy(update={"disbursed_by": sides})}
    )
    (path,) = write_payout_lists(PAID, programme, "2025-02", ON, tmp_path)
    rows = {row[0]: row[6] for row in load_workbook(path, data_only=True)["Übersicht"].values}
    assert (rows["Summe"], rows["davon durch: Kreis"], rows["davon durch: Kommune"]) == (24.00, -15.20, 39.20)


def test_the_same_input_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_certificates(ENDED, ALLOWANCES, ON, tmp_path)
    write_payout_lists(PAID, ALLOWANCES, "2025-02", ON, tmp_path)
    assert contents(tmp_path) == contents(folder)
