"""Archives and mails among the returns: unpacked as a month is settled, kept beside it, and nothing in them lost in silence."""

import errno
import io
import shutil
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from flows.ingest.read import received_contents
from flows.ingest.unfolding import packed_files, unfold
from schemas.passed_over import Why
from schemas.programme.parties import Limits
from tests.command import call

LIMITS = Limits(file_mib=1, unpacked_mib=2)
RETURNS = Path("inputs/mittelsachsen/returns/2024-12")


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return packed.getvalue()


def mail(files: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Meldung"
    message.set_content("Anbei die Meldung.")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def told(folder: Path) -> list[tuple[str, Why, str]]:
    return [(each.name, each.why, each.detail) for each in unfold(folder, LIMITS)]


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_they_are_unpacked_where_they_lie_and_kept(tmp_path: Path) -> None:
    """An archive in a mail too; a macOS archive's shadows, a logo and a letter are no returns."""
    (tmp_path / "Titz").mkdir()
    inner = archive({"A.xlsx": b"a", "__MACOSX/._A.xlsx": b"shadow", "Sub/B.xlsx": b"b"})
    (tmp_path / "Titz/Post.eml").write_bytes(mail({"alle.zip": inner, "Logo.PNG": b"picture", "C.ods": b"c"}))
    (tmp_path / "Mappe.zip").write_bytes(archive({"[Content_Types].xml": b"<Types/>"}))
    assert packed_files(tmp_path) == [tmp_path / "Titz/Post.eml"]
    assert told(tmp_path) == [
        ("Titz/Post.eml", Why.UNPACKED, "2 Dateien"),
        ("Logo.PNG", Why.NO_RETURN, "Titz/Post.eml"),
        ("Titz/alle.zip", Why.UNPACKED, "2 Dateien"),
    ]
    assert list(received_contents(tmp_path)) == ["Mappe.zip", "Titz/A.xlsx", "Titz/B.xlsx", "Titz/C.ods"]
    assert below(tmp_path / "Herausgenommen") == ["Post.eml", "alle.zip"]
    assert told(tmp_path) == []  # nothing is done twice


@pytest.mark.parametrize(
    ("name", "content", "detail"),
    [
        ("kaputt.zip", b"PK\x03\x04 nothing", "lässt sich nicht öffnen"),
        ("leer.eml", mail({}), "enthält keine Datei"),
        ("bombe.zip", archive({"a": b"0" * 2**20, "b": b"0" * 2**20, "c": b"0"}), "zu groß"),
        ("gross.zip", b"0" * (2 * 2**20 + 1), "zu groß"),
        ("eins.zip", archive({"A.xlsx": b"a", "B.xlsx": b"0" * (2**20 + 1)}), "B.xlsx: zu groß"),
    ],
)
def test_what_cannot_be_unpacked_whole_stays_and_is_named(
    tmp_path: Path, name: str, content: bytes, detail: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert told(tmp_path) == [(name, Why.NOT_UNPACKED, detail)]
    assert (tmp_path / name).read_bytes() == content
    assert name in received_contents(tmp_path)  # and is read as what it is: no return


def test_what_is_packed_within_others_is_measured_together(tmp_path: Path) -> None:
    """Ten archives of 0.9 MiB each in one of a few KiB; 2 MiB may come of them, so two are unpacked and eight are named."""
    inner = {f"{number}.zip": archive({f"{number}.xlsx": b"0" * 943_718}) for number in range(10)}
    (tmp_path / "alle.zip").write_bytes(archive(inner))
    found = told(tmp_path)
    assert [why for _, why, _ in found].count(Why.UNPACKED) == 3
    assert [(why, detail) for _, why, detail in found].count((Why.NOT_UNPACKED, "zu groß")) == 8
    kept = sum(path.stat().st_size for path in tmp_path.rglob("*.xlsx"))
    assert kept <= LIMITS.unpacked_mib * 2**20


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr("flows.ingest.unfolding.deposit", read_only)
    (tmp_path / "alle.zip").write_bytes(archive({"A.xlsx": b"a"}))
    assert told(tmp_path) == [("alle.zip", Why.NOT_UNPACKED, "der Ordner lässt sich nicht beschreiben")]


def test_a_month_that_came_in_a_mail_and_an_archive_is_settled_like_any_other(tmp_path: Path) -> None:
    """The sum is the one of the shipped month (README, tests/golden/test_mittelsachsen.py)."""
    call("init", tmp_path, "--from", "mittelsachsen")
    month = tmp_path / "inputs/mittelsachsen/returns/2024-12"
    files = {path.name: path.read_bytes() for path in sorted(RETURNS.glob("*.xlsx"))}
    first = dict(list(files.items())[:1])
    (month / "Meldung.eml").write_bytes(mail(first))
    (month / "Übrige.zip").write_bytes(archive({name: files[name] for name in files.keys() - first.keys()}))
    (month / "Brief.zip").write_bytes(b"nothing")
    drafted = call("settle", "2024-12", "--by", "Eva", "--home", tmp_path, "--direct")
    assert "15 Meldungen übernommen, 1 zurückgestellt" in drafted.out, drafted.err
    assert "  „Meldung.eml“ wurde ausgepackt (1 Datei) und liegt nun im Ordner Herausgenommen." in drafted.out
    assert "  Achtung: „Brief.zip“ wurde nicht ganz ausgepackt (lässt sich nicht öffnen)." in drafted.out
    approved = call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15", "--home", tmp_path, "--direct")
    assert "11 Abrechnungen über zusammen 210,10 €" in approved.out, approved.err
    shutil.rmtree(month)  # the archive has what was settled
    assert call("verify", "--home", tmp_path).code == 0
