"""The workspace and the disk: an approval whose documents could not be written is an approval; they follow, and no draft's stand in for them."""

import errno
import shutil
from pathlib import Path

import pytest

from flows.emit import month_folder
from flows.ledger import document_state, journal
from flows.ledger.store.sqlite import SqliteLedger
from schemas.months import Month
from tests.command import call, contents
from tests.web.http import Office, county
from tests.web.settled import work_ended

MONTH, OWN = "2024-12", "14522180"  # Freiberg, toni's
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


def test_after_an_approval_with_the_disk_full_nobody_is_handed_the_drafts_documents(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    frida, toni = office.visitor("frida"), office.visitor("toni")
    folder = office.outputs / f"mittelsachsen/{MONTH}"
    statement = next(folder.glob(f"Kommunen/{OWN}-*/Abrechnung-*.xlsx"))
    theirs = f"{PAGE}/unterlagen/{statement.relative_to(folder).as_posix()}"
    drafted, booked = statement.read_bytes(), folder / f"Buchungen-{MONTH}.csv"
    with monkeypatch.context() as patch:
        patch.setattr(month_folder, "put_in_place", disk_full)
        draft = frida.get(f"{PAGE}/freigabe").text.partition('name="entwurf" value="')[2].partition('"')[0]
        answer = frida.submit(f"{PAGE}/freigabe", entwurf=draft)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        work_ended(office.app, MONTH)
        page = frida.get(PAGE).text
        assert "lässt sich nicht lesen oder schreiben" in page
        for told in ("freigegeben", "Die Unterlagen dieses Monats stehen noch aus", "Unterlagen schreiben"):
            assert told in page
        assert "Sie werden noch geschrieben" in toni.get(f"{PAGE}/{OWN}").text
        assert (frida.get(f"{PAGE}/unterlagen.zip").status_code, toni.get(theirs).status_code) == (409, 404)
        assert frida.submit(f"{PAGE}/unterlagen").status_code == 303  # in vain, and said once more
        work_ended(office.app, MONTH)
        assert "lässt sich nicht lesen oder schreiben" in frida.get(PAGE).text
    assert not booked.exists()
    assert frida.submit(f"{PAGE}/unterlagen").status_code == 303
    work_ended(office.app, MONTH)
    page = frida.get(PAGE).text
    assert "stehen noch aus" not in page and booked.name in page
    assert booked.exists()
    final = toni.get(theirs)
    assert (final.status_code, final.content == statement.read_bytes() != drafted) == (200, True)


def test_looking_at_a_month_changes_nothing(office: Office) -> None:
    """A page is read with GET, and GET writes nothing, whatever an interruption left."""
    document_state.outdated(SqliteLedger(office.outputs / "mittelsachsen/ledger.db"), Month(MONTH))
    before = contents(office.outputs / "mittelsachsen")
    assert "stehen noch aus" in office.visitor("paul").get(PAGE).text
    assert contents(office.outputs / "mittelsachsen") == before


def test_the_journal_names_the_login_of_whoever_worked_in_the_browser(office: Office) -> None:
    frida = office.visitor("frida")
    draft = frida.get(f"{PAGE}/freigabe").text.partition('name="entwurf" value="')[2].partition('"')[0]
    assert frida.submit(f"{PAGE}/freigabe", entwurf=draft).status_code == 303
    work_ended(office.app, MONTH)
    drafted, approved = journal.entries(SqliteLedger(office.outputs / "mittelsachsen/ledger.db"))
    assert (approved.account, approved.name) == ("frida", "Frida Beispiel")
    assert drafted.account != "frida"  # at the command line
