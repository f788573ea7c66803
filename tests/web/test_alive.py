"""What monitoring is told: nobody signs in, and nothing of the data is said."""

from pathlib import Path

from starlette.testclient import TestClient

from flows.location import find_location
from schemas.provenance import software
from tests.web.settled import Settled, workspace_of


def test_monitoring_is_told_version_and_whether_the_ledgers_can_be_read(settled: Settled, tmp_path: Path) -> None:
    found = settled.copy(tmp_path)
    told = {"status": "ok", "version": software(), "ledger": "ok"}
    assert asked(found) == told
    (ledger,) = (found.outputs / "mittelsachsen").glob("*.db")
    assert str(ledger) == find_location(found.inputs, found.outputs, "mittelsachsen").ledger.name
    ledger.write_bytes(b"kein Buch" * 1000)
    assert asked(found) == told | {"ledger": "unreadable"}


def asked(found: Settled) -> object:
    """What a workspace over it answers."""
    answer = TestClient(workspace_of(found), base_url="http://localhost").get("/gesund")
    assert answer.status_code == 200
    return answer.json()
