"""What a county's office does beside the ordinary month, by its real commands, against hand calculations.

A law row that changes under settled months, a Korrektur and a withdrawn row at the same time, reversals, manual lines.
"""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import contents
from tests.golden.board import text_of
from tests.golden.due_dates import check_due_dates
from tests.golden.office import Office, table
from tests.golden.sums import check_sums, invoiced_cents, named_total, statement_total

FREIBERG, FRANKENBERG, BRAND_ERBISDORF = "14522180", "14522150", "14522050"
TOWNS = {FREIBERG: "Freiberg", FRANKENBERG: "Frankenberg", BRAND_ERBISDORF: "Brand-Erbisdorf"}
REASON = "Satz berichtigt, Vermerk 7"
MONTH, PLACE, OLD, NEW, DIFFERENCE, CAUSE, STORY = 1, 4, 5, 6, 7, 8, 9  # columns of a statement's Korrekturen

# Frankenberg, once the hourly rate is 0.84 instead of 0.80 EUR and February's Korrektur is in.
FRANKENBERG_IN_MARCH = [
    ("2024-12", "FRB-02", 30_00, 31_50, 1_50, "Rechtsänderung"),  # 37.50 h
    ("2025-01", "FRB-02", 61_20, 64_26, 3_06, "Rechtsänderung"),  # 76.50 h
    ("2025-02", "FRB-02", 49_20, 51_66, 2_46, "Rechtsänderung"),  # 61.50 h
    ("2025-02", "FRB-02", 51_66, 62_16, 10_50, "Korrekturmeldung"),  # 74 h × 0.84
    ("2025-02", "FRB-03", 19_20, 20_16, 96, "Rechtsänderung"),  # 24 h
    ("2025-02", "FRB-03", 20_16, 0, -20_16, "Korrekturmeldung"),  # withdrawn
]


