"""Erasing the case data of a closed year: what goes, what stays, what later months settle, what the triggers refuse.

Programme of the reference sample: need 534.00 + 200.00 accommodation, saving per month by the rules; the amounts are
compared with those before the erasure, not told here.
"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from flows.ledger import closings, erasure, journal, posting, submissions
from flows.ledger.erasure_record import check_certifiable, check_kept, check_whole, gone_files
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import posted
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import cases, lines, rows, runs
from flows.ledger.views.month import read_run
from flows.ledger.views.trail import trail
from schemas.documents import ReturnState
from schemas.findings import findings_frame
from schemas.intake import Intake, Submission
from schemas.journal import Act
from schemas.months import first_day, later
from schemas.programme.parties import Retention
from schemas.programme.programme import Programme
from schemas.provenance import Provenance
from schemas.refusal import Refusal
from schemas.returns import TABLES, empty_frame
from tests import settling
from tests.properties import engine
from tests.reference import sample
from tests.settling import Settling
from tests.stores import STORES, new_ledger, unguard
from tests.verified import verify

START = "2016-10"
PROGRAMME = Programme.model_validate(
    sample.programme(
        start=date(2016, 10, 1),
        savings={"health": ({"from": date(2016, 10, 1), "eur_per_month": "140.00"},)},
        premium=({"from": date(2016, 10, 1), "share": "0.80", "waiting_days": 42},),
        start_up={"eur_per_municipality": "1000.00", "service_month": "2016-11"},
    )
)
WRITTEN = Provenance({}, "not to be restored", "1")  # so that today's law and programme stand for themselves
ENDED, RUNNING = "A-001", "A-002"  # one employed in October 2016 alone, one from then on
MONTHS = ("2016-10", "2016-11", "2016-12", "2017-01")
KEPT = Retention(years=9)
TODAY = date(2027, 1, 15)  # December 2016 was approved on 2017-01-01, January on 2017-02-01: kept through 2026
NOTHING = Intake([], {name: empty_frame(table) for name, table in TABLES.items()}, findings_frame([]))


def intake_of(month: str) -> Intake:
    """Düren's return of a month; A-001 is named in the first two months of the programme only."""
    benefits, placements = [], []
    told = {RUNNING: None} | ({ENDED: date(2016, 11, 20)} if month < "2016-12" else {})
    for number, (case, end) in enumerate(told.items(), start=5):
        origin: dict[str, Any] = {
            "ags": sample.DUEREN, "month": month, "case_id": case, "file_sha256": f"sha-{month}", "row": number,
        }  # fmt: skip
        benefits.append(sample.benefit(**origin, paid_cents=0, accommodation_cents=200_00))
        ended = end if month == "2016-11" else None
        placements.append(sample.placement(**origin, begin=date(2016, 10, 1), end=ended))
    frames = {name: empty_frame(table) for name, table in TABLES.items()} | {
        "benefits": engine.rows_frame(TABLES["benefits"], benefits),
        "placements": engine.rows_frame(TABLES["placements"], placements),
    }
    entry = Submission(f"{month}.xlsx", "", f"sha-{month}", ReturnState.ACCEPTED, sample.DUEREN, month, "Erstmeldung")
    return Intake([entry], frames, findings_frame([]))


def reckoned(ledger: Ledger, month: str, intake: Intake | None = None) -> Settling:
    return settling.reckoned(ledger, month, intake or intake_of(month), PROGRAMME, WRITTEN)


def settle(ledger: Ledger, month: str) -> None:
    reckoned(ledger, month).draft()
    with posting.approving(ledger, month, "Frida", first_day(later(month, 1)), PROGRAMME.accounting):
        pass


def closed_year(ledger: Ledger) -> Ledger:
    """October 2016 to January 2017 approved, 2016 closed."""
    for month in MONTHS:
        settle(ledger, month)
    closings.close(ledger, 2016, "Eva", START)
    return ledger


@pytest.fixture(scope="module")
def closed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ledger = SqliteLedger(tmp_path_factory.mktemp("closed") / "ledger.db")
    closed_year(ledger)
    return ledger.path


@pytest.fixture
def ledger(closed_file: Path, tmp_path: Path) -> Ledger:
    return SqliteLedger(Path(shutil.copy(closed_file, tmp_path)))


