"""Opening balances, a changed programme file, closed years: each from its first command to the documents, by hand."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.ledger.views.trail import trail
from flows.location import find_location
from schemas.money import euros
from tests.command import contents
from tests.golden.office import Office, table
from tests.golden.sums import check_sums, statement_total

FREIBERG, BRAND_ERBISDORF, LINNICH = "14522180", "14522050", "05358036"
BURGSTAEDT = "14522060"
HEADING = "Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro"
CORRECTIONS = (1, 4, 5, 6, 7, 8)  # month, place, old, new, difference, cause on a statement's Korrekturen


def test_opening_balances_count_as_posted(tmp_path: Path) -> None:
    """Freiberg's FG-03 was charged 50.00 before, Brand-Erbisdorf's BED-07 80.00; the latter's return comes a month late."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg", BRAND_ERBISDORF: "Brand-Erbisdorf"})
    december = office.inputs / "returns/2024-12/Brand-Erbisdorf_2024-12.xlsx"
    office.place(december, "2025-01")
    december.unlink()
    file = tmp_path / "opening.csv"
    balances = (
        f"2024-12;{FREIBERG};FG-1050;Mehraufwandsentschädigung;FG-03 2024-12-09;50,00",
        f"2024-12;{BRAND_ERBISDORF};BED-7004;Mehraufwandsentschädigung;BED-07 2024-12-02;80,00",
    )
    file.write_text("\n".join((HEADING, *balances)), encoding="utf-8")
    assert "Vorgemerkt: 2 Eröffnungssalden über zusammen 130,00 €." in office.done("opening", file, "--by", "Eva")
    approve = ("opening", file, "--approve", "--date", "2025-01-02")
    assert "eine zweite Person" in office.refused(*approve, "--by", "Eva")
    assert "noch nicht freigegeben" in office.refused("settle", "2024-12", "--direct", "--by", "Eva")
    assert "Freigegeben: 2 Eröffnungssalden" in office.done(*approve, "--by", "Frida")
    assert "Geprüft: die Eröffnungssalden (noch ist kein Monat freigegeben), alles stimmt." in office.done("verify")
    assert "bereits freigegeben" in office.refused("opening", file, "--by", "Eva")
    journal = office.done("status", "--journal")
    assert "Eröffnungssalden vorgemerkt · Eva" in journal  # they are of no month
    assert "November 2024" not in journal

    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    # 66.25 h × 0.80 = 53.00, of which 50.00 were charged; the places in facilities are the county's
    assert statement_total(office.statement(FREIBERG, "2024-12")) == Decimal("3.00")
    assert statement_total(office.statement(BRAND_ERBISDORF, "2024-12")) == 0  # nothing is known but the 80.00
    check_sums(office.outputs / "2024-12")
    assert office.done("verify").endswith("Geprüft: 1 freigegebener Monat, alles stimmt.\n")
    before = contents(office.outputs / "2024-12")

    office.settle("2025-01")
    office.approve("2025-01", "2025-02-15")
    assert table(office.statement(BRAND_ERBISDORF, "2025-01"), "Korrekturen", *CORRECTIONS) == [
        ("2024-12", "BED-07", 80_00, 72_40, -7_60, "Verspätete Meldung"),  # 90.50 h × 0.80
        ("2024-12", "BED-07", 0, 9_90, 9_90, "Verspätete Meldung"),  # proven
    ]
    assert statement_total(office.statement(BRAND_ERBISDORF, "2025-01")) == Decimal("2.30")
    check_sums(office.outputs / "2025-01")
    office.done("emit", "2024-12")
    assert contents(office.outputs / "2024-12") == before


def corrected(path: Path, hours: float) -> Path:
    """Freiberg's return of December again, as a Korrektur, with other hours of FG-03 (66.25 before, 225 in all)."""
    book = openpyxl.load_workbook(path)
    book["Deckblatt"]["B9"] = "Korrektur"
    book["Deckblatt"]["B16"] = 225 - 66.25 + hours
    book["Arbeitsgelegenheiten"]["G10"] = hours
    book.save(path.parent.parent / "Freiberg_2024-12_Korrektur.xlsx")
    return path.parent.parent / "Freiberg_2024-12_Korrektur.xlsx"