@dataclass
class Life:
    """An office after five months, what its commands said, and the bytes of months before later ones were settled."""

    office: Office
    said: dict[str, str]
    before: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Three months at 0.80 EUR; then the law row says 0.84; then two documents are cancelled, two manual lines ordered."""
    office = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", TOWNS)
    said: dict[str, str] = {}
    for month, on in (("2024-12", "2025-01-15"), ("2025-01", "2025-02-15"), ("2025-02", "2025-03-15")):
        office.settle(month)
        office.approve(month, on)
    december = contents(office.outputs / "2024-12")
    office.change(office.folder / "inputs/law/agh_allowance.csv", "BGBl. I S. 1939,0.80,", "BGBl. I S. 1939,0.84,")
    said["refused"] = office.refused("settle", "2025-03", "--direct", "--by", "Eva")
    said["nothing drafted"] = str(not (office.outputs / "2025-03").exists())
    said["accepted"] = office.settle("2025-03", "--accept", REASON)
    said["march"] = office.approve("2025-03", "2025-04-15")
    before = {"2024-12": december, "2025-03": contents(office.outputs / "2025-03")}
    for ags, month in ((FRANKENBERG, "2025-02"), (FREIBERG, "2024-12")):
        (number,) = office.numbers(ags, month)
        said[ags] = number
        office.done("cancel", number, "--reason", "Falsche Anschrift", "--by", "Olga")
    for ags, amount, month, voucher in ((FREIBERG, "12,34", "2025-04", "V-1"), (BRAND_ERBISDORF, "-5,00", "2025-02", "V-2")):  # fmt: skip
        office.done("adjust", ags, amount, "--month", month, "--reason", "laut Bescheid", "--voucher", voucher, "--by", "Olga")  # fmt: skip
    said["draft"] = office.settle("2025-04")
    said["four eyes"] = office.refused("approve", "2025-04", "--by", "Olga", "--date", "2025-05-15")
    said["april"] = office.approve("2025-04", "2025-05-15")
    for month in before:
        office.done("emit", month)
    return Life(office, said, before)


def corrections(life: Life, ags: str, month: str) -> list[tuple[object, ...]]:
    return table(life.office.statement(ags, month), "Korrekturen", MONTH, PLACE, OLD, NEW, DIFFERENCE, CAUSE)


def test_a_changed_law_row_stops_the_draft_with_a_list(life: Life) -> None:
    """Freiberg: 66.25 h, 91.25 h and 91.25 h at 0.04 EUR more: 2.65 + 3.65 + 3.65. Frankenberg: 1.50 + 3.06 + 2.46 + 0.96."""
    assert "Rechtsänderung · 14522180 Freiberg, Stadt · Dezember 2024 bis Februar 2025 · 3 Positionen · 9,95 €" in life.said["refused"]  # fmt: skip
    assert "14522150 Frankenberg/Sa., Stadt · Dezember 2024 bis Februar 2025 · 4 Positionen · 7,98 €" in life.said["refused"]  # fmt: skip
    # Brand-Erbisdorf: 90.50 h, 91 h and 91.75 h: 3.62 + 3.64 + 3.67 = 10.93; together 28.86
    assert "Zusammen 28,86 €." in life.said["refused"]
    assert (
        "„placement-premium settle 2025-03 --accept GRUND --by NAME --programme mittelsachsen --inputs "
        in life.said["refused"]
    )
    assert life.said["nothing drafted"] == "True"


@pytest.mark.parametrize("step", ["accepted", "march"])
def test_the_accepted_reason_is_told_at_the_keyboard(life: Life, step: str) -> None:
    expected = f"Angenommene Differenzen freigegebener Monate (Rechtsänderung): 10 Positionen, zusammen 28,86 €. Grund: {REASON}"  # fmt: skip
    assert expected in life.said[step]


def test_a_statement_tells_two_causes_of_a_line_apart(life: Life) -> None:
    assert corrections(life, FRANKENBERG, "2025-03") == FRANKENBERG_IN_MARCH
    rows = table(life.office.statement(FRANKENBERG, "2025-03"), "Korrekturen", CAUSE, STORY)
    assert all((f"Begründung des Kreises: {REASON}" in str(story)) == (cause == "Rechtsänderung") for cause, story in rows)  # fmt: skip
    assert "steht nicht mehr in der gültigen Meldung" in str(rows[-1][1])
    # 75.50 h × 0.84 = 63.42; 59.25 h × 0.84 = 49.77; corrections 7.98 + 10.50 − 20.16 = −1.68
    assert statement_total(life.office.statement(FRANKENBERG, "2025-03")) == Decimal("111.51")


def test_the_finance_overview_shows_cause_and_reason(life: Life) -> None:
    rows = [row[1:] for row in table(life.office.overview("2025-03"), "Korrekturen", 0, 2, 5, 6, 7, 8, 9, 10) if row[0] == FRANKENBERG]  # fmt: skip
    assert rows == [(*row, REASON if row[-1] == "Rechtsänderung" else "–") for row in FRANKENBERG_IN_MARCH]
    check_sums(life.office.outputs / "2025-03")


# 61.50 h of FRB-207 become 74 h in the Korrektur, FRB-215 is in it no more; the law row says 0.84 instead of 0.80 EUR.
RATE = "Aufwandsentschädigung nach § 5 Abs. 2 AsylbLG, Arbeitsgelegenheit, ab 06.08.2016: 0,80 € je Stunde → 0,84 € je Stunde"
CELLS = "bisher Arbeitsgelegenheiten!G6 in Frankenberg_2025-02.xlsx, jetzt Arbeitsgelegenheiten!G6 in Frankenberg_2025-02_Korrektur.xlsx"
WITHDRAWN = "Zeile auf dem Blatt „Arbeitsgelegenheiten“ entfallen"
CHANGED = [
    RATE, RATE, RATE, f"Stunden 61,50 → 74,00 ({CELLS})", RATE,
    f"{WITHDRAWN} (bisher Arbeitsgelegenheiten!D8 in Frankenberg_2025-02.xlsx)",
]  # fmt: skip


def test_every_difference_names_what_changed_and_where(life: Life) -> None:
    """On the sheets of county and municipality, with the cells as they stand in the two returns."""
    rows = table(life.office.overview("2025-03"), "Korrekturen", 0, 11)
    assert [what for ags, what in rows if ags == FRANKENBERG] == CHANGED
    stories = table(life.office.statement(FRANKENBERG, "2025-03"), "Korrekturen", STORY)
    assert all(what in str(story) for what, (story,) in zip(CHANGED, stories, strict=True))
    returns = Path("inputs/mittelsachsen/returns")
    for file, cell, value in (
        ("2025-02/Frankenberg_2025-02", "G6", 61.5),
        ("2025-03/Frankenberg_2025-02_Korrektur", "G6", 74),
    ):
        assert openpyxl.load_workbook(returns / f"{file}.xlsx")["Arbeitsgelegenheiten"][cell].value == value
    assert (
        openpyxl.load_workbook(returns / "2025-02/Frankenberg_2025-02.xlsx")["Arbeitsgelegenheiten"]["D8"].value
        == "FRB-215"
    )


def test_the_derivation_of_a_case_says_why_it_was_settled_anew(life: Life) -> None:
    """February's 49.20 (61.50 h × 0.80) became 51.66 by the law and 62.16 (74 h × 0.84) by the Korrektur, both in March."""
    told = " ".join(life.office.done("explain", "FRB-207", "--month", "2025-02").split())
    assert f"Mit März 2025 neu abgerechnet. Rechtsänderung: {RATE}." in told
    assert f"Mit März 2025 neu abgerechnet. Korrekturmeldung: Stunden 61,50 → 74,00 ({CELLS})." in told
    # February's document, with hours and proven expense, was cancelled in April
    assert told.count("Mit April 2025 neu abgerechnet. Storno.") == 2
    assert told.count("neu abgerechnet") == 4
    assert "neu abgerechnet" not in life.office.done("explain", "FRB-207", "--month", "2025-03")


