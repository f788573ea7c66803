"""Every route of the workspace with every role, and with nobody: what may not be seen is not there."""

import re
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from flows import people
from flows.accounts.store import PATIENT_FAILURES
from flows.web.app import create_app
from flows.web.security import now
from flows.web.setup import Setup
from schemas.receiving import NewReceipt
from tests.command import call
from tests.web.http import faulty
from tests.web.settled import Caller, Settled
from tests.web.workplace import PEOPLE

A_DAY = 24 * 60 * 60  # seconds
OWN, OTHER = "14522180", "14522140"  # toni's municipality, and one that is not
CLERKS, APPROVERS = {"eva", "frida", "freya"}, {"frida", "freya"}
SETTLEMENT = CLERKS | {"paul"}
REPORTS = SETTLEMENT | {"bea"}
TONI, VERA = {"toni"}, {"vera"}
EVERYBODY = set(PEOPLE)


class Row(NamedTuple):
    """Who may use a route, tried with a path of it; whoever may gets `status`, nobody may without signing in unless `open`."""

    path: str
    who: set[str]
    status: int = 200
    open: bool = False


# A route without a row here fails the test below. POSTs are tried where they are refused for another reason, so that
# nothing is begun: the month is approved, a field is empty.
ROUTES = {
    "GET /anmelden": Row("/anmelden", EVERYBODY, 303, open=True),
    "POST /anmelden": Row("/anmelden", EVERYBODY, 429, open=True),
    "POST /abmelden": Row("/abmelden", EVERYBODY, 303),
    "GET /gesund": Row("/gesund", EVERYBODY, open=True),
    "GET /": Row("/", EVERYBODY),
    "GET /konten": Row("/konten", VERA),
    "POST /konten": Row("/konten", VERA, 409),
    "POST /konten/passwort": Row("/konten/passwort", VERA, 409),
    "POST /konten/stand": Row("/konten/stand", VERA, 409),
    "POST /konten/rolle": Row("/konten/rolle", VERA, 409),
    "GET /recht": Row("/recht", EVERYBODY - {"bea"}),
    "GET /hilfe": Row("/hilfe", EVERYBODY),
    "GET /{programme}/pruefung": Row("/mittelsachsen/pruefung", {"paul"}),
    "GET /{programme}/pruefung/arbeit": Row("/mittelsachsen/pruefung/arbeit", {"paul"}),
    "POST /{programme}/pruefung": Row("/mittelsachsen/pruefung", {"paul"}, 409),
    "GET /{programme}/berichte": Row("/mittelsachsen/berichte", REPORTS),
    "POST /{programme}/berichte": Row("/mittelsachsen/berichte", CLERKS, 409),
    "GET /{programme}/berichte/arbeit": Row("/mittelsachsen/berichte/arbeit", REPORTS),
    "GET /{programme}/berichte/{name}": Row("/mittelsachsen/berichte/2024-12-31", REPORTS),
    "GET /{programme}/berichte/{name}/{file}": Row(
        "/mittelsachsen/berichte/2024-12-31/Projektbeirat-2024-12-31.xlsx", REPORTS
    ),
    # Mittelsachsen has no premium to be calculated
    "GET /{programme}/kalkulation": Row("/mittelsachsen/kalkulation", CLERKS, 409),
    "GET /{programme}/kalkulation/antwort": Row("/mittelsachsen/kalkulation/antwort", CLERKS),
    "GET /{programme}/kalkulation/vermerk.txt": Row("/mittelsachsen/kalkulation/vermerk.txt", CLERKS, 409),
    "GET /{programme}/kalkulation/mappe.xlsx": Row("/mittelsachsen/kalkulation/mappe.xlsx", CLERKS, 409),
    "GET /{programme}/anordnungen": Row("/mittelsachsen/anordnungen", SETTLEMENT),
    "POST /{programme}/anordnungen/buchung": Row("/mittelsachsen/anordnungen/buchung", CLERKS, 409),
    "POST /{programme}/anordnungen/zurueckziehen": Row("/mittelsachsen/anordnungen/zurueckziehen", CLERKS, 409),
    "GET /{programme}/anordnungen/storno": Row(f"/mittelsachsen/anordnungen/storno?kommune={OWN}", CLERKS),
    "POST /{programme}/anordnungen/storno": Row("/mittelsachsen/anordnungen/storno", CLERKS, 409),
    "GET /{programme}/jahresabschluss": Row("/mittelsachsen/jahresabschluss", SETTLEMENT),
    "POST /{programme}/jahresabschluss": Row("/mittelsachsen/jahresabschluss", CLERKS, 409),
    "POST /{programme}/jahresabschluss/oeffnen": Row("/mittelsachsen/jahresabschluss/oeffnen", CLERKS, 409),
    "GET /{programme}/eroeffnungssalden": Row("/mittelsachsen/eroeffnungssalden", SETTLEMENT),
    "POST /{programme}/eroeffnungssalden": Row("/mittelsachsen/eroeffnungssalden", CLERKS, 409),
    "GET /{programme}/eroeffnungssalden/freigabe": Row("/mittelsachsen/eroeffnungssalden/freigabe", APPROVERS, 303),
    "POST /{programme}/eroeffnungssalden/freigabe": Row("/mittelsachsen/eroeffnungssalden/freigabe", APPROVERS, 409),
    "GET /{programme}/zahlungen": Row("/mittelsachsen/zahlungen", SETTLEMENT),
    "GET /{programme}/zahlungen/offene-posten.xlsx": Row("/mittelsachsen/zahlungen/offene-posten.xlsx", SETTLEMENT),
    "POST /{programme}/zahlungen": Row("/mittelsachsen/zahlungen", CLERKS, 409),
    "POST /{programme}/zahlungen/zuordnen": Row("/mittelsachsen/zahlungen/zuordnen", CLERKS, 409),
    "POST /{programme}/zahlungen/aufheben": Row("/mittelsachsen/zahlungen/aufheben", CLERKS, 409),
    "GET /{programme}/formulare": Row("/mittelsachsen/formulare", SETTLEMENT),
    "POST /{programme}/formulare": Row("/mittelsachsen/formulare", CLERKS, 409),
    "GET /{programme}/formulare/arbeit": Row("/mittelsachsen/formulare/arbeit", SETTLEMENT),
    "GET /{programme}/formulare/{month}.zip": Row("/mittelsachsen/formulare/2025-02.zip", SETTLEMENT),
    "GET /{programme}/briefe": Row("/mittelsachsen/briefe", SETTLEMENT),
    "POST /{programme}/briefe/erinnern": Row("/mittelsachsen/briefe/erinnern", CLERKS, 303),
    "POST /{programme}/briefe/kontoauszuege": Row("/mittelsachsen/briefe/kontoauszuege", CLERKS, 409),
    "GET /{programme}/briefe/arbeit": Row("/mittelsachsen/briefe/arbeit", SETTLEMENT),
    "GET /{programme}/briefe/{folder}.zip": Row("/mittelsachsen/briefe/2025-Kontoauszuege.zip", SETTLEMENT),
    "GET /{programme}/bescheinigungen": Row("/mittelsachsen/bescheinigungen", SETTLEMENT),
    "POST /{programme}/bescheinigungen": Row("/mittelsachsen/bescheinigungen", CLERKS, 409),
    "GET /{programme}/bescheinigungen/arbeit": Row("/mittelsachsen/bescheinigungen/arbeit", SETTLEMENT),
    "GET /{programme}/bescheinigungen/{month}.zip": Row("/mittelsachsen/bescheinigungen/2024-12.zip", SETTLEMENT),
    "GET /{programme}/{month}/versand": Row("/mittelsachsen/2024-12/versand", CLERKS),
    "GET /{programme}/{month}/versand.zip": Row("/mittelsachsen/2024-12/versand.zip", CLERKS),
    "GET /{programme}/{month}/versand/{file}": Row("/mittelsachsen/2024-12/versand/{letter}", CLERKS),
    "GET /{programme}/{month}": Row("/mittelsachsen/2024-12", SETTLEMENT),
    "POST /{programme}/{month}/meldungen": Row("/mittelsachsen/2024-12/meldungen", CLERKS, 409),
    "POST /{programme}/{month}/herausnehmen": Row("/mittelsachsen/2024-12/herausnehmen", CLERKS, 409),
    "GET /{programme}/{month}/anschreiben/{name}": Row(
        f"/mittelsachsen/2025-01/anschreiben/{OTHER}-Kaputt.xlsx", SETTLEMENT
    ),
    "GET /{programme}/{month}/korrekturen/{name}": Row(
        f"/mittelsachsen/2025-01/korrekturen/{OTHER}-Kaputt.xlsx", SETTLEMENT
    ),
    "POST /{programme}/{month}/entwurf": Row("/mittelsachsen/2024-12/entwurf", CLERKS, 409),
    "GET /{programme}/{month}/freigabe": Row("/mittelsachsen/2024-12/freigabe", APPROVERS, 303),
    "POST /{programme}/{month}/freigabe/datum": Row("/mittelsachsen/2024-12/freigabe/datum", APPROVERS, 409),
    "POST /{programme}/{month}/freigabe": Row("/mittelsachsen/2024-12/freigabe", APPROVERS, 409),
    "GET /{programme}/{month}/arbeit": Row("/mittelsachsen/2024-12/arbeit", SETTLEMENT),
    "POST /{programme}/{month}/unterlagen": Row("/mittelsachsen/2024-12/unterlagen", CLERKS, 303),
    "GET /{programme}/{month}/unterlagen.zip": Row("/mittelsachsen/2024-12/unterlagen.zip", SETTLEMENT),
    "GET /{programme}/{month}/unterlagen/{path:path}": Row(
        f"/mittelsachsen/2024-12/unterlagen/Kommunen/{OWN}-freiberg-stadt/Abrechnung-{OWN}-2024-12.xlsx",
        SETTLEMENT | TONI,
    ),
    "GET /{programme}/{month}/{ags}": Row(f"/mittelsachsen/2024-12/{OWN}", SETTLEMENT | TONI),
    "GET /{programme}/kommunen/{ags}": Row(f"/mittelsachsen/kommunen/{OWN}", SETTLEMENT | TONI),
    "GET /{programme}/faelle/{case:path}": Row(
        f"/mittelsachsen/faelle/{{case}}?monat=2024-12&ags={OWN}", SETTLEMENT | TONI
    ),
    "POST /{programme}/meldung/pruefung": Row("/mittelsachsen/meldung/pruefung", TONI, 409),
    "GET /{programme}/meldung/pruefung": Row("/mittelsachsen/meldung/pruefung", TONI, 303),
    "POST /{programme}/meldung/abgabe": Row("/mittelsachsen/meldung/abgabe", TONI, 409),
    "GET /{programme}/meldung/eingang/{number}": Row("/mittelsachsen/meldung/eingang/{receipt}", TONI),
    "GET /{programme}/meldung/korrektur": Row("/mittelsachsen/meldung/korrektur", TONI, 409),
    "GET /{programme}/meldung/formular": Row("/mittelsachsen/meldung/formular?monat=2025-01", TONI),
}

