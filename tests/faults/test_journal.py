"""The journal: time of entry and account of every act, in both stores, and what is missing from it or from the books."""

from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.ledger import closings, journal, orders, withdrawals
from flows.ledger.store import migrations, tables
from flows.ledger.store.ledger import Ledger, system_account
from schemas.journal import Act
from tests.faults.test_ledger import FREIBERG, approve, draft, line, settled
from tests.stores import STORES, new_ledger, unguard
from tests.verified import verify

ARCHIVE = Path("none")


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return new_ledger(request.param, tmp_path, request)


def year(ledger: Ledger) -> None:
    """December 2024 and January 2025 approved, then 2024 closed."""
    for month in ("2024-12", "2025-01"):
        draft(ledger, month, settled(month, line(FREIBERG, month, 800)))
        approve(ledger, month)
    closings.close(ledger, 2024, "Eva Entwurf", "2024-12")


class Clock(datetime):
    """A second later each time it is asked, whatever happens to that of the machine meanwhile."""

    asked = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        cls.asked += 1
        return cls(2025, 3, 1, 12, 0, cls.asked, tzinfo=UTC).astimezone(tz)


def test_every_act_is_entered_with_time_and_account(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "asked", 0)
    monkeypatch.setattr(journal, "datetime", Clock)
    year(ledger)
    orders.order_adjustment(
        ledger, FREIBERG, "2025-01", amount_cents=500, reason="Grund", voucher="V-1", by="Eva Entwurf"
    )
    withdrawals.withdraw_adjustment(
        ledger, FREIBERG, "2025-01", voucher="V-1", amount_cents=None, reason="Irrtum", by="Eva Entwurf"
    )
    entered = journal.entries(ledger)
    assert [(entry.act, entry.name, entry.subject) for entry in entered] == [
        (Act.DRAFT, "Eva Entwurf", "2024-12"),
        (Act.APPROVAL, "Frida Freigabe", "2024-12"),
        (Act.DRAFT, "Eva Entwurf", "2025-01"),
        (Act.APPROVAL, "Frida Freigabe", "2025-01"),
        (Act.CLOSING, "Eva Entwurf", "2024"),
        (Act.ADJUSTMENT, "Eva Entwurf", "V-1"),
        (Act.WITHDRAWAL, "Eva Entwurf", "V-1"),
    ]
    assert {entry.account for entry in entered} == {system_account()}
    assert [entry.at for entry in entered] == [
        datetime(2025, 3, 1, 12, 0, second, tzinfo=UTC) for second in range(1, 8)
    ]
    assert verify(ledger, ARCHIVE) == []


def test_where_people_sign_in_the_account_is_their_login(ledger: Ledger) -> None:
    ledger.account = "eva.entwurf"
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    assert [entry.account for entry in journal.entries(ledger)] == ["eva.entwurf"]


def test_the_account_is_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    told = system_account()
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "somebody else")
    assert system_account() == told


def forced(ledger: Ledger, *statements: str) -> list[str]:
    """What verify says after statements that the triggers would refuse."""
    with ledger.transaction() as connection:
        unguard(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)
    return [problem for problem in verify(ledger, ARCHIVE) if problem.startswith("Aufzeichnung")]


def test_an_entry_that_was_changed_or_taken_out_is_named(ledger: Ledger) -> None:
    year(ledger)
    (changed,) = forced(ledger, "UPDATE journal SET account = 'nobody' WHERE entry_id = 2")
    assert "wurde nachträglich verändert" in changed
    gone = forced(ledger, f"UPDATE journal SET account = '{system_account()}' WHERE entry_id = 2", "DELETE FROM journal WHERE entry_id = 4")  # fmt: skip
    assert any("oder einer davor fehlt" in problem for problem in gone)
    assert "Aufzeichnung: Freigabe (Januar 2025) ist im Buch, aber nicht eingetragen." in gone


def test_the_last_run_cannot_vanish_from_the_books_alone(ledger: Ledger) -> None:
    year(ledger)
    last = "(SELECT run_id FROM runs WHERE month = '2025-01')"
    of_run = [f"DELETE FROM {table} WHERE run_id = {last}" for table in ("seals", "lines", "documents")]
    missing = forced(ledger, *of_run, "DELETE FROM runs WHERE month = '2025-01'")
    assert (
        "Aufzeichnung: Was als Freigabe (Januar 2025) eingetragen ist, fehlt im Buch oder ist ein anderes." in missing
    )


def test_the_last_closing_cannot_vanish_from_the_books_alone(ledger: Ledger) -> None:
    year(ledger)
    (missing,) = forced(ledger, "DELETE FROM closings")
    assert "Was als Jahresabschluss (2024) eingetragen ist, fehlt" in missing


def test_a_ledger_that_is_older_than_the_journal_says_from_when_on_it_is_kept(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.ledger.store.case_months.CHANGED", None)  # a column that its runs know nothing of
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    approve(ledger, "2025-01", date(2025, 2, 15))
    with ledger.transaction() as connection:
        unguard(connection)
        later = (tables.offsets, tables.allocations, tables.movements, tables.account_files)
        for table in (tables.journal, tables.identity, tables.publications, *later):
            table.drop(connection)
        for column in (
            "runs.erasure_digest",
            "runs.publication_digest",
            "runs.date_confirmed_by",
            "runs.case_months",
            "runs.account_file_digest",
            "runs.allocation_digest",
            "erasures.proposed_by",
        ):
            table_name, _, name = column.partition(".")
            connection.exec_driver_sql(f"ALTER TABLE {table_name} DROP COLUMN {name}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
        migrations.upgrade(connection, ledger.name, ledger._keep)
    assert [(entry.act, entry.subject) for entry in journal.entries(ledger)] == [(Act.BEGUN, "2025-01")]
    assert verify(ledger, ARCHIVE) == []
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 900)))
    approve(ledger, "2025-02", date(2025, 3, 15))
    assert verify(ledger, ARCHIVE) == []
    with ledger.transaction() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="sealed"):
            connection.exec_driver_sql("DELETE FROM journal")
        connection.rollback()
