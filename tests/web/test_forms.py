"""All municipalities' forms of a month in the browser: those that the command writes, as one ZIP."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows import clock
from tests.command import call, contents, day_is
from tests.web.http import county
from tests.web.settled import Caller, Settled, work_ended, workspace_of
from tests.web.test_orders import alert, plain
from tests.web.workplace import people_in

FORMS = "/mittelsachsen/formulare"


@pytest.fixture
def workspace(approved: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settled:
    """December 2024 is approved; today is the 5th of February."""
    monkeypatch.setattr(clock, "date", day_is(date(2025, 2, 5)))
    return approved.copy(tmp_path / "kreis")


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


def test_forms_are_those_that_the_command_writes(workspace: Settled, app: FastAPI, tmp_path: Path) -> None:
    eva, folder = Caller(app, "eva"), workspace.outputs / "mittelsachsen/2025-01-Formulare"
    page = eva.get(FORMS).text
    assert not folder.exists()  # looking writes nothing
    # three months ahead of today, back to the programme's first one; chosen is the month after the approved one
    options = re.findall(r'<option value="([^"]+)"( selected)?>', page)
    assert [month for month, _ in options] == ["2025-05", "2025-04", "2025-03", "2025-02", "2025-01", "2024-12"]
    assert [month for month, chosen in options if chosen] == ["2025-01"]
    assert eva.get(f"{FORMS}/2025-01.zip").status_code == 404

    assert eva.post(FORMS, monat="2025-01").status_code == 303
    work_ended(app, "formulare")
    page = eva.get(FORMS).text
    assert "Januar 2025: 15 Meldeformulare geschrieben." in plain(page)
    assert f'href="{FORMS}/2025-01.zip"' in page
    zipfile.ZipFile(io.BytesIO(eva.get(f"{FORMS}/2025-01.zip").content)).extractall(tmp_path / "aus dem Browser")
    written = contents(tmp_path / "aus dem Browser")
    assert len(written) == 15
    assert call("forms", "2025-01", "--to", str(tmp_path / "am Befehl"), *workspace.where).code == 0
    assert contents(tmp_path / "am Befehl") == written == contents(folder)


def test_what_cannot_be_written_is_said(workspace: Settled, app: FastAPI) -> None:
    eva = Caller(app, "eva")
    assert "Unter „Monat“ ist nichts gewählt." in alert(eva.post(FORMS).text)
    eva.post(FORMS, monat="2025-06")
    work_ended(app, "formulare")
    assert "Juni 2025 liegt noch zu weit voraus" in alert(eva.get(FORMS).text)
    assert not list((workspace.outputs / "mittelsachsen").glob("*-Formulare"))


def test_whoever_reads_writes_none(app: FastAPI) -> None:
    paul = Caller(app, "paul")
    assert "Formulare schreiben" not in paul.get(FORMS).text
    assert paul.post(FORMS, monat="2025-01").status_code == 404


def test_before_the_programme_there_are_none(workspace: Settled, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins in December 2024: in August nobody can have a form of it yet."""
    monkeypatch.setattr(clock, "date", day_is(date(2024, 8, 31)))
    page = Caller(app, "eva").get(FORMS).text
    assert "Formulare gibt es höchstens drei Monate vorher." in plain(page)
    assert "Formulare schreiben" not in page
    monkeypatch.setattr(clock, "date", day_is(date(2024, 9, 1)))
    assert 'value="2024-12"' in Caller(app, "eva").get(FORMS).text


def test_at_the_beginning_the_programme_s_first_month_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However late the first returns come; the overview goes on with it too."""
    monkeypatch.setattr(clock, "date", day_is(date(2025, 2, 5)))
    beginning = Settled(*county(tmp_path))
    people_in(beginning.outputs)
    eva = Caller(workspace_of(beginning), "eva")
    assert '<option value="2024-12" selected>' in eva.get(FORMS).text
    first = plain(eva.get("/").text)
    assert "Weiter mit Dezember 2024" in first
    assert "Noch ist keine Meldung gekommen." in first
