"""Five months of the shipped programme, settled and approved by hand, against a hand calculation.

Municipal places are charged at 0.80 EUR an hour plus proven expenses; places in facilities are the county's own.
The hours were read off the municipalities' workbooks; the arithmetic stands beside every amount.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from pypdf import PdfReader

from tests.command import call, contents
from tests.golden.board import unknown_figures
from tests.golden.due_dates import check_due_dates
from tests.golden.indicators import figure
from tests.golden.recalculation import check_all
from tests.golden.sums import check_sums, invoiced_cents, named_total, statement_total

MONTHS = ("2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
FREIBERG, FRANKENBERG, BRAND_ERBISDORF = "14522180", "14522150", "14522050"
WHERE = ("--programme", "mittelsachsen")

BY_HAND = {
    FREIBERG: {
        "2024-12": "53.00",  # FG-03: 66.25 h × 0.80
        "2025-01": "85.40",  # 91.25 h × 0.80 = 73.00, and 12.40 proven
        "2025-02": "85.40",  # 91.25 h × 0.80 = 73.00, and 12.40 proven
        "2025-03": "85.00",  # 90.75 h × 0.80 = 72.60, and 12.40 proven
        "2025-04": "73.00",  # 91.25 h × 0.80
    },
    FRANKENBERG: {
        "2024-12": "30.00",  # FRB-02: 37.50 h × 0.80
        "2025-01": "61.20",  # 76.50 h × 0.80
        "2025-02": "87.00",  # 61.50 h × 0.80 = 49.20, 18.60 proven; FRB-03: 24 h × 0.80 = 19.20
        # 75.50 h × 0.80 = 60.40; 59.25 h × 0.80 = 47.40; Korrektur for February: 74 instead of 61.50 h,
        # 59.20 − 49.20 = +10.00, and FRB-03 withdrawn, −19.20
        "2025-03": "98.60",
        "2025-04": "110.40",  # 76.50 h × 0.80 = 61.20; 61.50 h × 0.80 = 49.20
    },
    BRAND_ERBISDORF: {
        "2024-12": "82.30",  # BED-07: 90.50 h × 0.80 = 72.40, and 9.90 proven
        "2025-01": "0.00",  # the return came late
        # January, late: 91 h × 0.80 = 72.80, and 9.90; February: 91.75 h × 0.80 = 73.40
        "2025-02": "156.10",
        "2025-03": "48.60",  # 40.50 h × 0.80 = 32.40; the successor's 20.25 h × 0.80 = 16.20
        "2025-04": "65.40",  # 81.75 h × 0.80
    },
}


def approval_date(month: str) -> str:
    """The 15th of the following month, as in the README."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 15).isoformat()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mittelsachsen")
    for month in MONTHS:
        assert call("settle", month, "--direct", "--by", "Eva", "--outputs", folder, *WHERE).code == 0
        on = approval_date(month)
        assert call("approve", month, "--by", "Frida", "--date", on, "--outputs", folder, *WHERE).code == 0
    return folder / "mittelsachsen"


def statement(outputs: Path, ags: str, month: str) -> openpyxl.Workbook:
    (path,) = (outputs / month / "Kommunen").glob(f"{ags}-*/Abrechnung-{ags}-{month}.xlsx")
    return openpyxl.load_workbook(path, data_only=True)


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("ags", BY_HAND)
def test_statements_come_to_the_hand_calculation(outputs: Path, ags: str, month: str) -> None:
    assert statement_total(statement(outputs, ags, month)) == Decimal(BY_HAND[ags][month])


