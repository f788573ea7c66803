"""The workspace's log: kept in files of bounded size, in words an administration reads, and of nobody's case."""

import logging
import re
from pathlib import Path

import pytest

from flows.web.logs import EARLIER_FILES, FILE, LARGEST_BYTES, kept
from tests.web.person import Person, let_go
from tests.web.settled import Settled
from tests.web.settled import approved as approved
from tests.web.settled import settled as settled
from tests.web.workplace import serve

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d (INFO|WARNING|ERROR) .+")


def test_what_began_and_ended_and_who_was_refused_is_kept(settled: Settled, tmp_path: Path) -> None:
    own = settled.copy(tmp_path)
    served = serve(own.inputs, own.outputs)
    try:
        frida = Person(served.address, "frida")
        page = "/mittelsachsen/2025-01"
        frida.submit(f"{page}/freigabe", entwurf=frida.digest(page))
        frida.awaits(page)
        frida.client.get("/abmelden-vielleicht")
        for login in ("frida", "mein geheimes Passwort"):
            frida.client.post("/anmelden", data={"login": login, "password": "falsch"})
    finally:
        let_go()
        served.stop()
    lines = (own.outputs / FILE).read_text(encoding="utf-8").splitlines()
    assert all(LINE.fullmatch(line) for line in lines)
    told = [line.split(" ", 3)[3] for line in lines]
    assert told == [
        f"Arbeitsplatz geöffnet: {served.address}",
        "mittelsachsen Freigabe Januar 2025: begonnen",
        "mittelsachsen Freigabe Januar 2025: fertig",
        "Anmeldung abgewiesen: frida",
        "Anmeldung abgewiesen: unbekanntes Konto",
        "Arbeitsplatz beendet",
    ]


def test_the_log_stays_small(tmp_path: Path) -> None:
    line, log = "x" * 1000, logging.getLogger("flows.web.probe")
    with kept(tmp_path):
        for _ in range((EARLIER_FILES + 3) * LARGEST_BYTES // len(line)):
            log.info(line)
    files = sorted(path.name for path in (tmp_path / FILE).parent.iterdir())
    assert len(files) == EARLIER_FILES + 1
    assert all(path.stat().st_size <= LARGEST_BYTES for path in (tmp_path / FILE).parent.iterdir())


def test_a_log_that_cannot_be_written_is_said_once_and_nothing_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE.parent).write_text("a file where the folder belongs")
    with kept(tmp_path):
        for _ in range(3):
            logging.getLogger("flows.web.probe").warning("etwas")
    assert (
        capsys.readouterr().err
        == f"Das Protokoll {tmp_path / FILE} lässt sich nicht schreiben; gearbeitet wird ohne.\n"
    )


def test_the_words_of_an_exception_are_not_kept(tmp_path: Path) -> None:
    with kept(tmp_path):
        try:
            raise ValueError("FALL-4711")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    told = (tmp_path / FILE).read_text(encoding="utf-8")
    assert "ValueError in " in told and "test_logs.py" in told and "FALL-4711" not in told
