"""A form filled in with LibreOffice and saved there passes like one filled in with Excel: no finding, not even a notice."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.emit.form.prefill import forms
from flows.emit.form.workbook import form_name, write_form
from flows.ingest.spreadsheet import xlsx
from tests.broken.forms import DUEREN, Form, agh_law, approved, faultless, found, taken_in
from tests.broken.programmes import loaded
from tests.golden.recalculation import MISSING, SOFFICE, recalculate

MONTH = "2016-10"
# Two cases of 100.00, one filled position of 10 hours, one placement.
TYPED = {"Gezahlte Leistung (EUR)": ("Leistungen", 100), "Stunden": ("Arbeitsgelegenheiten", 10.5), "Nettolohn (EUR)": ("Vermittlungen", 1110)}  # fmt: skip
COVER = {
    "Datum der Meldung": datetime(2016, 11, 4), "Sachlich richtig": "Leitung", "Anzahl Leistungsfälle": 2,
    "Summe Gezahlte Leistung": 200, "Summe AGH-Stunden": 10.5, "Anzahl Vermittlungen": 1,
}  # fmt: skip


def place(sheet: Any, text: str) -> Any:
    """The cell with this text."""
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


@pytest.mark.skipif(SOFFICE is None, reason=MISSING)
def test_a_form_saved_by_libreoffice_passes_at_a_glance_without_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = approved(faultless(), month="2016-09")
    blank = next(form for form in forms(known, loaded(), MONTH, agh_law()) if form.municipality.ags == DUEREN)
    path = tmp_path / form_name(blank)
    write_form(path, blank)
    book = openpyxl.load_workbook(path)
    for heading, (name, value) in TYPED.items():
        head, case = place(book[name], heading), place(book[name], "Fallnummer")
        for row in range(head.row + 1, book[name].max_row + 1):
            if book[name].cell(row, case.column).value:
                book[name].cell(row, head.column).value = value
    for label, value in COVER.items():
        place(book["Deckblatt"], label).offset(0, 1).value = value
    book.save(path)
    saved = recalculate([path], tmp_path)[path.name]
    monkeypatch.setattr(xlsx, "_SheetReader", lambda percent: pytest.fail("parsed"))
    for back in (path, saved):
        assert found(taken_in(Form("zurück.xlsx", back.read_bytes()), known=known, month=MONTH)) == []
    intake = taken_in(Form("zurück.xlsx", saved.read_bytes()), known=known, month=MONTH)
    assert intake.rows["benefits"]["paid_cents"].to_list() == [100_00, 100_00]
    assert intake.rows["opportunities"]["hours_hundredths"].to_list() == [10_50, None]
    assert intake.rows["placements"]["net_cents"].to_list() == [1110_00]