# What a municipality must not see although the route is for it.
NOT_OWN = {
    "another municipality's month": f"/mittelsachsen/2024-12/{OTHER}",
    "its own draft": f"/mittelsachsen/2025-01/{OWN}",
    "another municipality's account": f"/mittelsachsen/kommunen/{OTHER}",
    "a case without saying whose": "/mittelsachsen/faelle/{case}?monat=2024-12",
    "a case as another municipality's": f"/mittelsachsen/faelle/{{case}}?monat=2024-12&ags={OTHER}",
    "another municipality's case as its own": f"/mittelsachsen/faelle/{{other_case}}?monat=2024-12&ags={OWN}",
    "a case that there is not": f"/mittelsachsen/faelle/GIBT-ES-NICHT?monat=2024-12&ags={OWN}",
    "the county's overview": "/mittelsachsen/2024-12/unterlagen/Finanzuebersicht-2024-12.xlsx",
    "another municipality's statement": "/mittelsachsen/2024-12/unterlagen/{other_statement}",
    "its own drafted statement": f"/mittelsachsen/2025-01/unterlagen/Kommunen/{OWN}-freiberg-stadt/Abrechnung-{OWN}-2025-01.xlsx",
    "a path that leaves its folder": f"/mittelsachsen/2024-12/unterlagen/Kommunen/{OWN}-freiberg-stadt/%2e%2e/%2e%2e/findings.csv",
    "another municipality's receipt": "/mittelsachsen/meldung/eingang/{other_receipt}",
    "a receipt that there is not": "/mittelsachsen/meldung/eingang/4711",
    "a programme that there is not": "/dueren/meldung/formular?monat=2025-01",
}


