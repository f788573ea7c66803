"""The workspace and the disk: an approval whose documents could not be written is an approval, and the page finishes them."""

import errno
import shutil
from pathlib import Path

import pytest

from flows.emit import month_folder
from flows.ledger import journal
from flows.ledger.store.sqlite import SqliteLedger
from tests.command import call
from tests.web.http import Office, county
from tests.web.settled import work_ended

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A drafted month."""
    inputs, outputs = county(tmp_path)
    shutil.copytree(f"inputs/mittelsachsen/returns/{MONTH}", inputs / f"mittelsachsen/returns/{MONTH}")
    answer = call("settle", MONTH, "--direct", "--by", "Eva Beispiel", "--inputs", inputs, "--outputs", outputs)
    assert answer.code == 0
    return Office(inputs, outputs)


def disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_approval_with_the_disk_full_is_one_and_the_page_writes_its_documents(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    frida = office.visitor("frida")
    booked = office.outputs / f"mittelsachsen/{MONTH}/Buchungen-{MONTH}.csv"
    with monkeypatch.context() as patch:
        patch.setattr(month_folder, "put_in_place", disk_full)
        draft = frida.get(f"{PAGE}/freigabe").text.partition('name="entwurf" value="')[2].partition('"')[0]
        answer = frida.submit(f"{PAGE}/freigabe", entwurf=draft)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        work_ended(office.app, MONTH)
        assert not booked.exists()
    page = frida.get(PAGE)
    assert page.status_code == 200
    assert "freigegeben" in page.text
    assert booked.exists()


def test_the_journal_names_the_login_of_whoever_worked_in_the_browser(office: Office) -> None:
    frida = office.visitor("frida")
    draft = frida.get(f"{PAGE}/freigabe").text.partition('name="entwurf" value="')[2].partition('"')[0]
    assert frida.submit(f"{PAGE}/freigabe", entwurf=draft).status_code == 303
    work_ended(office.app, MONTH)
    drafted, approved = journal.entries(SqliteLedger(office.outputs / "mittelsachsen/ledger.db"))
    assert (approved.account, approved.name) == ("frida", "Frida Beispiel")
    assert drafted.account != "frida"  # at the command line
