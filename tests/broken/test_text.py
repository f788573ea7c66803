"""Text that no workbook, database or console can hold: made writable where it comes in, so that nothing later fails on it."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from flows import settle
from flows.commands.options import given_name
from flows.ingest.opening_balances import read_opening
from flows.ingest.read import received_contents
from flows.ledger import document_state
from flows.location import find_location
from schemas.given import given_reason
from schemas.opening_balances import HEADINGS
from schemas.refusal import Refusal
from tests.broken.forms import Form
from tests.broken.programmes import loaded
from tests.command import call
from tests.golden.office import Office

POISON = "\ufffe\uffff\x07\udc80"
MONTH = "2025-01"


def test_names_and_reasons_are_made_writable() -> None:
    assert given_name(f" Eva{POISON} Entwurf\u200b ") == "Eva Entwurf"
    assert given_reason(f"weil{POISON} es\n so ist ") == "weil es\n so ist"
    with pytest.raises(Refusal) as nameless:
        given_name(POISON)
    with pytest.raises(Refusal) as groundless:
        given_reason(f" {POISON}\u200b")
    assert [nameless.value.code, groundless.value.code] == ["name-empty", "reason-empty"]


def test_opening_balances_are_made_writable(tmp_path: Path) -> None:
    path = tmp_path / "Salden.csv"
    row = f"2015-12;05358008;A-1\ufffe00{chr(7)};Prämie;;100,00"
    path.write_text("\n".join([";".join(HEADINGS), row]), encoding="utf-8")
    assert read_opening(path, loaded())["case_id"].to_list() == ["A-100"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are always valid text there")
def test_a_folder_is_listed_under_names_that_can_be_written(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/D\xfcren.xlsx")).write_bytes(b"")
    (tmp_path / "J\ufffe.xlsx").write_bytes(b"")
    assert set(received_contents(tmp_path)) == {"D%FCren.xlsx", "J%FFFE.xlsx"}


def test_a_link_given_to_check_is_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "geheim.xlsx").write_bytes(b"")
    (tmp_path / "Meldung.xlsx").symlink_to(tmp_path / "geheim.xlsx")
    answer = call("check", tmp_path / "Meldung.xlsx", "--programme", "mittelsachsen", "--outputs", tmp_path / "o")
    assert answer.code == 2
    assert "Meldung.xlsx ist eine Verknüpfung" in answer.err
    assert "die Datei selbst nennen" in answer.err


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A month of one town, with such letters in the names of file and sheet, in cells and of who acts."""
    folder = tmp_path_factory.mktemp("text")
    office = Office.opened(folder, "mittelsachsen", {"14522180": "Freiberg"})
    months = sorted(path.name for path in (office.inputs / "returns").iterdir())
    for other in months[1:]:
        shutil.rmtree(office.inputs / "returns" / other)
    (sent,) = (office.inputs / "returns" / months[0]).iterdir()

    def poisoned(xml: bytes) -> bytes:
        return xml.replace(b"</t></si>", "\ufffe\uffff_x0007_</t></si>".encode())

    form = Form(sent.name, sent.read_bytes()).part("xl/sharedStrings.xml", poisoned)
    sent.unlink()
    (sent.parent / "Mel\ufffedung\x07.xlsx").write_bytes(form.content)
    return office


def test_a_month_full_of_such_letters_is_settled_approved_and_verified(office: Office) -> None:
    (month,) = (path.name for path in (office.inputs / "returns").iterdir())
    poison = POISON.replace("\udc80", "")  # which no test can hand over as an argument on every system
    office.done("settle", month, "--direct", "--by", f"Eva{poison}")
    office.done("approve", month, "--by", f"Frida{poison}", "--date", "2025-01-15")
    assert "alles stimmt" in office.done("verify")
    assert "Mel%FFFEdung%07.xlsx" in (office.outputs / month / "findings.csv").read_text(encoding="utf-8")
    assert "\ufffe" not in office.done("status", "--journal")


def test_documents_that_cannot_be_written_are_named_and_stop_no_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older version took in may be such that no workbook can be made of it."""
    location = find_location(office.folder / "inputs", office.folder / "outputs", "mittelsachsen")
    (month,) = (path.name for path in (office.inputs / "returns").iterdir())
    document_state.outdated(location.ledger, month)

    def unwritable(*_: object) -> None:
        raise ValueError("All strings must be XML compatible: Unicode or ASCII, no NULL bytes or control characters")

    monkeypatch.setattr(settle, "make_documents", unwritable)
    answer = office.call("status")
    assert answer.code == 0
    assert "Die Unterlagen für Dezember 2024 ließen sich nicht neu schreiben" in answer.err
    assert "placement-premium emit 2024-12" in answer.err
    assert "XML" not in answer.err
    monkeypatch.undo()
    again = office.call("status")
    assert "neu geschrieben: die Unterlagen für Dezember 2024" in again.err