@pytest.mark.parametrize("month", MONTHS)
def test_every_municipality_is_charged_what_its_workbooks_say(outputs: Path, month: str) -> None:
    """All 15 municipalities, each month that has neither a late return nor a Korrektur, straight from the cells."""
    lines = pl.read_parquet(outputs / month / "lines.parquet").filter(pl.col("service_month") == month)
    charged = dict(lines.group_by("ags").agg(pl.col("delta_cents").sum()).iter_rows())
    for path in Path("inputs/mittelsachsen/returns", month).glob(f"*_{month}.xlsx"):
        workbook = openpyxl.load_workbook(path, data_only=True)
        ags = next(row[1] for row in workbook["Deckblatt"].iter_rows(values_only=True) if row[0] == "Gemeindeschlüssel")
        cents = Decimal(0)
        for row in workbook["Arbeitsgelegenheiten"].iter_rows(values_only=True):
            if row[1] in ("Kommune", "Verein") and row[3]:
                cents += (Decimal(str(row[6])) * 80).quantize(Decimal(1)) + Decimal(str(row[7] or 0)) * 100
        assert charged.get(str(ags), 0) == cents, path.name


def test_the_korrektur_settles_exactly_its_difference(outputs: Path) -> None:
    lines = pl.read_parquet(outputs / "2025-03/lines.parquet")
    corrected = lines.filter(pl.col("service_month") == "2025-02", pl.col("ags") == FRANKENBERG).sort("reference")
    told = corrected.select("reference", "posted_before_cents", "computed_cents", "delta_cents", "reason").rows()
    assert told == [
        ("FRB-02 2025-02-01", 4920, 5920, 1000, []),
        ("FRB-03 2025-02-17", 1920, 0, -1920, ["withdrawn"]),
    ]


def test_a_late_return_settles_in_its_own_service_month(outputs: Path) -> None:
    lines = pl.read_parquet(outputs / "2025-02/lines.parquet").filter(
        pl.col("ags") == BRAND_ERBISDORF, pl.col("service_month") == "2025-01", pl.col("delta_cents") != 0
    )
    assert lines.select("kind", "delta_cents").sort("kind").rows() == [("allowance", 7280), ("expense", 990)]


