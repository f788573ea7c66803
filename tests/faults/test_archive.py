"""The archive holds the bytes that were read, and what is sealed is in it."""

import shutil
from pathlib import Path

import pytest

from flows.ledger import submissions
from tests.command import call
from tests.faults.small_office import MONTH, PROGRAMME, Office, small_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return small_office(tmp_path, None)


def archived(office: Office) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (office.folder / f"outputs/{PROGRAMME}/archive").iterdir()}


def test_a_file_that_is_replaced_while_it_is_settled_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = submissions.archive
    returned = next((office.folder / f"inputs/{PROGRAMME}/returns/{MONTH}").iterdir())

    def replaced_before(*arguments: object) -> None:
        shutil.copy(f"inputs/{PROGRAMME}/returns/2025-01/{returned.name.replace(MONTH, '2025-01')}", returned)
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(submissions, "archive", replaced_before)
    answer = call(*office.arguments("settle", office.folder / "outputs"))
    assert answer.code == 2
    assert f"Die Datei {returned.name} wurde ersetzt, während abgerechnet wurde" in answer.err


def test_a_damaged_archive_is_put_right_by_the_next_draft_and_sealed_by_none(office: Office) -> None:
    outputs = office.folder / "outputs"
    assert call(*office.arguments("settle", outputs)).code == 0
    whole = archived(office)
    damaged = next((outputs / PROGRAMME / "archive").iterdir())
    damaged.write_bytes(b"damaged")
    refused = call(*office.arguments("approve", outputs))
    assert refused.code == 2
    assert "liegt im Archiv nicht so, wie sie für den Entwurf gelesen wurde" in refused.err
    assert call(*office.arguments("settle", outputs)).code == 0
    assert archived(office) == whole
    assert call(*office.arguments("approve", outputs)).code == 0
