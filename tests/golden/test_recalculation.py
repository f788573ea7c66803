"""LibreOffice recalculates every formula of every workbook and comes to the stored values."""

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from flows.emit.overview import write_overview
from flows.emit.payout import write_payout_lists
from flows.emit.statement import write_statement
from tests.golden import samples
from tests.golden.overviews import premium_overview
from tests.golden.payouts import ON, PAID

SOFFICE = shutil.which("soffice")
STATEMENTS = (
    "invoice", "draft", "corrected", "credit_note", "refund", "zero", "nil", "hostile", "half_cents", "premium_statement", "milestones", "lost_grant",
)  # fmt: skip
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def recalculate(files: list[Path], folder: Path) -> dict[str, Path]:
    """The workbooks as LibreOffice saves them after calculating every formula anew, in a profile of their own."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    target = folder / "recalculated"
    command = [
        SOFFICE,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        target,
        *files,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {file.name: target / file.name for file in files}


def formulas_and_values(path: Path) -> dict[tuple[str, str], tuple[str, object]]:
    """(sheet, cell) → formula and stored value."""
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): (str(cell.value), values[sheet.title][cell.coordinate].value)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def _comparable(value: object) -> object:
    """Amounts to the cent; LibreOffice keeps 9-digit noise in sums."""
    return Decimal(str(value)).quantize(Decimal("0.000001")) if isinstance(value, int | float) else value


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], dict[str, Path]]:
    """Written and recalculated workbooks, name by name; one LibreOffice for all."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) ist nicht installiert: die unabhängige Nachrechnung entfällt.")
    folder = tmp_path_factory.mktemp("workbooks")
    written = {}
    for name in STATEMENTS:
        written[f"{name}.xlsx"] = folder / f"{name}.xlsx"
        write_statement(written[f"{name}.xlsx"], getattr(samples, name)())
    written["overview.xlsx"] = folder / "overview.xlsx"
    write_overview(written["overview.xlsx"], samples.overview())
    written["premium_overview.xlsx"] = folder / "premium_overview.xlsx"
    write_overview(written["premium_overview.xlsx"], premium_overview())
    (payout,) = write_payout_lists(PAID, samples.ALLOWANCES, "2025-02", ON, folder)
    written["payout.xlsx"] = payout.rename(folder / "payout.xlsx")
    control = written["control.xlsx"] = folder / "control.xlsx"
    with xlsxwriter.Workbook(control) as book:
        book.add_worksheet("Blatt").write_formula("A1", "=1+1", None, 5)
    return written, recalculate(list(written.values()), folder)


def test_recalculation_happens(workbooks: tuple[dict[str, Path], dict[str, Path]]) -> None:
    written, recalculated = workbooks
    assert formulas_and_values(written["control.xlsx"])["Blatt", "A1"] == ("=1+1", 5)
    assert formulas_and_values(recalculated["control.xlsx"])["Blatt", "A1"][1] == 2


@pytest.mark.parametrize("name", [*STATEMENTS, "overview", "premium_overview", "payout"])
def test_every_formula_gives_its_stored_value(name: str, workbooks: tuple[dict[str, Path], dict[str, Path]]) -> None:
    written, recalculated = workbooks
    stored = formulas_and_values(written[f"{name}.xlsx"])
    again = load_workbook(recalculated[f"{name}.xlsx"], data_only=True)
    assert stored
    differences = {
        place: (formula, value, again[place[0]][place[1]].value)
        for place, (formula, value) in stored.items()
        if _comparable(value) != _comparable(again[place[0]][place[1]].value)
    }
    assert differences == {}
