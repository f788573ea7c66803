"""A ledger and the outputs beside it: what is missing, another one, emptied, hidden or older is named, and nothing settles on it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.emit.identity_card import FILE
from flows.ledger.store.connect import VARIABLE
from flows.ledger.store.sqlite import SqliteLedger
from tests.command import Answer, call, contents
from tests.faults.small_office import MONTH, PROGRAMME, Office, small_office
from tests.stores import unguard

SCHEMA = f"placement_premium_{PROGRAMME}"


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One month approved in a file; `drafted` is what it was before."""
    office = small_office(tmp_path_factory.mktemp("belonging"), None)
    outputs = office.folder / "outputs"
    assert call(*office.arguments("settle", outputs)).code == 0
    shutil.copytree(outputs, office.folder / "drafted")
    assert call(*office.arguments("approve", outputs)).code == 0
    return office


@pytest.fixture
def outputs(approved: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(approved.folder / "outputs", tmp_path / "outputs"))


def commands(office: Office, outputs: Path) -> Iterator[Answer]:
    """Every kind of command: that settles, shows, checks."""
    where = ("--inputs", office.folder / "inputs", "--outputs", outputs)
    returns = office.folder / f"inputs/{PROGRAMME}/returns"
    (returns / "2025-01").mkdir(exist_ok=True)
    for words in (["settle", "2025-01", "--direct", "--by", "Eva"], ["status"], ["verify"], ["emit", MONTH]):
        yield call(*words, *where)


def refused(office: Office, outputs: Path, *words: str) -> None:
    before = contents(outputs)
    for answer in commands(office, outputs):
        assert answer.code == 2, answer
        for each in words:
            assert each in answer.err, (each, answer.err)
        assert "nichts zu prüfen" not in answer.out
        assert "alles stimmt" not in answer.out
    after = contents(outputs)
    assert {name: after[name] for name in before if not name.endswith((".db-shm", ".db-wal"))} == {
        name: digest for name, digest in before.items() if not name.endswith((".db-shm", ".db-wal"))
    }


def without_ledger(outputs: Path) -> None:
    for path in (outputs / PROGRAMME).glob("ledger.db*"):
        path.unlink()


def test_a_ledger_that_was_deleted_is_not_a_new_one(approved: Office, outputs: Path) -> None:
    without_ledger(outputs)
    refused(approved, outputs, "Dezember 2024", "fehlt", "Sicherung", "PLACEMENT_PREMIUM_LEDGER")


def test_a_ledger_of_no_bytes_is_not_a_new_one(approved: Office, outputs: Path) -> None:
    without_ledger(outputs)
    (outputs / PROGRAMME / "ledger.db").touch()
    refused(approved, outputs, "Dezember 2024", "fehlt")


def test_documents_alone_tell_that_there_was_a_ledger(approved: Office, outputs: Path) -> None:
    """Outputs of an earlier version, which kept no card."""
    without_ledger(outputs)
    (outputs / PROGRAMME / FILE).unlink()
    refused(approved, outputs, "Dezember 2024", "fehlt")


def test_another_database_is_not_this_ledger(
    approved: Office, outputs: Path, postgres: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is set by mistake: the server knows nothing of these months."""
    monkeypatch.setenv(VARIABLE, postgres.render_as_string(hide_password=False))
    refused(approved, outputs, "Dezember 2024", "fehlt", "PLACEMENT_PREMIUM_LEDGER")


def test_a_ledger_of_other_outputs_is_refused(approved: Office, outputs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for command in ("settle", "approve"):
        assert call(*approved.arguments(command, other)).code == 0
    without_ledger(outputs)
    for path in (other / PROGRAMME).glob("ledger.db*"):
        shutil.copy(path, outputs / PROGRAMME)
    refused(approved, outputs, "ein anderes Buch")


def test_an_older_ledger_beside_newer_documents_is_named(approved: Office, outputs: Path) -> None:
    without_ledger(outputs)
    for path in (approved.folder / "drafted" / PROGRAMME).glob("ledger.db*"):
        shutil.copy(path, outputs / PROGRAMME)
    answers = [*commands(approved, outputs)]
    assert {answer.code for answer in answers} == {2}
    for answer in answers:
        assert "älter als" in answer.err + answer.out
        assert "Dezember 2024" in answer.err + answer.out


def test_a_ledger_whose_rows_were_deleted_is_called_emptied(approved: Office, outputs: Path) -> None:
    ledger = SqliteLedger(outputs / PROGRAMME / "ledger.db")
    with ledger.transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql("DELETE FROM identity")
        connection.exec_driver_sql("DELETE FROM alembic_version")
    refused(approved, outputs, "geleert")


def test_no_rights_no_rows_and_no_tables_are_three_things(
    approved: Office, tmp_path: Path, postgres: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE belonging")
    url = postgres.set(database="belonging")
    monkeypatch.setenv(VARIABLE, url.render_as_string(hide_password=False))
    where = ("--inputs", approved.folder / "inputs", "--outputs", tmp_path / "outputs")
    nothing = call("verify", *where)  # no tables: there is no ledger yet, and no documents
    assert (nothing.code, nothing.out) == (0, "Noch ist kein Monat freigegeben; es gibt nichts zu prüfen.\n")
    for command in ("settle", "approve"):
        assert call(*approved.arguments(command, tmp_path / "outputs")).code == 0
    own = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE auditor LOGIN")
    monkeypatch.setenv(VARIABLE, url.set(username="auditor").render_as_string(hide_password=False))
    hidden = call("verify", *where)
    assert hidden.code == 2
    assert "die Rechte" in hidden.err
    with own.connect() as connection:
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO auditor")
    closed = call("verify", *where)
    assert closed.code == 2
    assert "die Rechte" in closed.err
    with own.connect() as connection:
        connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO auditor")
    assert "alles stimmt" in call("verify", *where).out
    monkeypatch.setenv(VARIABLE, url.render_as_string(hide_password=False))
    with own.connect() as connection:
        connection.exec_driver_sql(f"DELETE FROM {SCHEMA}.alembic_version")
    assert "geleert" in call("verify", *where).err
    with own.connect() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
    missing = call("verify", *where)
    assert missing.code == 2
    assert "fehlt" in missing.err
    own.dispose()
    engine.dispose()


def test_outputs_from_before_get_their_card_with_the_first_command(approved: Office, outputs: Path) -> None:
    card = outputs / PROGRAMME / FILE
    told = json.loads(card.read_text())
    assert told["month"] == MONTH
    card.unlink()
    where = ("--inputs", approved.folder / "inputs", "--outputs", outputs)
    assert call("status", *where).code == 0
    assert json.loads(card.read_text()) == told


def test_drafts_alone_hold_nobody_up(approved: Office, tmp_path: Path) -> None:
    """Where nothing was approved, a ledger that was deleted is a beginning anew."""
    outputs = Path(shutil.copytree(approved.folder / "drafted", tmp_path / "outputs"))
    call("status", "--inputs", approved.folder / "inputs", "--outputs", outputs)  # writes the card
    without_ledger(outputs)
    assert call(*approved.arguments("settle", outputs)).code == 0
