"""A power cut at any point of settling, approving and writing again: the next command restores every document.

What was noted is on the drive: no file that the ledger calls written or received is empty or gone, and `verify` tells
the truth. The long form, at every point: `PLACEMENT_PREMIUM_CUTS=all`.
"""

import os
import shutil
from pathlib import Path

import pytest

from flows import durable
from flows.emit import month_folder
from flows.ledger.month_state import months
from flows.ledger.store.sqlite import SqliteLedger
from tests.command import call, contents
from tests.faults.interruption import LONG, points
from tests.faults.power import LOST, record, replay
from tests.faults.small_office import MONTH, PROGRAMME, Office, small_office

SAMPLE = None if LONG else 6  # of each command and each kind of disk


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return small_office(tmp_path_factory.mktemp("power"), None)


def check(office: Office, outputs: Path, documents: dict[str | None, dict[str, str]], where: str) -> str | None:
    """The state of the month after a cut, once the next command has run."""
    reached = ("--inputs", office.folder / "inputs", "--outputs", outputs)
    status, verified = call("status", *reached), call("verify", *reached)
    ledger, folder = SqliteLedger(outputs / PROGRAMME / "ledger.db"), outputs / PROGRAMME
    state = next((entry.state for entry in months(ledger)), None)
    assert (status.code, verified.code) == (0, 0), (where, status, verified)
    assert "Sicherung" not in status.err + verified.err, where
    assert ("alles stimmt" in verified.out) == (state == "approved"), (where, verified)
    assert contents(folder / MONTH) == documents[state], where
    assert not month_folder.leftovers(folder, folder / "archive"), where
    return state


def test_after_any_cut_the_next_command_restores_every_document(office: Office, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    documents: dict[str | None, dict[str, str]] = {None: {}}
    where = ("--inputs", office.folder / "inputs", "--outputs", outputs)
    commands = {
        "settle": (office.arguments("settle", outputs), "draft", {None, "draft"}),
        "approve": (office.arguments("approve", outputs), "approved", {"draft", "approved"}),
        "emit": (["emit", MONTH, *map(str, where)], "approved", {"approved"}),
    }
    for command, (arguments, after, possible) in commands.items():
        states = tmp_path / command
        log = record(arguments, outputs, states)
        documents[after] = contents(outputs / PROGRAMME / MONTH)
        kept = tmp_path / f"after-{command}"
        shutil.copytree(outputs, kept)
        seen = set()
        for which in ("lost", "empty"):
            cuts = [entry for entry in log if entry[0].endswith(which)]
            chosen = points(len(cuts), SAMPLE) if SAMPLE and len(cuts) > SAMPLE else range(1, len(cuts) + 1)
            for at in chosen:
                name, what = cuts[at - 1]
                replay(states, name, outputs)
                seen.add(check(office, outputs, documents, f"{command} {name}: {what}"))
        assert seen == possible, command
        replay(kept.parent, kept.name, outputs)


def test_an_end_that_was_told_is_an_end_that_lasts(office: Office, tmp_path: Path) -> None:
    """Right behind exit 0, nothing is lost: neither documents nor received files."""
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    for command in ("settle", "approve"):
        states = tmp_path / command
        log = record(office.arguments(command, outputs), outputs, states)
        last = [name for name, _ in log if name.endswith(LOST)][-1]
        for part in (MONTH, "archive"):
            assert contents(states / last / PROGRAMME / part) == contents(outputs / PROGRAMME / part) != {}, command


def test_a_file_is_flushed_before_it_has_its_name_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def flushed(descriptor: int) -> None:
        done.append(f"flush {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        flush(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        done.append(f"rename {path.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", renamed)
    with durable.replacing(tmp_path / "new" / "one.csv") as part:
        part.write_bytes(b"1")
    assert done == [f"flush {tmp_path.name}", "flush one.csv.part", "rename one.csv.part", "flush new"]
    done.clear()
    with durable.replacing(tmp_path / f".2025-01{durable.MAKING}" / "two.csv") as part:
        part.write_bytes(b"2")
    assert done == ["rename two.csv.part"]  # flushed with its folder
