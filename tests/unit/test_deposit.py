"""Handing in files: under which names they lie in the month's folder, and what is refused."""

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from flows.ingest.deposit import MOST_FILES, deposit, safe_name
from flows.ingest.read import received_files
from schemas.programme.parties import Limits
from schemas.receiving import Deposit, HandedIn

LIMITS = Limits(file_mib=1, unpacked_mib=2)


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            target.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def outcomes(files: list[HandedIn], folder: Path) -> list[tuple[str, Deposit]]:
    return [(entry.name, entry.outcome) for entry in deposit(files, folder, LIMITS)]


def test_two_files_of_one_name_are_both_kept_and_the_same_bytes_once(tmp_path: Path) -> None:
    files = [HandedIn("Meldung.xlsx", b"one"), HandedIn("meldung.XLSX", b"two"), HandedIn("anders.xlsx", b"one")]
    assert outcomes(files, tmp_path / "2025-01") == [
        ("Meldung.xlsx", Deposit.KEPT),
        ("meldung (2).XLSX", Deposit.KEPT),
        ("Meldung.xlsx", Deposit.ALREADY_THERE),
    ]
    assert {path.name: path.read_bytes() for path in received_files(tmp_path / "2025-01")} == {
        "Meldung.xlsx": b"one",
        "meldung (2).XLSX": b"two",
    }


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/x", "x"),
        ("..\\..\\Start.xlsx", "Start.xlsx"),
        ("/abs/Meldung März.xlsx", "Meldung März.xlsx"),
        ("a\nb\x00.xlsx", "ab%00.xlsx"),
        ("COM1.xlsx", "_COM1.xlsx"),
        ("~$Meldung.xlsx", "_~$Meldung.xlsx"),
        ("Meldung.xlsx. . ", "Meldung.xlsx"),
        ("..", "Meldung"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
        ("a:b|c?.xlsx", "a_b_c_.xlsx"),
    ],
)
def test_no_name_leads_out_of_the_folder_or_troubles_a_system(tmp_path: Path, name: str, kept: str) -> None:
    assert safe_name(name) == kept
    assert outcomes([HandedIn(name, b"x")], tmp_path / "m") == [(kept, Deposit.KEPT)]
    assert [path.name for path in (tmp_path / "m").iterdir()] == [kept]


def test_an_archive_and_a_mail_are_unpacked_and_a_workbook_is_not(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail.set_content("Anbei die Meldung.")
    mail.add_attachment(b"mailed", maintype="application", subtype="octet-stream", filename="Müller/../Meldung.xlsx")
    workbook = archive(**{"[Content_Types].xml": b"<Types/>"})
    files = [
        HandedIn("alle.zip", archive(Ordner__A=b"a", Ordner__Tief__B=b"b")),
        HandedIn("post.eml", mail.as_bytes()),
        HandedIn("Mappe.zip", workbook),
    ]
    assert outcomes(files, tmp_path) == [
        ("A", Deposit.KEPT), ("B", Deposit.KEPT), ("Meldung.xlsx", Deposit.KEPT), ("Mappe.zip", Deposit.KEPT),
    ]  # fmt: skip
    assert (tmp_path / "Mappe.zip").read_bytes() == workbook


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (HandedIn("groß.xlsx", b"x" * (1024 * 1024 + 1)), Deposit.TOO_LARGE),
        (HandedIn("leer.zip", archive()), Deposit.NOTHING_INSIDE),
        (HandedIn("kaputt.zip", b"PK\x03\x04 nothing"), Deposit.DAMAGED),
        (HandedIn("bombe.zip", archive(a=b"0" * 1024 * 1024, b=b"0" * 1024 * 1024, c=b"0")), Deposit.TOO_LARGE),
        (HandedIn("viele.zip", archive(**{f"f{number}": b"" for number in range(MOST_FILES + 1)})), Deposit.TOO_MANY),
        (HandedIn("ohne.eml", b"Subject: nichts\n\nText"), Deposit.NOTHING_INSIDE),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_told_and_leaves_nothing(tmp_path: Path, file: HandedIn, outcome: Deposit) -> None:
    assert [entry.outcome for entry in deposit([file], tmp_path, LIMITS)] == [outcome]
    assert list(tmp_path.iterdir()) == []
