"""A full or read-only disk is called that, with its place and the mend, and nobody is sent for a backup."""

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.ledger.store import drives
from flows.ledger.store.sqlite import SqliteLedger
from schemas.refusal import Refusal
from tests.command import call, contents
from tests.faults.small_office import PROGRAMME, small_office

NOBODY = 65534


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Nothing below a folder can be written any more, not even by root."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    as_root = os.getuid() == 0
    if as_root:
        os.setresgid(NOBODY, NOBODY, 0)
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if as_root:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture(scope="module")
def approved() -> Iterator[Path]:
    """An office with an approved month, in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="readonly"))
    folder.chmod(0o755)
    office = small_office(folder, None)
    for command in ("settle", "approve"):
        assert call(*office.arguments(command, folder / "outputs")).code == 0
    yield folder
    shutil.rmtree(folder)


def where(office: Path) -> tuple[object, ...]:
    return ("--inputs", office / "inputs", "--outputs", office / "outputs")


@pytest.mark.parametrize("log", [False, True], ids=["closed", "with a log left by a crash"])
def test_read_only_media_are_verified_and_read(approved: Path, log: bool, tmp_path: Path) -> None:
    call("verify", *where(approved))  # the first one notes what it has compared
    answers = [call(command, *where(approved)) for command in ("verify", "status")]
    outputs = approved / "outputs" / PROGRAMME
    if log:  # the last transaction stands in the log alone, as after a crash
        with closing(sqlite3.connect(outputs / "ledger.db")) as connection:
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("UPDATE folders SET state = 'approved'")
            connection.commit()
            for name in ("ledger.db", "ledger.db-wal"):
                shutil.copy(outputs / name, tmp_path)
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / name, outputs)
    before = contents(approved)
    with without_rights(approved):
        assert [call(command, *where(approved)) for command in ("verify", "status")] == answers
        refused = call("settle", "2025-01", "--direct", "--by", "Eva", *where(approved))
    assert "alles stimmt" in answers[0].out
    assert contents(approved) == before
    assert refused.code == 2
    assert "Sicherung" not in refused.err


def test_a_read_only_ledger_is_named_when_it_is_to_be_written(approved: Path) -> None:
    with without_rights(approved):
        answer = call("adjust", "14522180", "5", "--month", "2024-12", "--reason", "G", "--voucher", "V", "--by", "E", *where(approved))  # fmt: skip
    assert answer.code == 2
    assert str(approved / "outputs") in answer.err
    assert "Berechtigung" in answer.err
    assert "gebucht wurde dabei nichts" in answer.err


FULL = {
    "SQLITE_FULL": "der Datenträger ist voll",
    "SQLITE_IOERR_WRITE": "der Datenträger ist voll",
    "SQLITE_IOERR_SHMSIZE": "der Datenträger ist voll",
    "SQLITE_CANTOPEN": "der Datenträger ist voll",
    "SQLITE_READONLY_DIRECTORY": "der Datenträger ist voll",
}


@pytest.mark.parametrize("name", FULL)
def test_a_full_disk_never_sends_for_a_backup(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite tells a full disk by many codes, also where it only reads: it keeps its index of the log beside the file."""
    ledger = SqliteLedger(tmp_path / "ledger.db")
    with ledger.transaction():
        pass
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name

    def fails(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, error)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("flows.ledger.store.migrations.version", fails)
    monkeypatch.setattr(os, "fsync", full)
    for opening in (ledger.reading, ledger.transaction):
        with pytest.raises(Refusal, match=FULL[name]) as refused, opening():
            pass
        assert "Bitte die Sicherung einspielen" not in str(refused.value)
    assert not list(tmp_path.glob("*.trial"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_what_the_system_says_of_a_place_is_said_with_the_place(number: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # fmt: skip
    from flows import location

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path / "lines.parquet"))

    monkeypatch.setattr(location, "find_location", fails)
    answer = call("status", "--outputs", tmp_path)
    words = {
        errno.ENOSPC: "der Datenträger ist voll",
        errno.EDQUOT: "das Speicherkontingent ist erschöpft",
        errno.EROFS: "schreibgeschützter Datenträger",
        errno.EACCES: "keine Berechtigung",
    }
    assert answer.code == 2
    assert f"{tmp_path / 'lines.parquet'} lässt sich nicht lesen oder schreiben: {words[number]}." in answer.err
    assert answer.err.count("\n") == 1


def test_a_ledger_on_a_network_share_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there already can be read and backed up; elsewhere, and below a drive of this machine, work goes on."""
    county, mounts = tmp_path / "auf der Freigabe", tmp_path / "mounts"
    county.mkdir()
    small_office(county, None)
    settle = ("settle", "2024-12", "--direct", "--by", "Eva", "--home", county)
    assert call(*settle).code == 0
    shared = str(county).replace(" ", r"\040")
    lines = ["21 1 8:1 / / rw - ext4 /dev/sda1 rw", f"22 21 0:40 / {shared} rw shared:1 - cifs //amt/kreis rw"]
    mounts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(drives, "MOUNTS", mounts)
    before = contents(county)
    refused = call(*settle)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    for words in ("liegt auf einer Netzfreigabe (cifs)", "placement-premium backup --to DATEI --home", "PostgreSQL"):
        assert words in refused.err
    assert contents(county) == before
    assert call("backup", "--to", tmp_path / "s.zip", "--home", county).code == 0
    assert call("restore", tmp_path / "s.zip", "--to", tmp_path / "hier").code == 0
    mounts.write_text("\n".join([*lines, f"23 22 8:2 / {shared}/outputs rw - ext4 /dev/sdb1 rw"]), encoding="utf-8")
    assert call(*settle).code == 0
