"""A report orchestrated: the same bytes as without; a key date in a drafted month is preliminary."""

import shutil
from pathlib import Path

from tests.command import call, contents
from tests.flows.conftest import Server

WHERE = ("--programme", "mittelsachsen")


def test_an_orchestrated_report_is_the_same(server: Server, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert call("settle", "2024-12", *WHERE, "--by", "Eva", "--direct", "--outputs", one).code == 0
    shutil.copytree(one, other)
    report = ("report", "--as-of", "2024-12-20", *WHERE, "--outputs")
    for answer in (call(*report, one, "--direct"), server.call(*report, other)):
        assert answer.code == 0, answer.err
        assert "vorläufig" in answer.out
        assert "Entwurf für Dezember 2024" in answer.out
    folder = Path("mittelsachsen") / "2024-12-20"
    assert contents(one / folder) == contents(other / folder)
    assert [run["name"] for run in server.runs("mittelsachsen", "2024-12-20")] == ["Bericht mittelsachsen 2024-12-20"]
