"""Workbooks as LibreOffice sees them after calculating every formula anew."""

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.command import PATIENCE

SOFFICE = shutil.which("soffice")
MISSING = "LibreOffice (soffice) ist nicht installiert: die unabhängige Nachrechnung entfällt."
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def recalculate(files: list[Path], folder: Path) -> dict[str, Path]:
    """The workbooks as LibreOffice saves them after calculating every formula anew."""
    return converted(files, folder, "xlsx")


def converted(files: list[Path], folder: Path, ending: str) -> dict[str, Path]:
    """The workbooks as LibreOffice saves them as `xlsx` or prints them as `pdf`, in a profile of its own."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    target = folder / "converted"
    command = [
        SOFFICE,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        target,
        *files,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return {file.name: (target / file.name).with_suffix(f".{ending}") for file in files}


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


def differences(written: Path, recalculated: Path) -> dict[tuple[str, str], tuple[str, object, object]]:
    """(sheet, cell) → formula, stored value and LibreOffice's value, wherever the two differ."""
    again = load_workbook(recalculated, data_only=True)
    return {
        place: (formula, value, again[place[0]][place[1]].value)
        for place, (formula, value) in formulas_and_values(written).items()
        if _comparable(value) != _comparable(again[place[0]][place[1]].value)
    }


def check_all(files: list[Path], folder: Path) -> int:
    """Every formula of the workbooks gives its stored value; how many formulas there are."""
    if SOFFICE is None:
        pytest.skip(MISSING)
    recalculated = recalculate(files, folder)
    assert {file.name: found for file in files if (found := differences(file, recalculated[file.name]))} == {}
    return sum(len(formulas_and_values(file)) for file in files)