def test_the_letter_says_in_a_sentence_what_changed_and_the_e_invoice_names_no_case(life: Life) -> None:
    letter = "\n".join(str(cell.value) for cell in life.office.statement(FRANKENBERG, "2025-03")["Anschreiben"]["A"])
    february = "Februar 2025"
    assert (
        f"Geändert hat sich: {RATE}; Fall FRB-207, {february}: Stunden 61,50 → 74,00; Fall FRB-215, {february}: {WITHDRAWN} "
        "(Zellen und Beträge auf dem Blatt „Korrekturen“)."
    ) in letter
    (path,) = (life.office.outputs / "2025-03/Kommunen").glob(f"{FRANKENBERG}-*/*.xml")
    assert "FRB-" not in path.read_text(encoding="utf-8")


def test_a_late_return_is_told_as_one(life: Life) -> None:
    assert corrections(life, BRAND_ERBISDORF, "2025-02") == [
        ("2025-01", "BED-07", 0, 72_80, 72_80, "Verspätete Meldung"),  # 91 h × 0.80
        ("2025-01", "BED-07", 0, 9_90, 9_90, "Verspätete Meldung"),  # proven
    ]
    letter = "\n".join(
        str(cell.value) for cell in life.office.statement(BRAND_ERBISDORF, "2025-02")["Anschreiben"]["A"]
    )
    assert "Enthalten ist auch Ihre Nachmeldung für Januar 2025 (Blatt „Korrekturen“)." in letter
    assert "berichtigt" not in letter


@pytest.mark.parametrize(
    ("month", "expected"), [("2025-02", {"(Nachmeldung)": 2, "(Berichtigung)": 0}), ("2025-03", {"(Nachmeldung)": 0, "(Berichtigung)": 3})]
)  # fmt: skip
def test_the_invoice_tells_a_late_return_from_a_correction(life: Life, month: str, expected: dict[str, int]) -> None:
    """Both kinds of January in February; in March, where the law changed, the hours of December, January and February."""
    (path,) = (life.office.outputs / month / "Kommunen").glob(f"{BRAND_ERBISDORF}-*/*.pdf")
    text = text_of(path)
    assert {mark: text.count(mark) for mark in expected} == expected


@pytest.mark.parametrize("month", ["2024-12", "2025-03", "2025-04"])
def test_every_paper_names_the_same_due_date(life: Life, month: str) -> None:
    """Stornos of April included."""
    check_due_dates(life.office.outputs / month)


def test_manual_lines_need_another_approver_and_print_their_reason(life: Life) -> None:
    assert "Olga hat" in life.said["four eyes"]
    assert "eine zweite Person (Vier-Augen-Prinzip)" in life.said["four eyes"]
    assert corrections(life, BRAND_ERBISDORF, "2025-04") == [("2025-02", "V-2", 0, -5_00, -5_00, "Manuelle Buchung")]
    ((story,),) = table(life.office.statement(BRAND_ERBISDORF, "2025-04"), "Korrekturen", STORY)
    assert str(story).endswith("Begründung des Kreises: laut Bescheid")
    assert ("V-2", "laut Bescheid") in table(life.office.overview("2025-04"), "Korrekturen", 5, 10)
    # 81.75 h × 0.84 = 68.67, and −5.00
    assert statement_total(life.office.statement(BRAND_ERBISDORF, "2025-04")) == Decimal("63.67")


