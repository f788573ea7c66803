"""LibreOffice recalculates every formula of every workbook and comes to the stored values."""

import re
from pathlib import Path

import pytest
import xlsxwriter

from flows.emit.calibration.workbook import write_calibration
from flows.emit.cash.payout import write_payout_lists
from flows.emit.overview.workbook import write_overview
from flows.emit.statement.workbook import write_statement
from tests.golden import samples
from tests.golden.overviews import premium_overview
from tests.golden.payouts import ON, PAID
from tests.golden.recalculation import MISSING, SOFFICE, differences, formulas_and_values, recalculate
from tests.unit.test_calibration import two_towns

STATEMENTS = (
    "invoice", "draft", "corrected", "credit_note", "refund", "zero", "hostile", "half_cents", "premium_statement", "statutory", "milestones", "lost_grant",
)  # fmt: skip


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], dict[str, Path]]:
    """Written and recalculated workbooks, name by name; one LibreOffice for all."""
    if SOFFICE is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("workbooks")
    written = {}
    for name in STATEMENTS:
        written[f"{name}.xlsx"] = folder / f"{name}.xlsx"
        write_statement(written[f"{name}.xlsx"], getattr(samples, name)())
    written["overview.xlsx"] = folder / "overview.xlsx"
    write_overview(written["overview.xlsx"], samples.overview())
    written["premium_overview.xlsx"] = folder / "premium_overview.xlsx"
    write_overview(written["premium_overview.xlsx"], premium_overview())
    written["calibration.xlsx"] = folder / "calibration.xlsx"
    write_calibration(written["calibration.xlsx"], two_towns())
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


@pytest.mark.parametrize("name", [*STATEMENTS, "overview", "premium_overview", "calibration", "payout"])
def test_every_formula_gives_its_stored_value(name: str, workbooks: tuple[dict[str, Path], dict[str, Path]]) -> None:
    written, recalculated = workbooks
    found = formulas_and_values(written[f"{name}.xlsx"])
    assert found
    assert not [
        place for place, (formula, _) in found.items() if re.fullmatch(r"=[-\d.,]+", formula)
    ]  # typed, in a formula's dress
    assert differences(written[f"{name}.xlsx"], recalculated[f"{name}.xlsx"]) == {}
