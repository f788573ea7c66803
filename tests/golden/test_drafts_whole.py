"""No draft is kept, and no month approved, whose documents cannot be made; nothing that is kept stops a later command."""

import re
from pathlib import Path

import pytest

from flows import settle as use_case
from tests.command import contents
from tests.golden.office import Office

FREIBERG, LINNICH = "14522180", "05358036"


def failing(*_: object) -> None:
    raise KeyError("14522999")


def test_a_draft_whose_documents_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    office.settle("2024-12")
    before = contents(office.outputs / "2024-12")
    with monkeypatch.context() as patch:
        patch.setattr(use_case.documents, "write_finance", failing)
        broken = office.call("settle", "2024-12", "--direct", "--by", "Olga")
    assert broken.code == 70  # a defect of ours; what counts is what it leaves behind
    assert "Entwurf" in office.done("status")
    assert contents(office.outputs / "2024-12") == before  # Eva's draft stands
    assert not list(office.outputs.glob(".*.neu"))
    office.approve("2024-12", "2025-01-15")


def test_a_month_whose_documents_cannot_be_made_is_not_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office.opened(tmp_path, "mittelsachsen", {FREIBERG: "Freiberg"})
    office.settle("2024-12")
    with monkeypatch.context() as patch:
        patch.setattr(use_case, "write_invoices", failing)
        broken = office.call("approve", "2024-12", "--by", "Frida", "--date", "2025-01-15")
    assert broken.code == 70
    assert "Entwurf" in office.done("status")
    office.approve("2024-12", "2025-01-15")
    assert office.numbers(FREIBERG, "2024-12") == ["AGH-2025-0001"]


def test_premiums_that_are_posted_keep_their_carrier_and_their_accounts(tmp_path: Path) -> None:
    """Linnich has premiums by May 2016; a file without [carrier] would take them back from nobody."""
    office = Office.opened(tmp_path, "dueren", {LINNICH: "Linnich"})
    for month in ("2015-11", "2015-12", "2016-01", "2016-02", "2016-03", "2016-04", "2016-05"):
        office.settle(month)
        office.approve(month, "2016-06-15")
    file = office.inputs / "programme.toml"
    text = file.read_text(encoding="utf-8")
    without = re.sub(r"(?ms)^\[(carrier|savings|\[premium\])\].*?(?=^\[)", "", text)
    file.write_text(without, encoding="utf-8")
    before = contents(office.outputs)
    said = office.refused("settle", "2016-06", "--direct", "--by", "Eva", "--accept", "Probe")
    assert "fehlt der Träger ([carrier]), obwohl Prämien gebucht sind" in said
    assert contents(office.outputs / "2016-05") == {
        name.removeprefix("2016-05/"): digest for name, digest in before.items() if name.startswith("2016-05/")
    }
    assert not (office.outputs / "2016-06").exists()
    file.write_text(text, encoding="utf-8")
    office.settle("2016-06")
