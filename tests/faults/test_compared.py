"""`verify` reads a return again only where its month has not the seal under which it agreed; what is forged is named all the same."""

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows import audit
from flows.emit.compared import FILE
from flows.ledger.store import triggers
from flows.ledger.store.seal import run_digest, seal
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import runs, seals
from tests.command import Answer, call
from tests.faults.small_office import MONTH, PROGRAMME, Office, small_office
from tests.rewriting import enter_anew, without_card
from tests.stores import unguard

HOLDS = "Geprüft: 1 freigegebener Monat, alles stimmt."
SPARED = "Die Meldungen eines Monats hat eine frühere Prüfung mit dem Archiv verglichen"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """December 2024 approved, with two returns."""
    office = small_office(tmp_path_factory.mktemp("compared"), None)
    for command in ("settle", "approve"):
        assert call(*office.arguments(command, office.folder / "outputs")).code == 0
    return office


@pytest.fixture
def outputs(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.folder / "outputs", tmp_path / "outputs"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The archived files that were read."""
    read, seen = audit.read_returns, list[str]()

    def counted(files: list[Path], *rest: object) -> object:
        seen.extend(path.name for path in files)
        return read(files, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "read_returns", counted)
    return seen


def checked(office: Office, outputs: Path, *options: object) -> Answer:
    return call("verify", *options, "--inputs", office.folder / "inputs", "--outputs", outputs)


def sealed(outputs: Path) -> str:
    with SqliteLedger(outputs / PROGRAMME / "ledger.db").reading() as connection:
        assert connection is not None
        return str(connection.scalar(sa.select(runs.c.digest)))


def forge_a_row(outputs: Path) -> None:
    """Another case in an accepted row, and every digest and the card made anew."""
    with SqliteLedger(outputs / PROGRAMME / "ledger.db").transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql("UPDATE rows_opportunities SET case_id = 'FG-9' WHERE case_id = 'FG-1050'")
        connection.execute(sa.delete(seals))
        connection.execute(sa.update(runs).values(digest=None))
        digest = seal(connection, 1)
        assert digest == run_digest(connection, 1)
        connection.execute(sa.update(runs).values(digest=digest))
        enter_anew(connection, digest)
        triggers.install(connection)
    without_card(outputs / PROGRAMME)


def test_what_agreed_under_this_seal_is_not_read_again(office: Office, outputs: Path, reads: list[str]) -> None:
    assert checked(office, outputs).out.splitlines() == [HOLDS]
    assert len(reads) == 2
    again = checked(office, outputs).out.splitlines()
    assert (len(reads), len(again), again[-1]) == (2, 2, HOLDS)
    assert SPARED in again[0]
    assert checked(office, outputs, "--full").out.splitlines() == [HOLDS]
    assert len(reads) == 4
    note = outputs / PROGRAMME / FILE
    for unusable in ("", "[]", json.dumps({"software": "0", "months": {MONTH: sealed(outputs)}})):
        reads.clear()
        note.write_text(unusable, encoding="utf-8")
        assert checked(office, outputs).out.splitlines() == [HOLDS]
        assert len(reads) == 2


def test_an_archived_file_is_looked_at_every_time(office: Office, outputs: Path, reads: list[str]) -> None:
    assert checked(office, outputs).code == 0
    reads.clear()
    archived = next((outputs / PROGRAMME / "archive").glob("*.xlsx"))
    archived.write_bytes(archived.read_bytes() + b" ")
    found = checked(office, outputs)
    assert (found.code, reads) == (2, [])
    assert "wurde verändert" in found.out


def test_a_forged_row_is_named_and_where_the_note_is_forged_too_by_a_kept_seal(office: Office, outputs: Path) -> None:
    kept = sealed(outputs)
    assert checked(office, outputs).code == 0
    forge_a_row(outputs)
    found = checked(office, outputs)
    assert found.code == 2
    differs = "Die Angaben der Meldung Freiberg_2024-12.xlsx im Buch sind nicht die der archivierten Datei"
    assert differs in found.out
    forged = {
        **json.loads((outputs / PROGRAMME / FILE).read_text(encoding="utf-8")),
        "months": {MONTH: sealed(outputs)},
    }
    (outputs / PROGRAMME / FILE).write_text(json.dumps(forged), encoding="utf-8")
    assert SPARED in checked(office, outputs).out  # it is said what this check rests on
    assert differs in checked(office, outputs, "--full").out
    against = checked(office, outputs, "--seal", f"{MONTH}={kept}")
    assert against.code == 2
    assert "das Buch wurde ausgetauscht oder neu geschrieben" in against.out
