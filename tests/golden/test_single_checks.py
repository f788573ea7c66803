"""`check` judges a return as if the month after the last approved one, at least the current one, were settled."""

from pathlib import Path

import polars as pl
import pytest

from flows.collect import check
from flows.location import Location
from tests.command import contents
from tests.golden.office import Office

FRANKENBERG = "14522150"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """December approved, January drafted."""
    office = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", {FRANKENBERG: "Frankenberg"})
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    office.settle("2025-01")
    return office


def checked(office: Office, month: str, current_month: str, folder: Path) -> pl.DataFrame:
    """The findings of Frankenberg's return of a month, checked in a current month."""
    place = Location(office.inputs.parent, office.outputs.parent, office.programme)
    sent = place.returns(month) / f"Frankenberg_{month}.xlsx"
    return check(place, [sent], folder / "geprüft", current_month).findings


def errors(office: Office, month: str, current_month: str, folder: Path) -> list[tuple[str, str]]:
    """Codes and messages of the errors."""
    findings = checked(office, month, current_month, folder).filter(severity="error")
    return list(findings.select("code", "message").iter_rows())


@pytest.mark.parametrize("current_month", ["2024-06", "2024-12", "2025-01"])
def test_the_month_after_the_last_approved_one_may_be_checked_and_no_later_one(
    office: Office, current_month: str, tmp_path: Path
) -> None:
    assert errors(office, "2025-01", current_month, tmp_path) == []
    ((code, message),) = errors(office, "2025-02", current_month, tmp_path)
    assert code == "F08"
    assert "Januar 2025" in message


def test_up_to_the_current_month_returns_may_be_checked_ahead_of_settling(office: Office, tmp_path: Path) -> None:
    assert errors(office, "2025-02", "2025-02", tmp_path) == []
    assert [code for code, _ in errors(office, "2025-03", "2025-02", tmp_path)] == ["F08"]


def test_a_draft_is_no_obstacle_and_stays_as_it_is(office: Office, tmp_path: Path) -> None:
    """The draft has this very return in it; December's, which is approved, is told to be here already."""
    before = contents(office.outputs)
    assert "F10" not in checked(office, "2025-01", "2025-01", tmp_path)["code"].to_list()
    assert checked(office, "2024-12", "2025-01", tmp_path)["code"].to_list() == ["F10"]
    assert contents(office.outputs) == before
