"""Long work of a month: its page tells of it while it goes on, after it, and after a crash; nothing is approved twice."""

import json
import re
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows import settle
from flows.ledger import journal
from flows.ledger.store.sqlite import SqliteLedger
from flows.web.jobs import FOLDER, Job
from schemas.journal import Act
from tests.command import PATIENCE, call
from tests.web.settled import Caller, Settled, work_ended, workspace_of

MONTH = "2025-01"  # drafted by Eva Beispiel
PAGE = f"/mittelsachsen/{MONTH}"


@pytest.fixture
def workspace(settled: Settled, tmp_path: Path) -> Settled:
    return settled.copy(tmp_path)


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


class Gate:
    """Holds work where its documents are made, until it is let go."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.open.wait(PATIENCE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    found, make = Gate(), settle.make_documents

    def held(*arguments: object, **named: object) -> object:
        found.wait()
        return make(*arguments, **named)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(settle, "make_documents", held)
    yield found
    found.open.set()


def digest(visitor: Caller) -> str:
    """The draft that is looked at."""
    found = re.search(r'name="entwurf" value="([^"]+)"', visitor.get(f"{PAGE}/freigabe").text)
    assert found is not None
    return found[1]


def alerts(page: str) -> list[str]:
    """The sentences of what is refused."""
    found = re.findall(r'<div class="alert" role="alert".*?</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", alert).split()) for alert in found]


def approvals(workspace: Settled) -> list[str]:
    """Who approved the month, as often as it was approved."""
    entries = journal.entries(SqliteLedger(workspace.outputs / "mittelsachsen/ledger.db"))
    return [entry.name for entry in entries if entry.act == Act.APPROVAL and entry.subject == MONTH]


def test_while_a_month_is_approved_its_page_says_so_and_nobody_else_can_begin(
    workspace: Settled, app: FastAPI, gate: Gate
) -> None:
    frida, freya = Caller(app, "frida"), Caller(app, "freya")
    looked_at = digest(frida)
    answer = frida.post(f"{PAGE}/freigabe", entwurf=looked_at)  # does not wait for what takes long
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert gate.reached.wait(PATIENCE)
    page = freya.get(PAGE).text
    assert "Freigabe, begonnen von Frida Beispiel" in page
    assert "<progress" in page and 'hx-get="/mittelsachsen/2025-01/arbeit"' in page
    assert f'href="{PAGE}/freigabe"' not in page
    for way in ("freigabe", "entwurf"):
        second = freya.post(f"{PAGE}/{way}", entwurf=looked_at)
        assert second.status_code == 409
        assert alerts(second.text) == [
            "„Freigabe“ läuft gerade, begonnen von Frida Beispiel. Bitte warten, bis das fertig ist, und dann weitermachen."
        ]
    gate.open.set()
    work_ended(app, MONTH)
    page = freya.get(PAGE).text
    assert "freigegeben" in page and "Freigabe, begonnen" not in page
    assert freya.get(f"{PAGE}/arbeit").headers["hx-refresh"] == "true"
    assert freya.post(f"{PAGE}/freigabe", entwurf=looked_at).status_code == 409
    assert approvals(workspace) == ["Frida Beispiel"]


def test_what_changes_while_an_approval_waits_for_its_turn_is_refused_and_told(
    workspace: Settled, app: FastAPI, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files come between the moment when the button is pressed and that when the ledger is free."""
    frida = Caller(app, "frida")
    looked_at, check = digest(frida), settle.check_approval

    def checked(*arguments: object) -> object:
        found = check(*arguments)  # type: ignore[arg-type]  # as it is called
        if threading.current_thread().name.startswith("arbeit"):
            (workspace.inputs / f"mittelsachsen/returns/{MONTH}/Spät.xlsx").write_bytes(b"kam eben")
        return found

    monkeypatch.setattr(settle, "check_approval", checked)
    gate.open.set()
    frida.post(f"{PAGE}/freigabe", entwurf=looked_at)
    work_ended(app, MONTH)
    page = frida.get(PAGE).text
    (told,) = alerts(page)
    assert "Spät.xlsx" in told
    assert (
        "oder mit „Ohne diese Dateien freigeben“ auf sie verzichten" in told
    )  # as the box on the approval's page reads
    assert approvals(workspace) == []


