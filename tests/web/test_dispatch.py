"""Versand: letters for a mail program, packages, and the same by command; nothing is sent, and the bytes are always the same."""

import email
import email.policy
import io
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.command import call, contents
from tests.web.http import Office, county, faulty

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A county with one approved month, one return of which was held back."""
    inputs, outputs = county(tmp_path_factory.mktemp("versand"))
    programme = inputs / "mittelsachsen/programme.toml"
    text = programme.read_text(encoding="utf-8")
    first = re.search(r'email = "[^"]+@hainichen[^"]*"', text) or re.search(r'email = "asyl[^"]+"', text)
    assert first is not None
    programme.write_text(text.replace(first[0], 'email = "folgt noch"'), encoding="utf-8")
    folder = inputs / "mittelsachsen/returns" / MONTH
    folder.mkdir(parents=True)
    for path in RETURNS:
        (folder / path.name).write_bytes(faulty(path)[0] if path == RETURNS[0] else path.read_bytes())
    where = ("--inputs", inputs, "--outputs", outputs)
    assert call("settle", MONTH, "--by", "Eva", "--direct", *where).code == 1  # one is held back
    office = Office(inputs, outputs)
    drafted = office.visitor("eva").get(f"{PAGE}/versand").text
    assert drafted.count(".eml</a>") == 1  # of a draft, only what goes back
    assert call("approve", MONTH, "--by", "Frida", "--date", "2025-01-15", *where).code == 0
    return office


def letter(packed: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    found = email.message_from_bytes(packed, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_each_municipality_and_each_sender_has_a_letter_with_its_files(office: Office) -> None:
    eva = office.visitor("eva")
    packed = zipfile.ZipFile(io.BytesIO(eva.get(f"{PAGE}/versand.zip").content))
    letters = {name: letter(packed.read(name)) for name in packed.namelist() if name.endswith(".eml")}
    assert len(letters) == 15 + 1
    sent_back = next(found for name, found in letters.items() if name.startswith("Korrektur-"))
    (workbook,) = sent_back.iter_attachments()
    settled = office.outputs / "mittelsachsen" / MONTH
    assert workbook.get_content() == (settled / "Korrekturen" / str(workbook.get_filename())).read_bytes()
    assert "1 Fehler" in str(sent_back.get_body())
    for name, found in letters.items():
        if name.startswith("Korrektur-"):
            continue
        files = {str(part.get_filename()): part.get_content() for part in found.iter_attachments()}
        folder = settled / "Kommunen" / name.removesuffix(".eml")
        assert {path.name: path.stat().st_size for path in folder.iterdir()}.keys() == files.keys()
        assert files[f"Abrechnung-{name[:8]}-{MONTH}.xlsx"] == (folder / f"Abrechnung-{name[:8]}-{MONTH}.xlsx").read_bytes()  # fmt: skip
        assert found["X-Unsent"] == "1" and found["From"] is None and found["Date"] is None


def test_whose_address_nobody_knows_is_named(office: Office) -> None:
    page = office.visitor("eva").get(f"{PAGE}/versand").text
    unknown = re.search(r"Ohne E-Mail-Adresse.*?</ul>", page, re.DOTALL)
    assert unknown is not None and unknown[0].count("<li>") >= 1
    files = re.findall(r"\(([^()]+\.eml)\)</li>", unknown[0])
    assert all(letter(office.visitor("eva").get(f"{PAGE}/versand/{file}").content)["To"] is None for file in files)


def test_the_command_writes_the_same_bytes_each_time(office: Office) -> None:
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    written = office.outputs / "mittelsachsen" / f"{MONTH}-Versand"
    assert call("send-out", MONTH, *where).code == 0
    first = contents(written)
    answer = call("send-out", MONTH, *where)
    assert "16 Briefe, 1 Paket geschrieben" in answer.out  # Mittelsachsen has no carrier
    assert "Gesendet ist noch nichts." in answer.out
    assert contents(written) == first
    packed = zipfile.ZipFile(io.BytesIO(office.visitor("eva").get(f"{PAGE}/versand.zip").content))
    assert {name: packed.read(name) for name in packed.namelist()} == {
        path.name: path.read_bytes() for path in written.iterdir()
    }
    cash = zipfile.ZipFile(written / f"Kasse-{MONTH}.zip")
    assert cash.namelist() == [f"Finanzuebersicht-{MONTH}.xlsx", f"Buchungen-{MONTH}.csv"]


def test_a_document_that_was_changed_does_not_go_out(office: Office) -> None:
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    path = office.outputs / "mittelsachsen" / MONTH / f"Buchungen-{MONTH}.csv"
    kept = path.read_bytes()
    path.write_bytes(kept + b"x")
    try:
        answer = call("send-out", MONTH, *where)
        assert (answer.code, "nicht so da, wie sie ausgegeben wurden" in answer.err) == (2, True)
        page = office.visitor("eva").get(f"{PAGE}/versand")
        assert (page.status_code, "Unterlagen schreiben" in page.text) == (409, True)
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("path", ["nichts.eml", "..%2fledger.db", "Kasse-2025-01.zip", "%2e%2e%2fFinanzuebersicht-2024-12.xlsx"])  # fmt: skip
def test_nothing_else_is_reached(office: Office, path: str) -> None:
    assert office.visitor("eva").get(f"{PAGE}/versand/{path}").status_code == 404


def test_who_only_reads_sends_nothing_out(office: Office) -> None:
    for login in ("paul", "bea", "toni", "vera"):
        assert office.visitor(login).get(f"{PAGE}/versand").status_code == 404
