"""An approval under a clock that ran ahead: the right day may follow once a second person confirms it, in both stores."""

from datetime import date
from pathlib import Path

import pytest

from flows.ledger import document_dates, journal
from flows.ledger.store.ledger import Ledger
from flows.ledger.views.month import read_run
from flows.ledger.views.trail import trail
from schemas.journal import Act
from schemas.refusal import Refusal
from tests.command import Answer, call, day_is
from tests.faults.office_life import NEXT_MONTH, busy_office
from tests.faults.small_office import MONTH, PROGRAMME, Office
from tests.faults.test_ledger import FREIBERG, approve, draft, line, settled
from tests.stores import STORES, new_ledger, unguarded
from tests.verified import verify

BEEN, AHEAD, TODAY = date(2025, 2, 15), date(2031, 12, 1), date(2025, 4, 10)
ARCHIVE = Path("none")


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """January approved rightly, February under a clock that ran ahead, March drafted."""
    ledger = new_ledger(request.param, tmp_path, request)
    for month, on in (("2025-01", BEEN), ("2025-02", AHEAD)):
        draft(ledger, month, settled(month, line(FREIBERG, month, 800)))
        approve(ledger, month, on)
    draft(ledger, "2025-03", settled("2025-03", line(FREIBERG, "2025-03", 800)))
    return ledger


def test_the_right_day_follows_once_a_second_person_confirms_it(ledger: Ledger) -> None:
    assert document_dates.ahead(ledger, TODAY) == AHEAD
    with pytest.raises(Refusal, match=r"liegt vor dem der letzten Freigabe \(01.12.2031\)"):
        approve(ledger, "2025-03", TODAY)
    assert document_dates.confirm(ledger, "2025-03", "Gerda", TODAY, TODAY) == AHEAD
    with pytest.raises(Refusal, match="liegt vor dem der letzten Freigabe"):
        approve(ledger, "2025-03", date(2025, 4, 9))  # earlier than what was confirmed
    with pytest.raises(Refusal, match="freigeben muss eine zweite Person"):
        approve(ledger, "2025-03", TODAY, by="G e r d а")  # with a Cyrillic а
    approve(ledger, "2025-03", TODAY)
    (document,) = read_run(ledger, "2025-03").documents.filter(ags=FREIBERG).rows(named=True)
    assert (document["number"], document["document_date"]) == ("AGH-2025-0002", TODAY)
    assert verify(ledger, ARCHIVE) == []
    entered = [(entry.act, entry.name, entry.subject) for entry in journal.entries(ledger)][-2:]
    assert entered == [(Act.DATE_CONFIRMED, "Gerda", "2025-03"), (Act.APPROVAL, "Frida Freigabe", "2025-03")]
    assert "März 2025: Datum 10.04.2025 bestätigt" in {deed.what.partition(" (")[0] for deed in trail(ledger).deeds}
    draft(ledger, "2025-04", settled("2025-04", line(FREIBERG, "2025-04", 800)))
    with pytest.raises(Refusal, match=r"der letzten Freigabe \(10.04.2025\)"):
        approve(ledger, "2025-04", date(2025, 4, 9))
    approve(ledger, "2025-04", date(2025, 5, 15))  # follows the confirmed day, not the clock that ran ahead
    with ledger.transaction() as connection, unguarded(connection, "runs"):
        connection.exec_driver_sql("UPDATE runs SET date_confirmed_by = 'Olga' WHERE month = '2025-03'")
    assert any("März 2025" in problem for problem in verify(ledger, ARCHIVE))


def test_what_is_not_ahead_is_not_confirmed(ledger: Ledger) -> None:
    for on, today, words in (
        (TODAY, AHEAD, "zu bestätigen ist nichts"),
        (date(2025, 2, 14), TODAY, "liegt vor dem der letzten Freigabe (15.02.2025)"),
    ):
        with pytest.raises(Refusal) as refused:
            document_dates.confirm(ledger, "2025-03", "Gerda", on, today)
        assert words in str(refused.value)
    with pytest.raises(Refusal, match="Für April 2025 gibt es keinen Entwurf"):
        document_dates.confirm(ledger, "2025-04", "Gerda", TODAY, TODAY)


def test_by_command(tmp_path: Path) -> None:
    office = busy_office(tmp_path, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.clock.date", day_is(AHEAD))
        assert _say(office, "settle", MONTH, "--direct", "--by", "Eva").code == 0
        assert _say(office, "approve", MONTH, "--by", "Frida").code == 0
        patch.setattr("flows.clock.date", day_is(TODAY))
        assert _say(office, "settle", NEXT_MONTH, "--direct", "--by", "Eva").code == 0
        refused = _say(office, "approve", NEXT_MONTH, "--by", "Frida")
        assert refused.code == 2
        assert "bestätigt das erst eine zweite Person (--confirm-date)" in refused.err
        confirmed = _say(office, "approve", NEXT_MONTH, "--by", "Gerda", "--confirm-date")
        assert confirmed.code == 0
        assert "obwohl die letzte Freigabe den 01.12.2031 trägt; freigegeben ist damit noch nichts." in confirmed.out
        assert "placement-premium approve 2025-01 --date 10.04.2025 --by NAME" in confirmed.out
        assert _say(office, "approve", NEXT_MONTH, "--by", "Frida", "--date", "10.04.2025").code == 0
        assert "alles stimmt" in _say(office, "verify").out


def _say(office: Office, *arguments: str) -> Answer:
    where = ("--inputs", office.folder / "inputs", "--outputs", office.folder / "outputs", "--programme", PROGRAMME)
    return call(*arguments, *where)