def test_a_document_is_reversed_in_full_though_later_ones_corrected_it(life: Life) -> None:
    """February charged 49.20 + 18.60 + 19.20 = 87.00; March's differences of the same lines stand as they are."""
    assert corrections(life, FRANKENBERG, "2025-04") == [
        ("2025-02", "FRB-02", 12_96, 62_16, 49_20, "Storno"),  # of 62.16, March's 2.46 + 10.50 stay posted
        ("2025-02", "FRB-02", 0, 18_60, 18_60, "Storno"),
        ("2025-02", "FRB-03", -19_20, 0, 19_20, "Storno"),  # March took 19.20 back already
    ]
    # 76.50 h × 0.84 = 64.26; 61.50 h × 0.84 = 51.66; 87.00 anew
    assert statement_total(life.office.statement(FRANKENBERG, "2025-04")) == Decimal("202.92")
    reversal, anew = (
        invoiced_cents(path) for path in sorted((life.office.outputs / "2025-04").glob(f"Kommunen/{FRANKENBERG}-*/*.xml"))
    )  # fmt: skip
    assert (reversal, anew) == (-87_00, 202_92)


def test_lines_without_an_amount_are_shown_anew_with_their_document(life: Life) -> None:
    """Freiberg's December: two places in facilities, 77 h and 81.75 h at 0.84 EUR, which the county bears itself."""
    rows = table(life.office.statement(FREIBERG, "2025-04"), "Positionen", 1, 4, 10, 14)
    assert [row for row in rows if row[0] == "2024-12"] == [
        ("2024-12", "FG-01", 64_68, 0),
        ("2024-12", "FG-02", 68_67, 0),
        ("2024-12", "FG-03", 55_65, 53_00),  # 66.25 h × 0.84; of it 2.65 were charged in March
    ]
    # 91.25 h × 0.84 = 76.65; the manual line 12.34; 53.00 anew
    assert statement_total(life.office.statement(FREIBERG, "2025-04")) == Decimal("141.99")


def test_stornos_are_told_by_number(life: Life) -> None:
    february, december = life.said[FRANKENBERG], life.said[FREIBERG]
    assert f"Storniert: {february} an Frankenberg/Sa., Stadt (14522150) über 87,00 € (der Storno erhält seine Nummer mit der Freigabe)." in life.said["draft"]  # fmt: skip
    first, *_ = life.office.numbers(FRANKENBERG, "2025-04")
    second, *_ = life.office.numbers(FREIBERG, "2025-04")
    assert f"Storniert: {february} an Frankenberg/Sa., Stadt (14522150) über 87,00 € (Storno {first})." in life.said["april"]  # fmt: skip
    assert f"Storniert: {december} an Freiberg, Stadt (14522180) über 53,00 € (Storno {second})." in life.said["april"]
    assert table(life.office.overview("2025-04"), "Stornos", 0, 1, 6) == [
        (first, february, -68_40),  # 49.20 + 19.20
        (first, february, -18_60),
        (second, december, -53_00),
    ]


def letter(life: Life, ags: str) -> str:
    return " ".join(str(value) for (value, *_) in life.office.statement(ags, "2025-04")["Anschreiben"].values if value)


def test_the_letter_tells_which_document_is_reversed_why_and_what_follows(life: Life) -> None:
    storno, anew = life.office.numbers(FRANKENBERG, "2025-04")
    assert (
        f"Unsere Rechnung {life.said[FRANKENBERG]} vom 15.03.2025 über 87,00 € haben wir mit dem Storno {storno} in voller Höhe "
        "zurückgenommen. Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie sie "
        "schon bezahlt, erhalten Sie den Betrag bis zum 14.06.2025 zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."
    ) in letter(life, FRANKENBERG)
    stories = [story for (story,) in table(life.office.statement(FRANKENBERG, "2025-04"), "Korrekturen", STORY)]
    assert stories == [f"Die Rechnung {life.said[FRANKENBERG]} wurde storniert (Storno {storno}; Grund: Falsche Anschrift). Die Position wird neu abgerechnet."] * 3  # fmt: skip
    (invoice,) = (life.office.outputs / "2025-04").glob(f"Kommunen/{FRANKENBERG}-*/{anew}.xml")
    assert f"Neu abgerechnet werden Positionen der Rechnung {life.said[FRANKENBERG]} vom 15.03.2025, die mit dem Storno {storno} zurückgenommen ist." in invoice.read_text(encoding="utf-8")  # fmt: skip


