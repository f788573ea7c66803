"""In the workspace, after a clock that ran ahead: one account confirms the day, another one approves."""

from datetime import date
from pathlib import Path

import pytest

from flows.ledger.month_state import approved_months
from flows.ledger.store.sqlite import SqliteLedger
from tests.command import day_is
from tests.web.settled import Caller, Settled, work_ended, workspace_of

PAGE, MONTH = "/mittelsachsen/2025-01", "2025-01"


BEFORE = date(2025, 1, 10)  # December was approved on 2025-01-15, which is later


def test_one_confirms_and_another_one_approves(
    settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = settled.copy(tmp_path)
    monkeypatch.setattr("flows.clock.date", day_is(BEFORE))
    app = workspace_of(found)
    frida, freya = Caller(app, "frida"), Caller(app, "freya")

    def approve(caller: Caller) -> bool:
        page = caller.get(f"{PAGE}/freigabe").text
        assert "Datum bestätigen" in page
        caller.post(f"{PAGE}/freigabe", entwurf=page.partition('name="entwurf" value="')[2].partition('"')[0])
        work_ended(app, MONTH)
        return MONTH in approved_months(SqliteLedger(found.outputs / "mittelsachsen/ledger.db"))

    assert not approve(frida)
    assert "der letzten Freigabe" in frida.get(PAGE).text
    answer = freya.post(f"{PAGE}/freigabe/datum")
    assert (answer.status_code, "Datum von heute ist bestätigt" in answer.text) == (200, True)
    assert not approve(freya)
    assert approve(frida)