def _text(book: openpyxl.Workbook) -> str:
    """All texts of a workbook."""
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_differences_of_a_closed_year_are_listed_until_it_is_opened_again(tmp_path: Path) -> None:
    """After December is closed, 70.25 instead of 66.25 h come in: 56.20 − 53.00 = 3.20; and a late return, 72.40 + 9.90."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg", BRAND_ERBISDORF: "Brand-Erbisdorf"})
    late = office.inputs / "returns/2024-12/Brand-Erbisdorf_2024-12.xlsx"
    office.place(late, "2025-01")
    late.unlink()
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    before = contents(office.outputs / "2024-12")
    office.done("close", "2024", "--by", "Frida")
    assert "abgeschlossen" in office.refused("adjust", FREIBERG, "1,00", "--month", "2024-12", "--reason", "R", "--voucher", "V", "--by", "Olga")  # fmt: skip
    (number,) = office.numbers(FREIBERG, "2024-12")
    assert "abgeschlossene Monate" in office.refused("cancel", number, "--reason", "R", "--by", "Olga")

    office.place(corrected(office.inputs / "returns/2024-12/Freiberg_2024-12.xlsx", 70.25), "2025-01")
    listed = "Differenzen abgeschlossener Monate, nicht abgerechnet: 3 Positionen, zusammen 85,50 €"
    assert listed in office.settle("2025-01")
    assert listed in office.approve("2025-01", "2025-02-15")
    # January alone: 91.25 h × 0.80 = 73.00, and 12.40 proven
    assert statement_total(office.statement(FREIBERG, "2025-01")) == Decimal("85.40")
    assert "Korrekturen" not in office.statement(FREIBERG, "2025-01").sheetnames
    for ags in (FREIBERG, BRAND_ERBISDORF):
        said = _text(office.statement(ags, "2025-01"))
        assert "Ihre Meldung für Dezember 2024 haben wir übernommen, aber erst nach dem Jahresabschluss." in said
        assert (
            "bleibt, was abgerechnet ist; was sich dort ändert, wird nur abgerechnet, wenn der Kreis das Jahr wieder öffnet."
            in said
        )
    why = dict(table(office.overview("2025-01"), "Veränderung", 0, 7))
    for ags, came in ((FREIBERG, "berichtigt"), (BRAND_ERBISDORF, "nachgereicht")):
        closed = "das Jahr ist abgeschlossen, für den Monat selbst wird nichts mehr abgerechnet."
        assert f"Meldung für Dezember 2024 {came}; {closed}" in str(why[ags])
    told = " ".join(office.done("explain", "FG-1050", "--month", "2024-12").split())
    assert (
        "Heute ergeben sich 56,20 €, abgerechnet sind 53,00 €. Die Differenz von 3,20 € wird nicht abgerechnet" in told
    )
    assert "sie steht in der Finanzübersicht im Blatt „Abgeschlossen“." in told
    assert table(office.overview("2025-01"), "Abgeschlossen", 0, 2, 5, 6, 7, 8, 9) == [
        (BRAND_ERBISDORF, "2024-12", "BED-07", 0, 72_40, 72_40, "Verspätete Meldung"),  # 90.50 h × 0.80
        (BRAND_ERBISDORF, "2024-12", "BED-07", 0, 9_90, 9_90, "Verspätete Meldung"),  # proven
        (FREIBERG, "2024-12", "FG-03", 53_00, 56_20, 3_20, "Korrekturmeldung"),
    ]
    check_sums(office.outputs / "2025-01")

    office.done("close", "--reopen", "2024", "--reason", "Prüfung", "--by", "Frida")
    assert "nicht abgerechnet" not in office.settle("2025-02")
    office.approve("2025-02", "2025-03-15")
    assert table(office.statement(FREIBERG, "2025-02"), "Korrekturen", *CORRECTIONS) == [
        ("2024-12", "FG-03", 53_00, 56_20, 3_20, "Korrekturmeldung")
    ]
    rows = table(office.statement(BRAND_ERBISDORF, "2025-02"), "Korrekturen", *CORRECTIONS)
    assert [row for row in rows if row[0] == "2024-12"] == [
        ("2024-12", "BED-07", 0, 72_40, 72_40, "Verspätete Meldung"),
        ("2024-12", "BED-07", 0, 9_90, 9_90, "Verspätete Meldung"),
    ]
    # February: 91.25 h × 0.80 = 73.00, 12.40 proven, and 3.20
    assert statement_total(office.statement(FREIBERG, "2025-02")) == Decimal("88.60")
    check_sums(office.outputs / "2025-02")
    office.done("emit", "2024-12")
    assert contents(office.outputs / "2024-12") == before


def test_law_that_changed_while_a_year_was_closed_is_named_as_the_cause(tmp_path: Path) -> None:
    """Freiberg's December, 66.25 h: 53.00 at 0.80 EUR, 55.65 at 0.84, the county's own places aside; January has 0.84 already."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    office.done("close", "2024", "--by", "Frida")
    office.change(office.folder / "inputs/law/agh_allowance.csv", "BGBl. I S. 1939,0.80,", "BGBl. I S. 1939,0.84,")
    for month, on in (("2025-01", "2025-02-15"), ("2025-02", "2025-03-15")):
        office.settle(month)
        assert table(office.overview(month), "Abgeschlossen", 0, 2, 5, 6, 7, 8, 9) == [
            (FREIBERG, "2024-12", "FG-03", 53_00, 55_65, 2_65, "Rechtsänderung")
        ], month
        office.approve(month, on)
    office.done("close", "--reopen", "2024", "--reason", "Prüfung", "--by", "Frida")
    said = office.refused("settle", "2025-03", "--direct", "--by", "Eva")
    assert "Rechtsänderung · 14522180 Freiberg, Stadt · Dezember 2024 · 1 Position · 2,65 €" in said
    assert "Geänderte Software" not in said


