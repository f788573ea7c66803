"""What anchors the books: whatever is rewritten, taken out or put back, `verify` names it, with `--seal` where nothing else can."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.emit.identity_card import FILE
from flows.ledger.store import triggers
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.seal import run_digest
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import runs
from tests.command import Answer, call
from tests.faults.small_office import MONTH, PROGRAMME, Office, small_office
from tests.faults.test_ledger import FREIBERG, approve, draft, line, settled
from tests.rewriting import enter_anew, without_card
from tests.stores import STORES, new_ledger, unguard
from tests.verified import verify


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """December 2024 approved and reported on."""
    office = small_office(tmp_path_factory.mktemp("anchor"), None)
    outputs = office.folder / "outputs"
    for command in ("settle", "approve"):
        assert call(*office.arguments(command, outputs)).code == 0
    assert call("report", "--as-of", "2024-12-31", "--direct", *where(office, outputs)).code == 0
    return office


@pytest.fixture
def outputs(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.folder / "outputs", tmp_path / "outputs"))


def where(office: Office, outputs: Path) -> tuple[object, ...]:
    return ("--inputs", office.folder / "inputs", "--outputs", outputs)


def checked(office: Office, outputs: Path, *options: object) -> Answer:
    return call("verify", *options, *where(office, outputs))


def ledger_in(outputs: Path) -> SqliteLedger:
    return SqliteLedger(outputs / PROGRAMME / "ledger.db")


def seal_of(outputs: Path) -> str:
    with ledger_in(outputs).reading() as connection:
        assert connection is not None
        return str(connection.scalar(sa.select(runs.c.digest)))


def rewritten(outputs: Path) -> None:
    """Another drafter, and every digest made anew, as someone could who may write the ledger and knows how it is sealed."""
    with ledger_in(outputs).transaction() as connection:
        unguard(connection)
        connection.execute(sa.update(runs).values(drafted_by="Somebody Else"))
        sealed = run_digest(connection, 1)
        connection.execute(sa.update(runs).values(digest=sealed))
        enter_anew(connection, sealed)
        triggers.install(connection)


def test_all_is_well_before_anything_is_done(office: Office, outputs: Path) -> None:
    found = checked(office, outputs, "--seal", f"{MONTH}={seal_of(outputs)}")
    assert (found.code, found.out.splitlines()[-1]) == (0, "Geprüft: 1 freigegebener Monat, alles stimmt.")


def test_a_chain_that_was_recomputed_is_named_by_the_card_and_by_a_seal_that_was_kept(
    office: Office, outputs: Path
) -> None:
    kept = seal_of(outputs)
    rewritten(outputs)
    assert verify(ledger_in(outputs), outputs / PROGRAMME / "archive") == []  # the ledger alone cannot tell
    named = checked(office, outputs)
    assert named.code == 2
    assert "oder es wurde neu geschrieben" in named.out
    without_card(outputs / PROGRAMME)  # whoever may write the outputs may do that too
    assert checked(office, outputs).code == 0
    against = checked(office, outputs, "--seal", f"{MONTH}={kept}")
    assert against.code == 2
    assert "das Buch wurde ausgetauscht oder neu geschrieben" in against.out


def test_a_last_run_that_was_deleted_with_its_entries_is_named(office: Office, outputs: Path) -> None:
    with ledger_in(outputs).transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for (table,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            if table not in ("alembic_version", "identity"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        triggers.install(connection)
    assert verify(ledger_in(outputs), outputs / PROGRAMME / "archive") == []
    found = checked(office, outputs)
    assert found.code == 2
    assert "Dezember 2024 ist freigegeben worden, und das Buch kennt den Monat nicht" in found.out
    assert call("settle", MONTH, "--direct", "--by", "Eva", *where(office, outputs)).code == 2


def test_another_account_in_a_payment_file_is_named(office: Office, outputs: Path) -> None:
    payments = next((outputs / PROGRAMME / MONTH).glob("Zahlungen-*.xml"), None)
    document = payments or next((outputs / PROGRAMME / MONTH).glob("Buchungen-*.csv"))
    document.write_bytes(document.read_bytes().replace(b"14522", b"14523", 1) + b" ")
    found = checked(office, outputs)
    assert found.code == 2
    assert f"Die Unterlage {document.name} wurde verändert" in found.out


CHAINED: dict[str, tuple[str, str]] = {
    "report changed": ("UPDATE publications SET audience = 'other'", "Was über ihn festgehalten ist, wurde nachträglich verändert"),
    "report deleted": ("DELETE FROM publications", "eingetragen ist, fehlt im Buch"),
}  # fmt: skip


@pytest.mark.parametrize("how", CHAINED)
def test_a_report_cannot_vanish_from_the_books(office: Office, outputs: Path, how: str) -> None:
    statement, words = CHAINED[how]
    with ledger_in(outputs).transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql(statement)
        triggers.install(connection)
    found = checked(office, outputs)
    assert found.code == 2
    assert words in found.out


@pytest.mark.parametrize("how", ["gone", "damaged", "shortened"])
def test_the_register_of_published_figures_is_held_to_what_was_noted(office: Office, outputs: Path, how: str) -> None:
    import polars as pl

    register = outputs / PROGRAMME / "published.parquet"
    shorter = pl.read_parquet(register).head(1)
    register.unlink()
    if how == "damaged":
        register.write_bytes(b"not parquet")
    elif how == "shortened":
        shorter.write_parquet(register)
    found = checked(office, outputs)
    assert found.code == 2
    assert "published.parquet" in found.out
    if how != "damaged":
        refused = call("report", "--as-of", "2024-12-31", "--direct", *where(office, outputs))
        assert refused.code == 2
        assert "published.parquet" in refused.err


def test_months_that_are_older_than_the_note_of_their_documents_are_named_and_noted_by_emit(
    office: Office, outputs: Path
) -> None:
    with ledger_in(outputs).transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql("DELETE FROM issues")
        triggers.install(connection)
    found = checked(office, outputs)
    assert found.code == 0
    assert "Dezember 2024: Welche Unterlagen ausgegeben wurden, ist nicht festgehalten" in found.out
    assert "was sich vergleichen ließ, stimmt" in found.out
    assert call("emit", MONTH, *where(office, outputs)).code == 0
    assert "alles stimmt" in checked(office, outputs).out


def test_a_kept_programme_that_is_no_longer_read_is_named(
    office: Office, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.audit.drafted_with", lambda *_: None)
    found = checked(office, outputs)
    assert found.code == 0
    assert "Dezember 2024: Die Meldungen wurden nicht noch einmal gelesen" in found.out
    assert "alles stimmt" not in found.out


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    made = new_ledger(request.param, tmp_path, request)
    draft(made, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    approve(made, "2025-01")
    return made


def in_sqlite(connection: sa.Connection, change: Callable[[str], str]) -> None:
    query = "SELECT sql FROM sqlite_master WHERE name = 'sealed_lines_update'"
    text = str(connection.exec_driver_sql(query).scalar_one())
    connection.exec_driver_sql("DROP TRIGGER sealed_lines_update")
    connection.exec_driver_sql(change(text))


def in_postgres(connection: sa.Connection, change: Callable[[str], str]) -> None:
    query = "SELECT pg_get_functiondef('sealed_lines_update'::regproc)"
    text = str(connection.exec_driver_sql(query).scalar_one())
    connection.exec_driver_sql(change(text).replace("%", "%%"))


def test_a_trigger_of_the_same_name_that_does_something_else_is_named(ledger: Ledger) -> None:
    assert verify(ledger, Path("none")) == []
    with ledger.transaction() as connection:
        change = in_sqlite if connection.dialect.name == "sqlite" else in_postgres
        change(connection, lambda text: text.replace("'approved'", "'never'"))
    (found,) = verify(ledger, Path("none"))
    assert "ist ein anderer (sealed_lines_update)" in found


def test_a_trigger_that_is_none_of_ours_is_named(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("CREATE TRIGGER aside AFTER INSERT ON runs BEGIN SELECT 1; END")
        else:
            connection.exec_driver_sql("CREATE FUNCTION aside() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")  # fmt: skip
            connection.exec_driver_sql("CREATE TRIGGER aside AFTER INSERT ON runs EXECUTE FUNCTION aside()")
    (found,) = verify(ledger, Path("none"))
    assert "(aside)" in found


def test_the_card_holds_the_newest_month(office: Office, outputs: Path) -> None:
    assert json.loads((outputs / PROGRAMME / FILE).read_text())["seal"] == seal_of(outputs)