@pytest.fixture(scope="module")
def workspace(settled: Settled, tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """With a faulty return that came after January's draft, a board report, December's certificates, forms and accounts."""
    found = settled.copy(tmp_path_factory.mktemp("alle-wege"))
    spoilt, _ = faulty(Path("inputs/mittelsachsen/returns/2025-01/Floeha_2025-01.xlsx"))
    (found.inputs / "mittelsachsen/returns/2025-01/Kaputt.xlsx").write_bytes(spoilt)
    assert call("report", "--as-of", "2024-12-31", "--direct", *found.where).code == 0
    assert call("certificates", "2024-12", *found.where).code == 0
    assert call("account", "2025", *found.where).code == 0
    assert call("forms", "2025-02", *found.where).code == 0
    return found


@pytest.fixture(scope="module")
def app(workspace: Settled) -> FastAPI:
    accounts = people.accounts_of(workspace.outputs)
    # So that every further attempt without login and password is answered alike, however long these tests take: what was
    # noted for tomorrow is waited for until then.
    for _ in range(PATIENT_FAILURES + 1):
        accounts.sign_in("", password="", address="testclient", now=now() + A_DAY)
    return create_app(Setup(workspace.inputs, workspace.outputs, accounts))


@pytest.fixture(scope="module")
def known(workspace: Settled, app: FastAPI) -> dict[str, str]:
    """What stands in the paths above: cases and documents of the approved month, and two receipts."""
    month = workspace.outputs / "mittelsachsen/2024-12"
    lines = pl.read_parquet(month / "lines.parquet").filter(pl.col("case_id") != "")
    cases = dict(lines.select("ags", "case_id").iter_rows())
    statement = next(month.glob(f"Kommunen/{OTHER}-*/Abrechnung-*.xlsx")).relative_to(month)
    handed_in = {
        ags: app.state.setup.receipts.add(
            NewReceipt(
                programme="mittelsachsen",
                ags=ags,
                month="2025-01",
                folder="2025-01",
                file="Meldung.xlsx",
                sha256="0" * 64,
                size=1,
                errors=0,
                warnings=0,
                name="Toni Beispiel",
                at=1_750_000_000,
            )
        )
        for ags in (OWN, OTHER)
    }
    (letter, *_) = re.findall(r"/versand/([^\"]+)\"", Caller(app, "eva").get("/mittelsachsen/2024-12/versand").text)
    return {
        "letter": letter,
        "case": cases[OWN],
        "other_case": cases[OTHER],
        "other_statement": statement.as_posix(),
        "receipt": str(handed_in[OWN].number),
        "other_receipt": str(handed_in[OTHER].number),
    }


def routes(app: FastAPI) -> set[str]:
    """Every route that the app answers, as the app itself knows it; what is mounted into it too."""
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or {"mounted at"})
    }


