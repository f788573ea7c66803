"""What happens by the clock: when, and what it leaves to people."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.arrivals import Waits, waits
from flows.location import Location
from schemas.months import Month
from schemas.programme.file import load_programme
from schemas.schedules import SCHEDULES
from tests.command import call
from tests.web.http import county

MONTH = Month("2024-12")
DRAFT = next(schedule for schedule in SCHEDULES if schedule.option == "entwurf")


@pytest.mark.parametrize(("due", "cron"), [(10, "0 6 11 * *"), (27, "0 6 28 * *"), (28, "0 6 1 * *")])
def test_a_month_is_drafted_on_the_day_after_the_returns_are_due(due: int, cron: str) -> None:
    """After the 28th on the first, for no February has a 29th to rely on."""
    programme = load_programme(Path("inputs/mittelsachsen"))
    programme = programme.model_copy(update={"returns": programme.returns.model_copy(update={"due_day": due})})
    assert DRAFT.when(programme).cron == cron


@pytest.fixture
def location(tmp_path: Path) -> Location:
    inputs, outputs = county(tmp_path)
    shutil.copytree(f"inputs/mittelsachsen/returns/{MONTH}", inputs / f"mittelsachsen/returns/{MONTH}")
    return Location(inputs, outputs, "mittelsachsen")


def test_the_clock_drafts_a_month_that_is_over_and_nobody_has_drafted(location: Location) -> None:
    assert waits(location, MONTH, date(2025, 1, 11)) is None
    assert waits(location, MONTH, date(2024, 12, 30)) is Waits.NOT_OVER
    where = ("--inputs", location.inputs, "--outputs", location.outputs)
    assert call("settle", MONTH, "--by", "Eva Beispiel", *where).code == 0
    assert waits(location, MONTH, date(2025, 1, 11)) is Waits.DRAFTED


def test_after_the_programme_the_clock_drafts_nothing(location: Location) -> None:
    file = location.inputs / "mittelsachsen/programme.toml"
    text = file.read_text(encoding="utf-8")
    start = next(line for line in text.splitlines() if line.startswith("start ="))
    file.write_text(text.replace(start, f"{start}\nend = 2025-06-30"), encoding="utf-8")
    assert waits(location, Month("2025-07"), date(2025, 8, 11)) is Waits.ENDED


def test_what_the_clock_drafted_needs_two_persons_all_the_same(location: Location) -> None:
    where = ("--inputs", location.inputs, "--outputs", location.outputs)
    approved = ("approve", MONTH, "--by", "Frida Beispiel", "--date", "2025-01-15", *where)
    assert call("settle", MONTH, "--by", "Zeitplan", *where).code == 0
    answer = call(*approved)
    assert answer.code == 2
    assert answer.err.startswith(
        "Dezember 2024 ist nach Zeitplan entworfen; gesehen hat ihn noch niemand, und zwei Personen müssen es "
        "(Vier-Augen-Prinzip). Bitte rechnet ihn zuerst eine Person, die ihn nicht freigibt"
    )
    assert call("settle", MONTH, "--by", "Frida Beispiel", *where).code == 0
    assert "hat Frida Beispiel entworfen" in call(*approved).err
    assert call("settle", MONTH, "--by", "Eva Beispiel", *where).code == 0
    assert call(*approved).code == 0