@pytest.fixture(params=STORES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    if request.param == "sqlite":
        ledger: Ledger = request.getfixturevalue("ledger")
        return ledger
    return closed_year(new_ledger(request.param, tmp_path, request))


def propose(ledger: Ledger, year: int, on: date = TODAY) -> erasure.Plan:
    return erasure.propose(ledger, year, "Eva", on, KEPT)


def erase(ledger: Ledger, year: int, on: date = TODAY) -> erasure.Plan:
    """By two persons."""
    propose(ledger, year, on)
    return erasure.erase(ledger, year, "Frida", on, KEPT)


def missing(*months: str) -> list[str]:
    """What verify says of files that were never archived here."""
    return [f"Archiv: Die Datei {month}.xlsx (sha-{month}…) fehlt." for month in months]


def named_anywhere(ledger: Ledger, case: str) -> int:
    with ledger.reading() as connection:
        assert connection is not None
        tables = (lines, cases, *(table for table in rows.values() if "case_id" in table.c))
        counts = (sa.select(sa.func.count()).where(table.c.case_id == case) for table in tables)
        return sum(connection.scalar(count) or 0 for count in counts)


def test_a_case_that_ended_goes_and_one_that_goes_on_stays(either: Ledger) -> None:
    sums = posted(either).group_by("settled_in", "service_month", "ags", "kind").agg(pl.col("delta_cents").sum())
    kept = named_anywhere(either, RUNNING)
    planned = erase(either, 2017)
    assert planned.staying == 1
    # A-001 stands in two returns, each with a row of benefits and of placements: two case months, October and November.
    # Three returns are of 2016.
    counts = dict(planned.counts["2016"])
    assert {name: counts[name] for name in ("cases", "benefits", "placements", "case_months", "files")} == {
        "cases": 1, "benefits": 2, "placements": 2, "case_months": 2, "files": 3,
    }  # fmt: skip
    assert (named_anywhere(either, ENDED), named_anywhere(either, RUNNING)) == (0, kept)
    again = posted(either).group_by("settled_in", "service_month", "ags", "kind").agg(pl.col("delta_cents").sum())
    assert again.sort(pl.all()).equals(sums.sort(pl.all()))
    assert gone_files(either) == {"sha-2016-10", "sha-2016-11", "sha-2016-12"}
    assert verify(either, Path("none")) == missing("2017-01")


def test_the_file_holds_no_trace_of_an_erased_case(closed_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(closed_file, tmp_path))
    assert ENDED.encode() in path.read_bytes()
    erase(SqliteLedger(path), 2017)
    assert ENDED.encode() not in path.read_bytes()  # deleted records are overwritten, too


def test_the_next_month_settles_what_it_would_have_settled(ledger: Ledger) -> None:
    before = reckoned(ledger, "2017-02").found
    erase(ledger, 2017)
    after = reckoned(ledger, "2017-02").found
    assert not before.lines.is_empty()
    assert after.lines.equals(before.lines)
    assert after.closed_differences.is_empty()
    assert set(after.lines["service_month"]) == {"2017-02"}
    settle(ledger, "2017-02")
    assert verify(ledger, Path("none")) == missing("2017-01", "2017-02")
    assert [read_run(ledger, month).erased_before for month in ("2017-01", "2017-02")] == [None, 2017]


def test_what_goes_on_is_erased_once_it_has_ended(ledger: Ledger) -> None:
    erase(ledger, 2017)
    for number in range(1, 13):
        settle(ledger, f"2017-{number:02d}") if number > 1 else None
    with posting.drafting(ledger, "2018-01", "Eva", PROGRAMME, *_nothing(ledger, "2018-01")):
        pass
    with posting.approving(ledger, "2018-01", "Frida", date(2018, 2, 1), PROGRAMME.accounting):
        pass
    closings.close(ledger, 2017, "Eva", START)
    planned = erase(ledger, 2018, date(2028, 1, 15))
    assert set(planned.counts) == {"2016", "2017"}
    assert named_anywhere(ledger, RUNNING) == 0
    pseudonyms = set(posted(ledger).filter(pl.col("kind") == "premium")["case_id"])
    assert pseudonyms == {"gelöscht-000001", "gelöscht-000002"}
    assert verify(ledger, Path("none")) == []
    after = reckoned(ledger, "2018-02", NOTHING).found
    assert after.lines.is_empty()
    assert after.closed_differences.is_empty()


def _nothing(ledger: Ledger, month: str) -> tuple[Any, ...]:
    found = reckoned(ledger, month, NOTHING).found
    found_lines = found.lines.filter(pl.col("service_month") < "2018")
    return NOTHING, found_lines, found.cases.filter(pl.col("service_month") < "2018"), submissions.known(ledger).seal


def test_a_return_that_comes_too_late_for_an_erased_month_settles_nothing(ledger: Ledger) -> None:
    erase(ledger, 2017)
    intake, late = intake_of("2017-02"), intake_of("2016-10")
    both = Intake(
        [*late.submissions, *intake.submissions],
        {name: pl.concat([late.rows[name], intake.rows[name]]) for name in intake.rows}, findings_frame([]),
    )  # fmt: skip
    alone = reckoned(ledger, "2017-02").found
    found = reckoned(ledger, "2017-02", both).found
    assert found.lines.equals(alone.lines)
    assert found.closed_differences.is_empty()


def test_nothing_is_erased_before_the_retention_is_over(ledger: Ledger) -> None:
    """Posted last on 2017-02-01, kept for nine years after 2017: to the end of 2026."""
    with pytest.raises(Refusal, match=r"Zuletzt gebucht wurde dazu am 01.0[12].2017.*ab dem 01.01.2027"):
        propose(ledger, 2017, date(2026, 12, 31))
    propose(ledger, 2017, date(2027, 1, 1))
    with pytest.raises(Refusal, match="noch aufzubewahren"):
        erasure.erase(ledger, 2017, "Frida", date(2026, 12, 31), KEPT)
    assert named_anywhere(ledger, ENDED) > 0


def test_an_erasure_is_confirmed_by_another_one_who_saw_what_was_proposed(either: Ledger) -> None:
    with pytest.raises(Refusal, match="hat noch niemand vorgemerkt"):
        erasure.erase(either, 2017, "Frida", TODAY, KEPT)
    propose(either, 2017)
    with pytest.raises(Refusal, match=r"eine zweite Person \(Vier-Augen-Prinzip\)\. Bitte mit"):
        erasure.erase(either, 2017, " EVА. ", TODAY, KEPT)  # with a Cyrillic А
    settle(either, "2017-02")
    with pytest.raises(Refusal, match="hat sich im Buch etwas geändert"):
        erasure.erase(either, 2017, "Frida", TODAY, KEPT)
    assert named_anywhere(either, ENDED) > 0
    erase(either, 2017)
    told = [(entry.act, entry.name, entry.subject) for entry in journal.entries(either)][-2:]
    assert told == [(Act.ERASURE_PROPOSED, "Eva", "2017"), (Act.ERASURE, "Frida", "2017")]
    deeds = {(deed.what, deed.by) for deed in trail(either).deeds if "Falldaten" in deed.what}
    assert deeds == {
        ("Falldaten vor 2017: Löschung vorgemerkt", "Eva"),
        ("Falldaten vor 2017: gelöscht am 15.01.2027", "Frida"),
    }


def test_refusals_and_what_was_erased_is_said(ledger: Ledger) -> None:
    with pytest.raises(Refusal, match="2028 liegt in der Zukunft"):
        propose(ledger, 2028)
    with pytest.raises(Refusal, match="Das Jahr 2017 ist nicht abgeschlossen"):
        propose(ledger, 2018)
    with pytest.raises(Refusal, match="Vor dem Jahr 2016 gibt es keine Falldaten"):
        propose(ledger, 2016)
    before = propose(ledger, 2017)
    assert named_anywhere(ledger, ENDED) > 0  # a plan removes nothing
    assert erase(ledger, 2017).counts == before.counts
    with pytest.raises(Refusal, match="gelöscht ist bereits alles vor 2017"):
        erase(ledger, 2017)
    with pytest.raises(Refusal, match="lässt es sich nicht wieder öffnen"):
        closings.reopen(ledger, 2016, reason="Prüfung", by="Eva")
    with pytest.raises(Refusal, match="Die Falldaten für Oktober 2016 sind gelöscht"):
        check_kept(ledger, "2016-10")
    check_kept(ledger, "2017-01")
    with pytest.raises(Refusal, match="Januar 2017 zeigten auch Fälle"):  # its calculation knew A-001
        check_whole(ledger, "2017-01")


def test_payout_lists_are_whole_unless_a_run_paid_an_erased_case(ledger: Ledger) -> None:
    """Who takes part in a kept month is kept; a line for an earlier month may be of a case that is not."""
    erase(ledger, 2017)
    check_certifiable(ledger, "2017-01")
    with pytest.raises(Refusal, match="Die Falldaten für Dezember 2016 sind gelöscht"):
        check_certifiable(ledger, "2016-12")
    with ledger.transaction() as connection:
        unguard(connection)
        of_january = sa.select(runs.c.run_id).where(runs.c.month == "2017-01").scalar_subquery()
        connection.execute(
            sa.update(lines)
            .where(lines.c.run_id == of_january, lines.c.case_id == RUNNING)
            .values(kind="allowance", case_id="gelöscht-000001")
        )
    with pytest.raises(Refusal, match="Auszahlungslisten für Januar 2017 lassen sich nicht mehr schreiben"):
        check_certifiable(ledger, "2017-01")


REFUSED = [
    "DELETE FROM rows_benefits", "DELETE FROM cases", "UPDATE lines SET case_id = 'X'", "DELETE FROM closings",
    "UPDATE closings SET year = 2015", "UPDATE inputs SET content = 'x'", "DELETE FROM inputs",
    "UPDATE erasures SET digest = NULL", "DELETE FROM remains", "UPDATE erased_savings SET saved_to_date_cents = 1",
    "INSERT INTO remains SELECT * FROM remains", "UPDATE seals SET entries = 0",
]  # fmt: skip
BEGUN = (
    "INSERT INTO erasures (erasure_id, year, done_by, done_on, after_month, counts) "
    "VALUES (1, 2017, 'Eva', '2027-01-15', '2017-01', '{}')"
)
BEYOND = [
    "DELETE FROM cases WHERE service_month >= '2017'", "UPDATE lines SET case_id = 'X' WHERE service_month >= '2017'",
    "UPDATE lines SET service_month = '2017-01'", "DELETE FROM lines", "UPDATE documents SET total_cents = 0",
    "UPDATE submissions SET file = 'x'", "UPDATE cases SET need_cents = 0", "UPDATE runs SET drafted_by = 'X'",
    "DELETE FROM rows_benefits",
]  # fmt: skip


def test_the_triggers_let_through_an_erasure_under_way_for_its_own_years_alone(either: Ledger) -> None:
    for statement in BEYOND:
        with pytest.raises(sa.exc.DBAPIError, match="sealed"), either.transaction() as connection:
            connection.exec_driver_sql(BEGUN)
            connection.exec_driver_sql(statement)
    assert verify(either, Path("none")) == missing(*MONTHS)
    erase(either, 2017)
    for statement in REFUSED:
        with pytest.raises(sa.exc.DBAPIError, match="sealed"), either.transaction() as connection:
            connection.exec_driver_sql(statement)
    assert verify(either, Path("none")) == missing("2017-01")


FORCED = {
    "DELETE FROM erasures WHERE erasure_id = 1": "verändert",
    "UPDATE erasures SET done_by = 'Olga'": "Löschung vor 2017",
    "UPDATE erasures SET digest = NULL": "Löschung vor 2017",
    "UPDATE erasures SET proposed_by = 'Olga'": "Löschung vor 2017",
    "UPDATE erasures SET proposed_by = NULL": "Löschung vor 2017",
    "UPDATE remains SET entries = entries + 1": "verändert",
    "UPDATE erased_savings SET saved_to_date_cents = 999999999": "Löschung vor 2017",
    "UPDATE lines SET case_id = 'A-001' WHERE case_id = 'gelöscht-000001'": "in der Tabelle lines",
    "DELETE FROM rows_placements": "in der Tabelle rows_placements",
}


@pytest.mark.parametrize("statement", FORCED)
def test_verify_finds_what_was_forced_after_an_erasure(ledger: Ledger, statement: str) -> None:
    erase(ledger, 2017)
    with ledger.transaction() as connection:
        unguard(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        if statement.startswith("DELETE FROM erasures"):
            for table in ("remains", "erased_savings"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql(statement)
    assert any(FORCED[statement] in sentence for sentence in verify(ledger, Path("none")))


def test_verify_misses_a_closing_that_an_approved_month_knew(ledger: Ledger) -> None:
    settle(ledger, "2017-02")
    with ledger.transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql("DELETE FROM closings")
    assert any("Jahresabschlüsse: Ein Eintrag" in sentence for sentence in verify(ledger, Path("none")))