def test_a_draft_is_approved_under_the_terms_that_it_shows(tmp_path: Path) -> None:
    """Drafted with AGH, 30 days and four eyes; then the file says NEU, 10 days and no four eyes.

    The former hold from January on; four eyes are off from February on, for January is approved under four eyes with
    the file that turns them off (RULES section 8.2).
    """
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    file = office.inputs / "programme.toml"
    office.settle("2024-12")
    office.change(file, 'number_prefix = "AGH"', 'number_prefix = "NEU"')
    office.change(file, "payment_days = 30", "payment_days = 10")
    office.change(file, "four_eyes = true", "four_eyes = false")
    assert "Vier-Augen-Prinzip" in office.refused("approve", "2024-12", "--by", "Eva", "--date", "2025-01-15")
    office.approve("2024-12", "2025-01-15")
    assert office.numbers(FREIBERG, "2024-12") == ["AGH-2025-0001"]
    december = [str(value) for row in office.statement(FREIBERG, "2024-12")["Anschreiben"].values for value in row]
    assert "14.02.2025" in december  # 15 January and 30 days
    office.settle("2025-01")
    assert "Vier-Augen-Prinzip" in office.refused("approve", "2025-01", "--by", "Eva", "--date", "2025-02-15")
    office.approve("2025-01", "2025-02-15")
    assert office.numbers(FREIBERG, "2025-01") == ["NEU-2025-0002"]
    january = [str(value) for row in office.statement(FREIBERG, "2025-01")["Anschreiben"].values for value in row]
    assert "25.02.2025" in january  # 15 February and 10 days
    office.settle("2025-02")
    office.change(file, "four_eyes = false", "four_eyes = true")
    assert "Vier-Augen-Prinzip" in office.refused("approve", "2025-02", "--by", "Eva", "--date", "2025-03-15")
    office.change(file, "four_eyes = true", "four_eyes = false")
    office.done("approve", "2025-02", "--by", "Eva", "--date", "2025-03-15")