def test_settling_anew_without_new_returns_yields_no_lines(outputs: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    for source in (Path("inputs/law"), Path("inputs/mittelsachsen")):
        for path in source.rglob("*"):
            if path.is_file() and "returns" not in path.parts:
                target = inputs / path.relative_to("inputs")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    (inputs / "mittelsachsen/returns/2025-05").mkdir(parents=True)
    where = ("--inputs", inputs, "--outputs", outputs.parent, *WHERE)
    assert call("settle", "2025-05", "--direct", "--by", "Eva", *where).code == 0
    assert pl.read_parquet(outputs / "2025-05/lines.parquet").is_empty()


def test_facility_places_cost_the_county_and_nobody_else(outputs: Path) -> None:
    lines = pl.read_parquet(outputs / "2024-12/lines.parquet")
    facility = lines.filter(pl.col("provider_kind") == "Gemeinschaftseinrichtung")
    freiberg = facility.filter(pl.col("ags") == FREIBERG).sort("reference")
    # FG-01: 77 h × 0.80 = 61.60; FG-02: 81.75 h × 0.80 = 65.40
    assert freiberg.select("cost_cents", "computed_cents").rows() == [(6160, 0), (6540, 0)]
    assert facility["delta_cents"].sum() == 0


def test_the_ledger_verifies_and_lines_name_their_cells(outputs: Path) -> None:
    answer = call("verify", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    line = (
        pl.read_parquet(outputs / "2024-12/lines.parquet")
        .filter(ags=FREIBERG, reference="FG-03 2024-12-09")
        .row(0, named=True)
    )
    archived = outputs / "archive" / f"{line['file_sha256']}.xlsx"
    row = [cell.value for cell in openpyxl.load_workbook(archived)[line["sheet"]][line["row"]]]
    assert (row[0], row[3], row[6]) == ("FG-03", "FG-1050", 66.25)


@pytest.mark.parametrize("month", MONTHS)
def test_lines_statements_bookings_and_overview_agree(outputs: Path, month: str) -> None:
    check_sums(outputs / month)
    check_due_dates(outputs / month)


def test_without_a_carrier_nobody_is_paid(outputs: Path) -> None:
    assert not list(outputs.glob("*/Zahlungen-*"))
    book = openpyxl.load_workbook(outputs / "2025-04/Finanzuebersicht-2025-04.xlsx", read_only=True)
    assert "Trägerkonto" not in book.sheetnames


def test_brand_erbisdorf_is_expected_at_what_december_came_to(outputs: Path) -> None:
    """January's return came late; December was 82.30."""
    book = openpyxl.load_workbook(outputs / "2025-01/Finanzuebersicht-2025-01.xlsx", data_only=True)
    assert named_total(book, "Erwartet_nicht_abgerechnet") == Decimal("82.30")
    row = [cell.value for cell in book["Ausstehend"][4]]
    assert (row[0], row[3], row[5]) == (BRAND_ERBISDORF, "fehlt", 82.30)


def test_a_draft_makes_no_bookings(outputs: Path, tmp_path: Path) -> None:
    assert call("settle", "2024-12", "--direct", "--by", "Eva", "--outputs", tmp_path, *WHERE).code == 0
    assert not list(tmp_path.rglob("Buchungen-*"))


def test_emit_writes_the_same_bytes(outputs: Path) -> None:
    """An earlier month again, although later ones are approved by now."""
    before = contents(outputs / "2025-01")
    assert call("emit", "2025-01", "--outputs", outputs.parent, *WHERE).code == 0
    assert contents(outputs / "2025-01") == before


def test_an_e_invoice_names_the_document_whose_lines_it_corrects(outputs: Path) -> None:
    """Frankenberg's March settles differences of February: hours of FRB-02, and FRB-03 withdrawn."""
    february, march = (
        next((outputs / month).glob(f"Kommunen/{FRANKENBERG}-*/*.xml")) for month in ("2025-02", "2025-03")
    )
    text = march.read_text(encoding="utf-8")
    assert f"<ram:IssuerAssignedID>{february.stem}</ram:IssuerAssignedID>" in text
    assert f"Berichtigt werden Positionen aus: {february.stem} vom 15.03.2025." in text
    assert "<ram:LineTotalAmount>-9.20</ram:LineTotalAmount>" in text  # +10.00 and −19.20
    assert "InvoiceReferencedDocument" not in february.read_text(encoding="utf-8")


def test_a_cancelled_document_is_booked_back_and_pays_nobody_twice(tmp_path: Path) -> None:
    """December's documents: Brand-Erbisdorf's first, 82.30. January takes it back and settles it anew."""
    where = ("--outputs", tmp_path, *WHERE)
    assert call("settle", "2024-12", "--direct", "--by", "Eva", *where).code == 0
    assert call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", *where).code == 0
    answer = call("cancel", "AGH-2025-0001", "--reason", "Falsche Anschrift", "--by", "Eva", *where)
    assert answer.code == 0, answer.err
    assert call("settle", "2025-01", "--direct", "--by", "Eva", *where).code == 0
    assert call("approve", "2025-01", "--by", "Frida", "--date", "2025-02-15", *where).code == 0
    folder = tmp_path / "mittelsachsen/2025-01"
    text = (folder / "Buchungen-2025-01.csv").read_text(encoding="utf-8-sig")
    rows = [
        row for row in csv.DictReader(text.splitlines(), delimiter=";") if row["Gemeindeschlüssel"] == BRAND_ERBISDORF
    ]
    # 72.40 and 9.90 back, and 72.40 and 9.90 again
    assert [row["Betrag"] for row in rows] == ["-72,40", "-9,90", "72,40", "9,90"]
    assert rows[0]["Buchungstext"].startswith("Storno AGH-2025-0001: Mehraufwandsentschädigung Dezember 2024")
    assert len({row["Belegnummer"] for row in rows}) == 2
    overview = openpyxl.load_workbook(folder / "Finanzuebersicht-2025-01.xlsx", data_only=True)
    assert named_total(overview, "Summe_Stornos") == Decimal("-82.30")
    ((sheet, cell),) = overview.defined_names["Gesamtergebnis"].destinations
    assert overview[sheet][cell.replace("$", "")].value == "OK"
    # The reversal is a credit over 82.30 that names what it takes back; the new document corrects nothing that still holds.
    reversal, anew = (next(folder.glob(f"Kommunen/*/{row['Belegnummer']}.xml")) for row in (rows[0], rows[-1]))
    assert (invoiced_cents(reversal), invoiced_cents(anew)) == (-82_30, 82_30)
    assert "<ram:IssuerAssignedID>AGH-2025-0001<" in reversal.read_text(encoding="utf-8")
    assert "in voller Höhe zurück. Grund: Falsche Anschrift" in reversal.read_text(encoding="utf-8")
    assert "InvoiceReferencedDocument" not in anew.read_text(encoding="utf-8")
    assert call("certificates", "2025-01", *where).code == 0
    paid = tmp_path.glob(f"mittelsachsen/2025-01-Bescheinigungen/{BRAND_ERBISDORF}-*/*.xlsx")
    assert not list(paid)  # January's return is missing, and December was paid out with December's list


def certificates(outputs: Path, month: str) -> Path:
    answer = call("certificates", month, "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    return outputs / f"{month}-Bescheinigungen"


def test_certificates_name_those_whose_participation_ended(outputs: Path) -> None:
    folder = certificates(outputs, "2025-02")
    assert {path.name for path in folder.glob(f"{FREIBERG}-*/*.pdf")} == {
        "Teilnahmebescheinigung-FG-1041.pdf", "Teilnahmebescheinigung-FG-1043.pdf",
    }  # fmt: skip
    (page,) = PdfReader(next(folder.glob("*/Teilnahmebescheinigung-FG-1041.pdf"))).pages
    text = " ".join(page.extract_text().split())
    # December 77.00 h, January 80.75 h, February 40.75 h
    assert "02.12.2024 bis 14.02.2025" in text
    assert "198,50" in text


def test_payout_lists_pay_the_cost_of_the_months(outputs: Path) -> None:
    """All lists together pay what April's ledger shows as the cost of every AGH line."""
    paid = 0
    for month in MONTHS:
        for path in certificates(outputs, month).glob("*/Auszahlungsliste-*.xlsx"):
            total = named_total(openpyxl.load_workbook(path, data_only=True), "Auszahlung_gesamt")
            paid += int(total * 100)
            if month == "2025-03" and FRANKENBERG in path.name:
                # facility 81 h × 0.80 = 64.80; FRB-02: 75.50 h × 0.80 = 60.40, and 10.00 more for February;
                # the association's 59.25 h × 0.80 = 47.40; FRB-03 of February withdrawn: −19.20
                assert total == Decimal("163.40")
    lines = pl.concat([pl.read_parquet(outputs / month / "lines.parquet") for month in MONTHS])
    assert (
        paid == lines.unique(["service_month", "ags", "case_id", "kind", "reference"], keep="last")["cost_cents"].sum()
    )


def test_a_payout_list_stays_as_it_was_signed(outputs: Path) -> None:
    """FRB-03 was withdrawn in March; February's list still names the place of work at which it was paid."""
    (path,) = certificates(outputs, "2025-02").glob(f"{FRANKENBERG}-*/*.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    assert [book[name]["A1"].value for name in book.sheetnames[1:]] == [
        "Gemeinschaftseinrichtung: Gemeinschaftsunterkunft Frankenberg", "Kommune: Städtischer Bauhof", "Verein: Kleiderkammer am Markt",
    ]  # fmt: skip
    # 79.75 h × 0.80 = 63.80; 61.50 h × 0.80 = 49.20, and 18.60 proven; 24 h × 0.80 = 19.20
    assert named_total(book, "Auszahlung_gesamt") == Decimal("150.80")


def test_certificates_are_the_same_every_time(outputs: Path) -> None:
    first = contents(certificates(outputs, "2025-01"))
    assert contents(certificates(outputs, "2025-01")) == first
    assert {name.split("/")[1].split("-")[0] for name in first} == {"Teilnahmebescheinigung", "Auszahlungsliste"}


def test_certificates_need_an_approved_month(outputs: Path) -> None:
    answer = call("certificates", "2025-07", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 2
    assert "Juli 2025 ist nicht freigegeben" in answer.err
    assert not (outputs / "2025-07-Bescheinigungen").exists()


def test_certificates_need_work_opportunities(outputs: Path) -> None:
    answer = call("certificates", "2016-03", "--outputs", outputs.parent, "--programme", "dueren")
    assert answer.code == 2
    assert "hat keine Arbeitsgelegenheiten" in answer.err


def test_the_board_report_shows_the_published_state_of_14_april_2025(outputs: Path) -> None:
    """As published (migration dashboard, 2025-04-14): 38 persons in AGH, 68 % in facilities; 5 towns, 3 places each."""
    answer = call("report", "--as-of", "2025-04-14", "--direct", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    report = outputs / "2025-04-14"
    assert figure(report, "agh_positions") == 38
    assert figure(report, "agh_positions", "provider_kind", "Gemeinschaftseinrichtung") == 26
    assert figure(report, "agh_positions_outside") == 12
    assert round(figure(report, "agh_facility_share") * 100) == 68  # 26 / 38 = 68.4 %
    towns = ("14522080", "14522140", "14522150", "14522180", "14522360")
    assert [figure(report, "agh_target", "municipality", ags) for ags in towns] == [3] * 5
    assert figure(report, "agh_target") == 15
    assert figure(report, "agh_hourly_rate") == 0.80
    # Of 60 returns from December to March one was late (Brand-Erbisdorf, January) and one corrected (Frankenberg).
    counts = [figure(report, f"returns_{name}") for name in ("expected", "on_time", "late", "missing", "corrected")]
    assert counts == [60, 59, 1, 0, 1]


def test_libreoffice_calculates_every_workbook_of_a_month_alike(outputs: Path, tmp_path: Path) -> None:
    """February 2025, with a late return: 15 statements and the overview, every formula anew."""
    files = sorted((outputs / "2025-02").rglob("*.xlsx"))
    assert len(files) == 16
    assert check_all(files, tmp_path) > 400  # sums and differences of every position


def test_the_evidence_of_every_position_leads_to_its_cell(outputs: Path) -> None:
    """The cell named for a position holds, in the return itself, the hours or the expense that was charged."""
    checked = 0
    for path in sorted((outputs / "2025-02" / "Kommunen").glob("*/*.xlsx")):
        book = openpyxl.load_workbook(path, data_only=True)
        if "Nachweis" not in book.sheetnames:
            continue
        charged = {row[0]: row for row in book["Positionen"].iter_rows(min_row=4, values_only=True)}
        for row in book["Nachweis"].iter_rows(min_row=4, values_only=True):
            if not isinstance(row[0], int):
                break
            _, _, kind, case_id, file, sheet, _, cell = row[:8]
            (source,) = Path("inputs/mittelsachsen/returns").glob(f"*/{file}")
            reported = openpyxl.load_workbook(source, data_only=True)[sheet][cell].value
            quantity, cost = charged[row[0]][7], charged[row[0]][10]
            assert reported == (quantity if kind == "Mehraufwandsentschädigung" else cost), (path.name, case_id)
            checked += 1
    assert checked > 30


def test_every_figure_of_the_board_s_pdf_is_published(outputs: Path) -> None:
    answer = call("report", "--as-of", "2025-04-14", "--direct", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    report = outputs / "2025-04-14"
    assert unknown_figures(report / "Projektbeirat-2025-04-14.pdf", report / "indicators.parquet") == []