def test_a_reversal_has_one_date_on_every_document(life: Life) -> None:
    """Approved on 15 May 2025, due 30 days later: booking list, Finanzübersicht, letter, XRechnung and reading copy."""
    storno, anew = life.office.numbers(FRANKENBERG, "2025-04")
    folder = life.office.outputs / "2025-04"
    text = (folder / "Buchungen-2025-04.csv").read_text(encoding="utf-8-sig")
    booked = {(row["Belegnummer"], row["Fällig am"]) for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert {(storno, "14.06.2025"), (anew, "14.06.2025")} < booked
    overview = life.office.overview("2025-04")
    assert {row[7] for row in overview["Stornos"].iter_rows(min_row=4, max_row=6, values_only=True)} == {
        datetime(2025, 6, 14)
    }
    assert "bis zum 14.06.2025 zurück" in letter(life, FRANKENBERG)
    (path,) = folder.glob(f"Kommunen/{FRANKENBERG}-*/{storno}.xml")
    assert ">20250614</udt:DateTimeString></ram:DueDateDateTime>" in "".join(path.read_text(encoding="utf-8").split())
    assert "Auszahlung bis 14.06.2025" in " ".join(text_of(path.with_suffix(".pdf")).split())


def test_what_documents_charge_and_what_is_booked_are_told_together(life: Life) -> None:
    """63.67 + 202.92 + 141.99 = 408.58 charged; 87.00 + 53.00 = 140.00 taken back; 268.58 booked."""
    for said in (life.said["draft"], life.said["april"]):
        assert "über zusammen 408,58 € · 2 Stornos über zusammen -140,00 € · zu buchen: 268,58 €" in said
    assert re.search(r"April 2025 .* 268,58 €$", life.office.done("status"), re.MULTILINE)
    overview = life.office.overview("2025-04")
    assert (named_total(overview, "Gesamtbetrag"), named_total(overview, "Zu_buchen")) == (Decimal("408.58"), Decimal("268.58"))  # fmt: skip
    assert named_total(overview, "Summe_Buchungen") == Decimal("268.58")
    # Frankenberg: 202.92 − 87.00
    assert named_total(life.office.statement(FRANKENBERG, "2025-04"), "Gebucht_mit_Stornos") == Decimal("115.92")


def test_what_a_storno_settles_anew_is_no_correction(life: Life) -> None:
    """Frankenberg's February was corrected in March: its Storno in May settles it anew and corrects nothing."""
    assert "berichtigt" not in letter(life, FRANKENBERG)
    _, anew = life.office.numbers(FRANKENBERG, "2025-04")
    (path,) = (life.office.outputs / "2025-04").glob(f"Kommunen/{FRANKENBERG}-*/{anew}.pdf")
    text = text_of(path)
    assert (text.count("(neu nach Storno)"), text.count("(Berichtigung)"), text.count("Berichtigt werden")) == (2, 0, 0)


def test_the_letter_tells_what_was_booked_by_hand_and_why(life: Life) -> None:
    assert "Enthalten ist eine manuelle Buchung über 12,34 € zulasten Ihrer Kommune (April 2025, Beleg V-1). Grund: laut Bescheid." in letter(life, FREIBERG)  # fmt: skip
    assert "Enthalten ist eine manuelle Buchung über 5,00 € zugunsten Ihrer Kommune (Februar 2025, Beleg V-2). Grund: laut Bescheid." in letter(life, BRAND_ERBISDORF)  # fmt: skip
    assert "Storno" not in letter(life, BRAND_ERBISDORF)
    for ags, voucher in ((FREIBERG, "V-1"), (BRAND_ERBISDORF, "V-2")):
        *_, path = sorted((life.office.outputs / "2025-04").glob(f"Kommunen/{ags}-*/*.xml"))
        assert f"Manuelle Buchungen: Beleg {voucher}." in path.read_text(encoding="utf-8")


def test_earlier_months_are_emitted_with_the_same_bytes(life: Life) -> None:
    for month, before in life.before.items():
        assert contents(life.office.outputs / month) == before
    assert life.office.done("verify").endswith("\nGeprüft: 5 freigegebene Monate, alles stimmt.\n")