@pytest.mark.parametrize(
    ("page", "work", "reading"),
    [
        (PAGE, MONTH, "month.view_month"),
        ("/mittelsachsen/berichte", "berichte", "reports._readable"),
        ("/mittelsachsen/bescheinigungen", "bescheinigungen", "certificates.written_certificates"),
        ("/mittelsachsen/formulare", "formulare", "forms.written_forms"),
        ("/mittelsachsen/briefe", "briefe", "letters.view_letters"),
        ("/mittelsachsen/pruefung", "pruefung", "audit.trail"),
    ],
)
def test_work_that_ends_while_its_page_is_made_is_still_told_so_that_the_page_asks_again(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, page: str, work: str, reading: str
) -> None:
    """What the page has read by then is how things stood before; it must not stay on the screen."""
    ending = threading.Event()
    module, function = reading.split(".")
    pages = import_module(f"flows.web.pages.{module}")
    read = getattr(pages, function)

    def as_it_stood(*given: object) -> object:
        found = read(*given)
        ending.set()
        work_ended(app, work)
        return found

    monkeypatch.setattr(pages, function, as_it_stood)
    app.state.jobs.start(Job("mittelsachsen", work, "Arbeit", "Eva Beispiel"), lambda _: str(ending.wait(PATIENCE)))
    reader = Caller(app, "paul" if work == "pruefung" else "frida")
    assert f'hx-get="{page}/arbeit"' in reader.get(page).text
    assert reader.get(f"{page}/arbeit").headers["hx-refresh"] == "true"
    assert "hx-get" not in reader.get(page).text


@pytest.mark.parametrize(
    ("what", "posted", "sentence"),
    [
        (
            "Entwurf rechnen",
            False,
            "Es gilt der Entwurf, der hier steht; fehlt etwas darin, bitte noch einmal rechnen.",
        ),
        ("Entwurf rechnen", True, None),
        ("Freigabe", False, "Gebucht ist nichts; bitte noch einmal freigeben."),
        ("Freigabe", True, "Gebucht war schon: Der Monat ist freigegeben, noch einmal freizugeben ist nichts."),
    ],
)
def test_what_a_crash_interrupted_is_told_as_the_ledger_has_it(
    workspace: Settled, what: str, posted: bool, sentence: str | None
) -> None:
    kept = {"programme": "mittelsachsen", "month": MONTH, "what": what, "by": "Frida Beispiel", "state": "running"}
    (workspace.outputs / FOLDER).mkdir()
    (workspace.outputs / FOLDER / f"mittelsachsen-{MONTH}.json").write_text(json.dumps(kept), encoding="utf-8")
    if posted:
        assert call("approve", MONTH, "--by", "Frida Beispiel", "--direct", *workspace.where).code == 0
    page = Caller(workspace_of(workspace), "frida").get(PAGE).text
    if sentence is None:
        assert "unterbrochen" not in page
    else:
        assert f"{what} wurde unterbrochen. {sentence}" in page


def test_a_full_disk_is_told_in_one_sentence_and_nothing_is_approved(
    workspace: Settled, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    frida = Caller(app, "frida")
    looked_at = digest(frida)
    monkeypatch.setattr(settle, "make_documents", full)
    frida.post(f"{PAGE}/freigabe", entwurf=looked_at)
    work_ended(app, MONTH)
    (told,) = alerts(frida.get(PAGE).text)
    assert told.startswith("Eine Datei oder ein Ordner des Arbeitsplatzes lässt sich nicht lesen oder schreiben.")
    assert approvals(workspace) == []
