"""Korrekturen that would have moved money in silence, by the office's own commands (RETURN sections 14 and 15)."""

from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl

from tests.golden.office import Office, table
from tests.golden.sums import statement_total

FREIBERG, BRAND_ERBISDORF = "14522180", "14522050"
MONTH = "2024-12"


def december(folder: Path, towns: dict[str, str]) -> Office:
    """December settled and approved, and no returns for later months."""
    office = Office.opened(folder, "mittelsachsen", towns)
    for path in office.inputs.glob("returns/2025-*/*.xlsx"):
        path.unlink()
    office.settle(MONTH)
    office.approve(MONTH, "2025-01-15")
    return office


def korrektur(office: Office, name: str, ags: str = FREIBERG, hours: float = 66.25) -> Path:
    """Freiberg's December once more, as a Korrektur, with hours of FG-03 (66.25 before, 225 in all) and this key."""
    book = openpyxl.load_workbook(office.inputs / f"returns/{MONTH}/Freiberg_{MONTH}.xlsx")
    book["Deckblatt"]["B6"], book["Deckblatt"]["B9"] = ags, "Korrektur"
    book["Deckblatt"]["B16"], book["Arbeitsgelegenheiten"]["G10"] = 225 - 66.25 + hours, hours
    path = office.folder / name
    book.save(path)
    return path


def findings(office: Office, month: str, severity: str) -> list[tuple[str, str]]:
    found = pl.read_csv(office.outputs / month / "findings.csv").filter(severity=severity)
    return found.select("file", "code").rows()


def test_a_korrektur_with_another_towns_key_replaces_nothing(tmp_path: Path) -> None:
    """Freiberg's Korrektur bears Brand-Erbisdorf's key, whose December came to 72.40 (90.50 h × 0.80) and 9.90 proven.

    Taken for Brand-Erbisdorf's it would reverse the 82.30 and charge Freiberg's places there. It is held back: January
    settles nothing for either town.
    """
    office = december(tmp_path, {FREIBERG: "Freiberg", BRAND_ERBISDORF: "Brand-Erbisdorf"})
    assert statement_total(office.statement(BRAND_ERBISDORF, MONTH)) == Decimal("82.30")
    office.place(korrektur(office, "Freiberg_Korrektur.xlsx", ags=BRAND_ERBISDORF), "2025-01")
    answer = office.call("settle", "2025-01", "--direct", "--by", "Eva")
    assert answer.code == 1
    assert findings(office, "2025-01", severity="error") == [("Freiberg_Korrektur.xlsx", "R11")]
    office.approve("2025-01", "2025-02-15")
    for ags in (FREIBERG, BRAND_ERBISDORF):
        assert statement_total(office.statement(ags, "2025-01")) == 0
        assert "Korrekturen" not in office.statement(ags, "2025-01").sheetnames


def test_of_two_korrekturen_of_one_day_the_tenth_holds_and_both_are_named(tmp_path: Path) -> None:
    """FG-03 had 66.25 h: 53.00. "Korrektur 9" says 86.25 h, "Korrektur 10" 96.25 h: 77.00, 24.00 more, not 16.00."""
    office = december(tmp_path, {FREIBERG: "Freiberg"})
    for number, hours in ((10, 96.25), (9, 86.25)):
        office.place(korrektur(office, f"Korrektur {number}.xlsx", hours=hours), "2025-01")
    office.settle("2025-01")
    assert sorted(findings(office, "2025-01", severity="warning")) == [
        ("Korrektur 10.xlsx", "W13"),
        ("Korrektur 9.xlsx", "W13"),
    ]
    said = pl.read_csv(office.outputs / "2025-01/findings.csv")["message"].to_list()
    assert all("Es gilt Korrektur 10.xlsx" in sentence for sentence in said)
    office.approve("2025-01", "2025-02-15")
    assert table(office.statement(FREIBERG, "2025-01"), "Korrekturen", 1, 4, 5, 6, 7) == [
        (MONTH, "FG-03", 53_00, 77_00, 24_00)
    ]
    assert statement_total(office.statement(FREIBERG, "2025-01")) == Decimal("24.00")