def test_four_eyes_cannot_be_edited_away_before_the_first_month(tmp_path: Path) -> None:
    """Nobody has approved anything with the file that turns them off: the first month needs a second person."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    office.change(office.inputs / "programme.toml", "four_eyes = true", "four_eyes = false")
    office.settle("2024-12")
    assert "Vier-Augen-Prinzip" in office.refused("approve", "2024-12", "--by", "Eva", "--date", "2025-01-15")
    assert "Vier-Augen-Prinzip" in office.refused(
        "approve", "2024-12", "--by", "Е-v.a", "--date", "2025-01-15"
    )  # Cyrillic Е
    office.approve("2024-12", "2025-01-15")
    office.settle("2025-01")
    office.done("approve", "2025-01", "--by", "Eva", "--date", "2025-02-15")


def test_an_old_correction_laid_into_a_folder_again_changes_nothing(tmp_path: Path) -> None:
    """Freiberg's FG-03: 66.25 h × 0.80 = 53.00; a Korrektur says 86.25 h (+16.00), the next one 66.25 h again (−16.00)."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    for month in ("2025-01", "2025-02", "2025-03"):
        for path in (office.inputs / "returns" / month).iterdir():
            path.unlink()
    first = office.inputs / "returns/2024-12/Freiberg_2024-12.xlsx"
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    old = corrected(first, 86.25).rename(tmp_path / "alt.xlsx")
    office.place(old, "2025-01")
    office.settle("2025-01")
    office.approve("2025-01", "2025-02-15")
    assert statement_total(office.statement(FREIBERG, "2025-01")) == Decimal("16.00")
    office.place(corrected(first, 66.25), "2025-02")
    office.settle("2025-02")
    office.approve("2025-02", "2025-03-15")
    assert statement_total(office.statement(FREIBERG, "2025-02")) == Decimal("-16.00")
    office.place(old, "2025-03")
    office.settle("2025-03")
    assert statement_total(office.statement(FREIBERG, "2025-03")) == 0
    (found,) = pl.read_csv(office.outputs / "2025-03/findings.csv").rows(named=True)
    assert (found["code"], found["file"]) == ("F10", "alt.xlsx")


def test_files_that_came_after_the_draft_are_named_before_it_is_approved(tmp_path: Path) -> None:
    """A Korrektur comes in on the morning of the approval: named, and either drafted anew or left for the next month."""
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    first = office.inputs / "returns/2024-12/Freiberg_2024-12.xlsx"
    office.settle("2024-12")
    late = corrected(first, 86.25)
    office.place(late, "2024-12")
    approve = ("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15")
    said = office.refused(*approve)
    assert "kamen neu oder geändert in den Ordner: Freiberg_2024-12_Korrektur.xlsx." in said
    assert "settle 2024-12" in said and "--without-new" in said
    assert "Nicht enthalten, weil nach dem Entwurf gekommen: Freiberg_2024-12_Korrektur.xlsx" in office.done(*approve, "--without-new")  # fmt: skip
    assert statement_total(office.statement(FREIBERG, "2024-12")) == Decimal("53.00")  # 66.25 h × 0.80
    office.place(late, "2025-01")
    office.settle("2025-01")
    said = office.done("approve", "2025-01", "--by", "Frida", "--date", "2025-02-15")
    assert "Nicht enthalten" not in said
    # January: 91.25 h × 0.80 = 73.00, 12.40 proven; December again: 86.25 h − 66.25 h, × 0.80 = 16.00
    assert statement_total(office.statement(FREIBERG, "2025-01")) == Decimal("101.40")


