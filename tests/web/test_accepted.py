"""What approved months would come to under another law: accepted in the browser with a reason, and shown to who approves."""

import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.location import find_location
from flows.viewing import view_month
from tests.command import call
from tests.web.http import county
from tests.web.settled import Caller, Settled, work_ended, workspace_of
from tests.web.test_orders import plain
from tests.web.workplace import people_in

FREIBERG, FEBRUARY = "14522180", "/mittelsachsen/2025-02"
REASON = "Satz berichtigt, Vermerk 7"
# Freiberg's one place had 66.25 hours in December: 0.04 EUR an hour more are 2.65.
CHANGED = "Rechtsänderung · 14522180 Freiberg, Stadt · Dezember 2024 · 1 Position · 2,65 €"
ACCEPTED = (
    f"Angenommene Differenzen freigegebener Monate (Rechtsänderung): 1 Position, zusammen 2,65 €. Grund: {REASON}"
)
CLOSED = "Differenzen abgeschlossener Monate, nicht abgerechnet: 1 Position, zusammen 2,65 € (Finanzübersicht, Blatt „Abgeschlossen“)."  # fmt: skip
NEVER = "Achtung: Meldungen für Januar 2025 liegen im Ordner, sind aber nie abgerechnet worden."


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """Freiberg's December approved, January's return never settled, February's there; since then the hour is worth 0.84 EUR."""
    found = Settled(*county(tmp_path_factory.mktemp("satz")))
    people_in(found.outputs)
    for month in ("2024-12", "2025-01", "2025-02"):
        folder = found.inputs / "mittelsachsen/returns" / month
        folder.mkdir(parents=True)
        shutil.copy(f"inputs/mittelsachsen/returns/{month}/Freiberg_{month}.xlsx", folder)
    assert call("settle", "2024-12", "--by", "Eva Beispiel", "--direct", *found.where).code == 0
    assert call("approve", "2024-12", "--by", "Frida Beispiel", "--date", "2025-01-15", "--direct", *found.where).code == 0  # fmt: skip
    table = found.inputs / "law/agh_allowance.csv"
    text, rate = table.read_text(encoding="utf-8"), "BGBl. I S. 1939,0.80,"
    assert rate in text
    table.write_text(text.replace(rate, rate.replace("0.80", "0.84")), encoding="utf-8", newline="\n")
    return found


@pytest.fixture
def workspace(december: Settled, tmp_path: Path) -> Settled:
    return december.copy(tmp_path)


def draft(app: FastAPI, **fields: str) -> str:
    """Eva has February computed; the page afterwards."""
    eva = Caller(app, "eva")
    answer = eva.post(f"{FEBRUARY}/entwurf", **fields)
    work_ended(app, "2025-02")
    return answer.text if answer.status_code == 409 else eva.get(FEBRUARY).text


def test_a_change_is_accepted_with_a_reason_that_the_second_person_reads(workspace: Settled) -> None:
    app = workspace_of(workspace)
    stopped = draft(app)
    assert CHANGED in plain(stopped)
    assert "wenn ja: „Änderung annehmen“. Entworfen wurde nichts." in plain(stopped)
    assert "Änderung annehmen</button>" in stopped

    without = draft(app, annehmen="ja", grund=" ")
    assert "Der Grund ist leer" in plain(without)
    assert 'aria-invalid="true"' in without
    assert view_month(find_location(workspace.inputs, workspace.outputs, "mittelsachsen"), "2025-02").state is None

    drafted = draft(app, annehmen="ja", grund=REASON)
    assert "Stand: Entwurf" in plain(drafted)
    assert "Änderung annehmen</button>" not in drafted
    assert ACCEPTED in plain(drafted)
    assert NEVER in plain(drafted)

    again = draft(app)  # the change is to be accepted with every draft; the reason need not be typed anew
    assert f'value="{REASON}"' in again
    assert "Stand: Entwurf" in plain(draft(app, annehmen="ja", grund=REASON))
    page = Caller(app, "frida").get(f"{FEBRUARY}/freigabe").text
    assert ACCEPTED in plain(page)
    assert NEVER in plain(page)  # with a draft that replaces another, too
    assert CLOSED not in plain(page)


def test_who_only_reads_the_month_is_not_asked_for_a_reason(workspace: Settled) -> None:
    app = workspace_of(workspace)
    draft(app)
    seen = Caller(app, "paul").get(FEBRUARY).text
    assert CHANGED in plain(seen)
    assert "Änderung annehmen</button>" not in seen
    assert Caller(app, "paul").post(f"{FEBRUARY}/entwurf", annehmen="ja", grund=REASON).status_code == 404


def test_what_a_closed_year_leaves_unsettled_is_told_before_the_approval(workspace: Settled) -> None:
    """With 2024 closed nothing is to be accepted: December stays, its 2.65 are listed."""
    assert call("close", "2024", "--by", "Frida Beispiel", *workspace.where).code == 0
    app = workspace_of(workspace)
    assert "Stand: Entwurf" in plain(draft(app))
    page = plain(Caller(app, "frida").get(f"{FEBRUARY}/freigabe").text)
    assert CLOSED in page
    assert "Angenommene Differenzen" not in page
