"""Backup and restore: while others work, after everything is gone, from one store to the other, and from hostile archives."""

import errno
import hashlib
import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from flows import durable, settle
from flows.backup import back_up
from flows.ledger.store import migrations, moving, triggers
from flows.ledger.store.connect import VARIABLE
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.postgres import PostgresLedger
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import identity, metadata, runs
from flows.location import Location
from flows.people import receipts_of
from schemas.receiving import NewReceipt
from tests.command import Answer, call, contents
from tests.faults.small_office import MONTH, PROGRAMME, small_office
from tests.stores import STORES, new_ledger

NEXT, DAY = "2025-01", date(2025, 2, 3)
JANUARY = (("settle", NEXT, "--direct", "--by", "Eva"), ("approve", NEXT, "--by", "Frida", "--date", "2025-02-17"))


class County(NamedTuple):
    """A county's folder with December 2024 approved."""

    folder: Path

    def call(self, *words: object) -> Answer:
        return call(*words, "--home", self.folder)

    @property
    def location(self) -> Location:
        return Location(self.folder / "inputs", self.folder / "outputs", PROGRAMME)

    @property
    def documents(self) -> Path:
        return self.location.folder

    def seal(self, month: str) -> str:
        with self.location.ledger.reading() as connection:
            assert connection is not None
            return str(connection.scalar(sa.select(runs.c.digest).where(runs.c.month == month)))