def test_a_document_without_an_amount_can_be_cancelled(tmp_path: Path) -> None:
    """Burgstädt's December is one place in a facility, 77 h: 61.60, which the county bears. Its Storno has a number too."""
    office = Office.opened(tmp_path, "mittelsachsen", {BURGSTAEDT: "Burgstaedt"})
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    before = contents(office.outputs / "2024-12")
    office.done("cancel", "AGH-2025-0001", "--reason", "Falsche Anschrift", "--by", "Olga")
    office.settle("2025-01")
    said = office.approve("2025-01", "2025-02-15")
    assert "Storniert: AGH-2025-0001 an Burgstädt, Stadt (14522060) über 0,00 € (Storno AGH-2025-0002)." in said
    assert table(office.overview("2025-01"), "Stornos", 0, 1, 5, 6) == [
        ("AGH-2025-0002", "AGH-2025-0001", "2024-12", 0)
    ]
    rows = table(office.statement(BURGSTAEDT, "2025-01"), "Positionen", 1, 4, 10, 14)
    assert [row for row in rows if row[0] == "2024-12"] == [("2024-12", "BST-01", 61_60, 0)]
    check_sums(office.outputs / "2025-01")
    office.done("emit", "2024-12")
    assert contents(office.outputs / "2024-12") == before


@pytest.mark.parametrize(
    ("old", "new", "until_march", "until_april"),
    [
        # LIN-201 saves 599.00, 594.16 and 589.00 in February to April (test_dueren), health 55.00 included.
        ('share = "0.80"', 'share = "0.75"', 894_87, 1336_62),  # 0.75 × 1,193.16 and 0.75 × 1,782.16
        ('eur_per_month = "55.00"', 'eur_per_month = "60.00"', 962_53, 1437_73),  # 0.80 × 1,203.16 and 0.80 × 1,797.16
    ],
)
def test_a_changed_programme_settles_once_it_is_accepted(
    tmp_path: Path, old: str, new: str, until_march: int, until_april: int
) -> None:
    """Linnich's returns from February to March 2016 in one run: LIN-201 is charged 954.53 (0.80 × 1,193.16)."""
    office = Office.opened(tmp_path, "dueren", {LINNICH: "Linnich"})
    for month in ("2015-11", "2015-12", "2016-01", "2016-02"):
        office.place(office.inputs / "returns" / month / f"Linnich_{month}.xlsx", "2016-03")
    office.settle("2016-03")
    office.approve("2016-03", "2016-04-15")
    before = contents(office.outputs / "2016-03")
    office.change(office.inputs / "programme.toml", old, new)
    listed = office.refused("settle", "2016-04", "--direct", "--by", "Eva")
    assert f"Geänderte Programmdatei · {LINNICH} Linnich, Stadt ·" in listed
    office.settle("2016-04", "--accept", "Nachtrag zur Vereinbarung")
    office.approve("2016-04", "2016-05-15")
    lines = pl.read_parquet(office.outputs / "2016-04/lines.parquet").filter(pl.col("case_id") == "LIN-201")
    premiums = dict(lines.select("service_month", "delta_cents").rows())
    assert (premiums["2016-03"], premiums["2016-04"]) == (until_march - 954_53, until_april - until_march)
    rows = table(office.statement(LINNICH, "2016-04"), "Korrekturen", 1, 3, 5, 6, 7, 8, 9)
    ((*told, story),) = [row for row in rows if row[1] == "LIN-201"]
    assert told == ["2016-03", "LIN-201", 954_53, until_march, until_march - 954_53, "Geänderte Programmdatei"]
    assert str(story).endswith("Begründung des Kreises: Nachtrag zur Vereinbarung")
    ledger = find_location(office.inputs.parent, office.outputs.parent, "dueren").ledger
    (exception,) = [deed for deed in trail(ledger).deeds if deed.exceptional]
    assert (exception.by, exception.reason) == ("Eva", "Nachtrag zur Vereinbarung")
    assert exception.what == (
        f"April 2016: 1 Differenz freigegebener Monate angenommen, zusammen {euros(until_march - 954_53)}"
    )
    shown = table(office.overview("2016-04"), "Korrekturen", 4, 9, 10)
    assert ("LIN-201", "Geänderte Programmdatei", "Nachtrag zur Vereinbarung") in shown
    check_sums(office.outputs / "2016-04")
    office.done("emit", "2016-03")
    assert contents(office.outputs / "2016-03") == before
