"""What somebody might do to the workspace over HTTP: forged forms, guessed paths, hostile names, too much at once, stale pages."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from flows.web.pages import PAGES
from flows.web.security import LARGEST_UPLOAD, MOST_FILES
from tests.command import call, contents
from tests.web.http import Office, county
from tests.web.settled import work_ended

MONTH = "2024-12"
PAGE = f"/mittelsachsen/{MONTH}"
RETURNS = sorted((Path("inputs/mittelsachsen/returns") / MONTH).glob("*.xlsx"))
ROUTES = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]
KNOWN = {"programme": "mittelsachsen", "month": MONTH, "ags": "14522180", "case": "A1"}
SECRET = "nur für den Kreis bestimmt"
HOSTILE = (
    "..", "../../geheim.txt", "..%2f..%2fgeheim.txt", "%2e%2e%2fgeheim.txt", "..\\..\\geheim.txt", "%00", "a%00.xlsx", "%2fetc%2fpasswd",
    "C:%5cgeheim.txt", "~", ".", "%20", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "x" * 3000, "%ff%fe", "2024-13", "\u202egpj",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A county with a drafted month, and a file beside its folders that nobody may read."""
    folder = tmp_path_factory.mktemp("angriff")
    inputs, outputs = county(folder)
    for where in (folder, inputs, outputs, outputs / "mittelsachsen"):
        where.mkdir(exist_ok=True)
        (where / "geheim.txt").write_text(SECRET, encoding="utf-8")
    returns = inputs / "mittelsachsen/returns" / MONTH
    returns.mkdir(parents=True)
    for path in RETURNS[:3]:
        (returns / path.name).write_bytes(path.read_bytes())
    assert call("settle", MONTH, "--by", "Eva Beispiel", "--direct", "--inputs", inputs, "--outputs", outputs).code == 0
    yield Office(inputs, outputs)


def filled(route: APIRoute, **other: str) -> str:
    """A route's path with known parts, or others."""
    return re.sub(r"\{(\w+)(?::path)?\}", lambda match: {**KNOWN, **other}.get(match[1], "x"), route.path)


POSTS = [route for route in ROUTES if "POST" in route.methods and route.path != "/anmelden"]


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.path)
def test_a_form_without_the_sessions_token_changes_nothing(office: Office, route: APIRoute) -> None:
    frida, other = office.visitor("frida"), office.visitor("frida")
    before = contents(office.inputs) | contents(office.outputs / "mittelsachsen")
    file = {"dateien": ("a.xlsx", b"PK")}
    for token in ({}, {"formular": ""}, {"formular": other.token}, {"formular": "ä"}):
        answer = frida.post(filled(route), data=token, files=file)
        assert answer.status_code in (403, 404), (token, answer.status_code)  # 404: not for this role anyway
        assert answer.text.count('role="alert"') == 1
    assert contents(office.inputs) | contents(office.outputs / "mittelsachsen") == before


def test_reading_changes_nothing(office: Office) -> None:
    frida = office.visitor("frida")
    before = contents(office.inputs) | contents(office.outputs / "mittelsachsen")
    for route in ROUTES:
        if "GET" in route.methods:
            assert frida.get(filled(route)).status_code < 500, route.path
    assert contents(office.inputs) | contents(office.outputs / "mittelsachsen") == before


def test_no_part_of_a_path_leads_out(office: Office) -> None:
    """Every part of every path, every hostile word: a page that is not there, and never a defect or another file."""
    frida = office.visitor("frida")
    for route in ROUTES:
        for part in re.findall(r"\{(\w+)(?::path)?\}", route.path):
            for word in HOSTILE:
                answer = frida.get(filled(route, **{part: word}))
                assert answer.status_code < 500, (route.path, part, word, answer.status_code)
                assert SECRET not in answer.text, (route.path, part, word)
                assert "<script>alert" not in answer.text, (route.path, part, word)