@pytest.fixture(params=STORES)
def county(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    address = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    if address is not None:
        forget(address)
        monkeypatch.setenv(VARIABLE, address.render_as_string(hide_password=False))
    else:
        monkeypatch.delenv(VARIABLE, raising=False)
    yield begun(tmp_path / "kreis")
    if address is not None:
        forget(address)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a ledger in a file, with December 2024 approved, and an account."""
    folder = tmp_path_factory.mktemp("backup")
    county = begun(folder / "kreis")
    employ(county)
    assert county.call("backup", "--to", folder / "s.zip").code == 0
    return folder / "s.zip"


def begun(folder: Path) -> County:
    folder.mkdir()
    small_office(folder, None)
    for town in ("Frankenberg", "Freiberg"):
        returns = folder / f"inputs/{PROGRAMME}/returns/{NEXT}"
        returns.mkdir(exist_ok=True)
        shutil.copy(f"inputs/{PROGRAMME}/returns/{NEXT}/{town}_{NEXT}.xlsx", returns)
    county = County(folder)
    assert county.call("settle", MONTH, "--direct", "--by", "Eva").code == 0
    assert county.call("approve", MONTH, "--by", "Frida", "--date", "2025-01-15").code == 0
    return county


def employ(county: County) -> None:
    """An account, and what a municipality handed in."""
    given = ("user", "add", "eva", "--name", "Eva Beispiel", "--role", "sachbearbeitung", "--password-stdin")
    assert call(*given, "--home", county.folder, stdin="ein langes Kennwort 27\n").code == 0
    what = {"programme": PROGRAMME, "ags": "14522180", "month": NEXT, "folder": NEXT, "file": "Freiberg.xlsx"}
    receipts_of(county.folder / "outputs").add(
        NewReceipt(**what, sha256="0a", size=1, errors=0, warnings=0, name="Olga", at=0)  # type: ignore[arg-type]
    )


def employed(county: County) -> tuple[str, object]:
    """Who may work, and what was handed in."""
    return county.call("user", "list").out, receipts_of(county.folder / "outputs").of_programme(PROGRAMME)


def forget(address: sa.URL) -> None:
    drop(address, PROGRAMME, "accounts")


def drop(address: sa.URL, *names: str) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS placement_premium_{name} CASCADE")
    engine.dispose()


def settled(county: County) -> None:
    for words in JANUARY:
        assert county.call(*words).code == 0


def test_backed_up_during_a_settlement_and_restored_after_everything_is_gone_the_next_month_is_the_same(
    county: County, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin is the county to which nothing happened: the same documents byte for byte, the same seals."""
    archive, make = tmp_path / "s.zip", settle.make_documents
    employ(county)
    people = employed(county)
    assert "Eva Beispiel" in people[0]

    def backing_up(*given: object) -> settle.Made:
        """While the draft stands in a transaction that is still open."""
        if not archive.exists():
            back_up(county.location, archive, DAY)
        return make(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(settle, "make_documents", backing_up)
        settled(county)
    undisturbed, seals = contents(county.documents / NEXT), [county.seal(month) for month in (MONTH, NEXT)]
    before = contents(county.documents / MONTH)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    shutil.rmtree(county.folder)
    if "postgresql" in request.node.name:
        forget(request.getfixturevalue("postgres"))
    told = call("restore", archive, "--to", county.folder)
    assert (told.code, told.err) == (0, "")
    assert "Unterlagen neu geschrieben: Dezember 2024." in told.out
    assert "Geprüft: 1 freigegebener Monat, alles stimmt." in told.out
    assert contents(county.documents / MONTH) == before
    assert employed(county) == people
    settled(county)
    assert contents(county.documents / NEXT) == undisturbed
    assert [county.seal(month) for month in (MONTH, NEXT)] == seals
    assert county.call("verify", "--full").code == 0


def test_a_ledger_moves_from_a_file_to_a_server_with_its_seals(
    backed_up: Path, postgres: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = json.loads(zipfile.ZipFile(backed_up).read("manifest.json"))["seal"]
    monkeypatch.setenv(VARIABLE, postgres.render_as_string(hide_password=False))
    moved, again = County(tmp_path / "kreis"), tmp_path / "again.zip"
    forget(postgres)
    try:
        told = call("restore", backed_up, "--to", moved.folder, "--seal", f"{MONTH}={seal}")
        assert told.code == 0, told
        assert "Dezember 2024: Das Prüfsiegel stimmt überein." in told.out
        assert not list(moved.documents.glob("*.db"))
        assert moved.call("backup", "--to", again).code == 0
        refused = call("restore", backed_up, "--to", tmp_path / "second")
        assert refused.code == 2
        assert "gibt es schon" in refused.err
        assert not (tmp_path / "second").exists()
        drop(postgres, PROGRAMME)
        beside = call("restore", backed_up, "--to", tmp_path / "third")
        assert beside.code == 0, beside
        assert "Auf dem Server gibt es schon Konten; sie bleiben" in beside.out
    finally:
        forget(postgres)
    assert again.read_bytes() == backed_up.read_bytes()  # a file and a server tell the same


def test_a_seal_that_somebody_kept_shows_that_a_backup_is_too_old(backed_up: Path, tmp_path: Path) -> None:
    begun_before = tmp_path / "kreis/.wiederherstellung.neu/inputs"  # and was interrupted
    begun_before.mkdir(parents=True)
    (begun_before / "halb.xlsx").touch()
    told = call("restore", backed_up, "--to", tmp_path / "kreis", "--seal", f"{NEXT}={'0' * 64}")
    assert told.code == 2
    assert "Januar 2025: Der Monat ist im Buch nicht freigegeben" in told.out
    assert sorted(path.name for path in (tmp_path / "kreis").iterdir()) == ["inputs", "outputs"]
    assert not list(tmp_path.rglob("halb.xlsx"))


def test_what_is_not_in_a_backup_or_not_as_it_was_is_told(tmp_path: Path) -> None:
    county = begun(tmp_path / "kreis")
    link = county.folder / f"inputs/{PROGRAMME}/returns/{NEXT}/fremd.xlsx"
    link.symlink_to(county.folder / "inputs/law/agh_allowance.csv")
    damaged = next((county.documents / "archive").iterdir())
    damaged.write_bytes(b"something else")
    told = county.call("backup", "--to", tmp_path)
    assert told.code == 0
    assert f"Nicht gesichert ist {link}: eine Verknüpfung" in told.out
    assert "die im Archiv fehlen oder verändert sind: 1." in told.out
    (archive,) = tmp_path.glob(f"Sicherung-{PROGRAMME}-*.zip")
    restored = call("restore", archive, "--to", tmp_path / "zurueck")
    assert restored.code == 2  # in place, and what does not hold is named as `verify` does
    assert damaged.stem[:12] in restored.out
    assert (tmp_path / f"zurueck/outputs/{PROGRAMME}/ledger.db").exists()


def test_documents_that_came_after_the_backup_show_that_it_is_older(tmp_path: Path) -> None:
    county, archive = begun(tmp_path / "kreis"), tmp_path / "s.zip"
    assert county.call("backup", "--to", archive).code == 0
    settled(county)
    assert call("restore", archive, "--to", tmp_path / "alt").code == 0
    shutil.copytree(county.documents / NEXT, tmp_path / f"alt/outputs/{PROGRAMME}/{NEXT}")
    told = call("verify", "--home", tmp_path / "alt")
    assert told.code == 2
    assert "ist älter als die Unterlagen" in told.out
    assert "Januar 2025" in told.out


def test_the_same_state_gives_the_same_bytes_and_nothing_is_overwritten(tmp_path: Path) -> None:
    county = begun(tmp_path / "kreis")
    for name in ("eins.zip", "zwei.zip"):
        assert county.call("backup", "--to", tmp_path / name).code == 0
    assert (tmp_path / "eins.zip").read_bytes() == (tmp_path / "zwei.zip").read_bytes()
    refused = county.call("backup", "--to", tmp_path / "eins.zip")
    assert refused.code == 2
    assert "gibt es schon" in refused.err
    occupied = call("restore", tmp_path / "eins.zip", "--to", county.folder)
    assert occupied.code == 2
    assert "kein leerer Ordner" in occupied.err
    assert not list(tmp_path.rglob("*.part"))


Members = dict[str, tuple[zipfile.ZipInfo, bytes]]


def with_manifest(members: Members, /, **changed: object) -> Members:
    info, text = members["manifest.json"]
    return {**members, "manifest.json": (info, json.dumps({**json.loads(text), **changed}).encode())}


def smuggled(name: str) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        digests = json.loads(members["manifest.json"][1])["members"]
        sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        found = with_manifest(members, members={**digests, name: sha256_of_nothing})
        return {**found, name: (zipfile.ZipInfo(name), b"")}

    return change


def one_byte_more(members: Members) -> Members:
    info, content = members["ledger/runs.jsonl"]
    return {**members, "ledger/runs.jsonl": (info, content + b"\n")}


def a_link(members: Members) -> Members:
    info, content = members[f"inputs/{PROGRAMME}/programme.toml"]
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return {**members, info.filename: (info, content)}


def a_bomb(members: Members) -> Members:
    info, _ = members[f"inputs/{PROGRAMME}/programme.toml"]
    return {**members, info.filename: (info, bytes(20 * 1024**2))}


def records_of_others(members: Members) -> Members:
    """A whole backup by its digests, whose ledger is none."""
    content = b'["run_id","month","state; DROP TABLE runs"]\n[1,"2025-01","draft"]\n'
    return replaced(members, "ledger/runs.jsonl", content)


def replaced(members: Members, name: str, content: bytes) -> Members:
    digests = json.loads(members["manifest.json"][1])["members"]
    found = with_manifest(members, members={**digests, name: hashlib.sha256(content).hexdigest()})
    return {**found, name: (members[name][0], content)}


def accounts_of_others(members: Members) -> Members:
    return replaced(members, "accounts/accounts.jsonl", b'["login","name"]\n["eva","Eva"]\n')


HOSTILE: dict[str, tuple[Callable[[Members], Members], str]] = {
    "a byte more": (one_byte_more, "ledger/runs.jsonl"),
    "a path upwards": (smuggled("inputs/../../../entkommen.txt"), "entkommen"),
    "a path upwards behind the programme": (smuggled(f"outputs/{PROGRAMME}/../../entkommen.txt"), "entkommen"),
    "an absolute path": (smuggled("/tmp/entkommen.txt"), "entkommen"),
    "a drive": (smuggled(f"outputs/{PROGRAMME}/C:entkommen.txt"), "entkommen"),
    "a ledger beside the ledger": (smuggled(f"outputs/{PROGRAMME}/ledger.db"), "ledger.db"),
    "another programme": (smuggled("inputs/dueren/programme.toml"), "dueren"),
    "a link": (a_link, "programme.toml"),
    "a bomb": (a_bomb, "programme.toml"),
    "a member that is not listed": (lambda members: with_manifest(members, members={}), "accounts"),
    "accounts of others": (accounts_of_others, "die Konten"),
    "a newer ledger": (lambda members: with_manifest(members, schema="9999"), "neuere Fassung"),
    "a newer backup": (lambda members: with_manifest(members, format=2, others=True), "neuere Fassung"),
    "no manifest": (lambda members: {k: v for k, v in members.items() if k != "manifest.json"}, "keine Sicherung"),
    "a manifest that is none": (lambda members: with_manifest(members, members=["a"]), "keine Sicherung"),
    "records of others": (records_of_others, "das Buch"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_whole_backup_is_refused_and_nothing_is_put_in_place(
    what: str, backed_up: Path, tmp_path: Path
) -> None:
    change, said = HOSTILE[what]
    with zipfile.ZipFile(backed_up) as source:
        members = change({info.filename: (info, source.read(info)) for info in source.infolist()})
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as target:
        for info, content in members.values():
            target.writestr(info, content, zipfile.ZIP_DEFLATED)
    place = tmp_path / "tief/kreis"
    told = call("restore", tmp_path / "s.zip", "--to", place)
    assert told.code == 2, told
    assert said in told.err, told
    assert not place.exists() or not any(place.iterdir())
    assert not list(tmp_path.rglob("entkommen*"))


def test_a_file_that_is_no_archive_or_cut_short_is_refused(backed_up: Path, tmp_path: Path) -> None:
    whole = backed_up.read_bytes()
    for number, content in enumerate((b"", b"PK", whole[: len(whole) // 2], whole[:2000] + bytes(900) + whole[2900:])):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)
        told = call("restore", path, "--to", tmp_path / "kreis")
        assert told.code == 2, (number, told)
        assert "Sicherung" in told.err
        assert not (tmp_path / "kreis").exists() or not any((tmp_path / "kreis").iterdir())


@pytest.mark.parametrize("store", STORES)
def test_what_an_earlier_version_told_is_filled_in_and_brought_to_this_one(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The version before case months were kept where they changed: its runs lack that column."""
    told = {name: f'["{metadata.tables[name].c[0].name}"]\n'.encode() for name in moving.TOLD}
    told[runs.name] = (
        b'["run_id","month","state","drafted_by","document_date"]\n[1,"2025-01","draft","Eva","2025-02-01"]\n'
    )
    told[identity.name] = b'["identity"]\n["0a"]\n'
    ledger: Ledger = new_ledger(store, tmp_path, request)
    moving.fill(ledger, "0012", told, frozenset({"2025-01"}))  # type: ignore[arg-type]
    with ledger.reading() as connection:
        assert connection is not None
        assert migrations.version(connection, ledger.name) == migrations.HEAD
        assert triggers.differing(connection) == []
        assert connection.scalar(sa.select(identity.c.identity)) == "0a"
        found = connection.execute(sa.select(runs.c.month, runs.c.document_date, runs.c.case_months)).all()
    assert found == [("2025-01", date(2025, 2, 1), None)]


def old_ledger(path: Path) -> None:
    """A ledger of an earlier version, with a draft."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrations.migrate(connection, "base", "0012")
        connection.exec_driver_sql(
            "INSERT INTO runs (run_id, month, state, drafted_by) VALUES (1, '2025-01', 'draft', 'Eva')"
        )
    engine.dispose()


def version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (drafted,) = connection.execute("SELECT drafted_by FROM runs").fetchone()
        assert drafted == "Eva"
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_before_a_ledger_is_migrated_a_copy_of_it_is_kept(tmp_path: Path) -> None:
    path, kept = tmp_path / "ledger.db", tmp_path / "ledger-0012.db"
    old_ledger(path)
    for _ in range(2):  # it is migrated once
        with SqliteLedger(path).reading() as connection:
            assert connection is not None
    assert (version_of(path), version_of(kept)) == (migrations.HEAD, "0012")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    first = kept.read_bytes()

    shutil.copy(kept, path)  # somebody goes back, works on, and updates again
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("UPDATE runs SET month = '2025-02'")
    with SqliteLedger(path).transaction():
        pass
    assert kept.read_bytes() == first
    assert version_of(tmp_path / "ledger-0012-2.db") == "0012"
    assert sorted(each.name for each in tmp_path.glob("ledger-*.db")) == ["ledger-0012-2.db", "ledger-0012.db"]


def test_where_no_copy_can_be_kept_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.db"
    old_ledger(path)

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(durable, "flush_file", full)
    with pytest.raises(OSError, match="full"), SqliteLedger(path).transaction():
        pass
    assert version_of(path) == "0012"
    assert not list(tmp_path.glob("ledger-*"))


def test_on_a_server_the_tables_are_kept_in_a_schema_beside(postgres: sa.URL) -> None:
    ledger = PostgresLedger(postgres, "umzug")
    for month, kept in (
        ("2025-01", "bis_0012_placement_premium_umzug"),
        ("2025-02", "bis_0012_placement_premium_umzug_2"),
    ):
        engine = sa.create_engine(postgres, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS placement_premium_umzug CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA placement_premium_umzug")
            connection.exec_driver_sql("SET search_path TO placement_premium_umzug")
            migrations.make(connection, "0012")
            connection.exec_driver_sql(
                f"INSERT INTO runs (run_id, month, state, drafted_by) VALUES (1, '{month}', 'draft', 'Eva')"
            )
        with ledger.transaction():
            pass
        with engine.begin() as connection:
            told = connection.exec_driver_sql(f"SELECT month, drafted_by FROM {kept}.runs").all()
            version = connection.exec_driver_sql(f"SELECT version_num FROM {kept}.alembic_version").scalar()
            now = connection.exec_driver_sql("SELECT version_num FROM placement_premium_umzug.alembic_version").scalar()
        engine.dispose()
        assert [tuple(row) for row in told] == [(month, "Eva")]
        assert (version, now) == ("0012", migrations.HEAD)