def test_every_route_has_a_row_and_every_row_a_route(app: FastAPI) -> None:
    assert routes(app) == {*ROUTES, "mounted at /static"}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("login", [*PEOPLE, None])
def test_a_route_answers_its_roles_and_is_not_there_for_others(
    app: FastAPI, known: dict[str, str], route: str, login: str | None
) -> None:
    row, (method, _) = ROUTES[route], route.split(" ")
    path, visitor = row.path.format(**known), Caller(app, login)
    answer = visitor.get(path) if method == "GET" else visitor.post(path, siegel="kein Siegel")
    if login is None and row.open:
        assert answer.status_code in (200, 429)
    elif login is None:
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/anmelden")
    elif login in row.who:
        assert answer.status_code == row.status, answer.text
    else:
        assert answer.status_code == 404
        assert "Diese Seite gibt es nicht" in answer.text


@pytest.mark.parametrize("route", [route for route, row in ROUTES.items() if route.startswith("POST") and not row.open])
def test_a_form_that_is_not_ours_is_refused(app: FastAPI, route: str) -> None:
    row = ROUTES[route]
    visitor = Caller(app, min(row.who))
    visitor.form_token = "geraten"
    assert visitor.post(row.path).status_code == 403


@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_is_whole_and_leads_to_its_section_of_the_help(
    app: FastAPI, known: dict[str, str], login: str
) -> None:
    visitor, pages = Caller(app, login), 0
    sections = set(re.findall(r'<h2 id="([a-z]+)">', visitor.get("/hilfe").text))
    for route, row in ROUTES.items():
        if not route.startswith("GET") or login not in row.who or row.status != 200 or route == "GET /hilfe":
            continue
        answer = visitor.get(row.path.format(**known))
        if "text/html" not in answer.headers.get("content-type", "") or "<html" not in answer.text:
            continue
        (section,) = re.findall(r'href="/hilfe#([a-z]+)"', answer.text)
        assert section in sections, row.path
        assert '<html lang="de">' in answer.text
        assert len(re.findall("<h1", answer.text)) == 1
        assert re.search(r"<title>[^<]+ · Arbeitsplatz</title>", answer.text)
        assert 'aria-current="page"' in visitor.get("/").text
        pages += 1
    assert pages >= 2


@pytest.mark.parametrize("what", NOT_OWN)
def test_a_municipality_sees_nothing_but_its_own(app: FastAPI, known: dict[str, str], what: str) -> None:
    answer = Caller(app, "toni").get(NOT_OWN[what].format(**known))
    assert answer.status_code == 404, answer.text
    assert known["other_case"] not in answer.text


def test_what_a_municipality_may_not_see_is_there_for_the_county(app: FastAPI, known: dict[str, str]) -> None:
    """Else the test above could not fail."""
    county = Caller(app, "eva")
    for what in list(NOT_OWN)[:6] + list(NOT_OWN)[7:10]:
        path = NOT_OWN[what].format(**known).replace(f"{known['other_case']}?monat=2024-12&ags={OWN}", f"{known['other_case']}?monat=2024-12")  # fmt: skip
        if what != "a case as another municipality's":
            assert county.get(path).status_code == 200, what


def test_what_was_asked_in_vain_is_logged_without_a_case(
    app: FastAPI, known: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    Caller(app, "toni").get(NOT_OWN["a case as another municipality's"].format(**known))
    assert "toni" in caplog.text
    assert "/faelle/{case:path}" in caplog.text
    assert known["case"] not in caplog.text