@pytest.mark.parametrize(
    "name",
    ["../../../geheim.txt", "..\\..\\x.xlsx", "/etc/passwd", "C:\\x.xlsx", "con.xlsx", ".verborgen", "~$x.xlsx", "a\u202egpj.xlsx", "<b>.xlsx", "x" * 300 + ".xlsx", "=1+1.xlsx"],
)  # fmt: skip
def test_a_files_name_is_not_trusted(office: Office, name: str) -> None:
    returns = office.inputs / "mittelsachsen/returns" / MONTH
    outside = contents(office.inputs.parent).keys() - {f"inputs/{path}" for path in contents(returns)}
    before = set(returns.iterdir())
    answer = office.visitor("eva").submit(f"{PAGE}/meldungen", [(name, f"{name} {len(before)}".encode())])
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    (kept,) = set(returns.iterdir()) - before
    assert kept.parent == returns and kept.name.isprintable() and len(kept.name) <= 120
    gained = contents(office.inputs.parent).keys() - outside
    assert {path for path in gained if not path.startswith(f"inputs/mittelsachsen/returns/{MONTH}/")} <= {"outputs/accounts.db-wal", "outputs/accounts.db-shm"}  # fmt: skip
    kept.unlink()


def test_too_much_at_once_is_refused_in_one_sentence(office: Office) -> None:
    eva = office.visitor("eva")
    returns = office.inputs / "mittelsachsen/returns" / MONTH
    before = contents(returns)
    huge = eva.post(f"{PAGE}/meldungen", content=b"", headers={"content-length": str(LARGEST_UPLOAD + 1)})
    assert (huge.status_code, "zu groß" in huge.text) == (413, True)
    chunked = eva.post(f"{PAGE}/meldungen", content=iter([b"x" * 1000]))  # without a length nobody knows how much comes
    assert chunked.status_code == 413
    many = eva.submit(f"{PAGE}/meldungen", [(f"{number}.xlsx", b"x") for number in range(MOST_FILES + 1)])
    assert (many.status_code, many.text.count('role="alert"')) == (400, 1)
    single = eva.submit(f"{PAGE}/meldungen", [("gross.xlsx", b"x" * (20 * 1024 * 1024 + 1))])  # [limits] file_mib = 20
    assert "Nicht angenommen: gross.xlsx (zu groß)." in single.text
    assert contents(returns) == before


def test_a_session_from_before_signing_in_is_worth_nothing_after(office: Office) -> None:
    visitor = office.visitor("eva")
    first = visitor.cookies.get("sitzung", domain="localhost.local")
    visitor.post("/anmelden", data={"login": "eva", "password": "ein langes Passwort"})
    stranger = TestClient(office.app, base_url="http://localhost", follow_redirects=False, cookies={"sitzung": "geraten"})  # fmt: skip
    assert stranger.get(PAGE).status_code == 303
    assert first != "geraten" and visitor.get(PAGE).status_code == 200
    visitor.submit("/abmelden")
    assert visitor.get(PAGE).status_code == 303


def digest(page: str) -> str:
    """The draft that a page of approval shows."""
    found = re.search(r'name="entwurf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_stale_page_approves_nothing_and_two_at_once_approve_one_time(office: Office) -> None:
    frida, bert = office.visitor("frida"), office.visitor("frida")
    stale = digest(frida.get(f"{PAGE}/freigabe").text)
    where = ("--inputs", office.inputs, "--outputs", office.outputs)
    (office.inputs / "mittelsachsen/returns" / MONTH / RETURNS[3].name).write_bytes(RETURNS[3].read_bytes())
    assert call("settle", MONTH, "--by", "Eva Beispiel", "--direct", *where).code == 0
    refused = frida.submit(f"{PAGE}/freigabe", entwurf=stale)
    assert refused.status_code == 409
    assert "ist inzwischen ein anderer als der, den Sie angesehen haben; freigegeben wurde nichts." in refused.text
    nothing = frida.submit(f"{PAGE}/freigabe", entwurf="")
    assert nothing.status_code == 409
    fresh = digest(frida.get(f"{PAGE}/freigabe").text)
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda person: person.submit(f"{PAGE}/freigabe", entwurf=fresh), (frida, bert)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (late,) = (answer for answer in answers if answer.status_code == 409)
    assert late.text.count('role="alert"') == 1
    assert "bereits freigegeben" in late.text or "läuft gerade, begonnen von Frida Beispiel" in late.text
    work_ended(office.app, MONTH)
    again = bert.submit(f"{PAGE}/freigabe", entwurf=fresh)
    assert (again.status_code, again.text.count('role="alert"'), "bereits freigegeben" in again.text) == (409, 1, True)
    verified = call("verify", *where)
    assert verified.code == 0, verified
