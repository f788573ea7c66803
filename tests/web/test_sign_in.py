"""Signing in, over HTTP: who comes in, who does not, and what a stranger can do with a session."""

import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows import people
from flows.accounts import store
from flows.web.app import create_app
from flows.web.jobs import Job, Jobs
from flows.web.logs import be_discreet
from flows.web.security import now as security_now
from flows.web.setup import Proxy, Setup
from schemas.accounts import Account, AccountState, Role
from schemas.refusal import Refusal

EVA = Account("eva", "Eva Beispiel", Role.CLERK)
PASSWORD = "ein langes Passwort"


@pytest.fixture
def accounts(tmp_path: Path) -> people.Accounts:
    found = people.accounts_of(tmp_path)
    people.add(found, EVA, PASSWORD)
    return found


@pytest.fixture
def browser(accounts: people.Accounts, tmp_path: Path) -> TestClient:
    app = create_app(Setup(Path("inputs"), tmp_path, accounts))
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


def sign_in(browser: TestClient, login: str = "eva", password: str = PASSWORD, weiter: str = "/hilfe") -> int:
    return browser.post("/anmelden", data={"login": login, "password": password, "weiter": weiter}).status_code


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(browser: TestClient) -> None:
    answer = browser.get("/dueren/2016-03")
    assert (answer.status_code, answer.headers["location"]) == (303, "/anmelden?weiter=/dueren/2016-03")


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: TestClient) -> None:
    answer = browser.post("/anmelden", data={"login": "EVA ", "password": PASSWORD})
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("login", "password"), [("eva", "geraten"), ("niemand", PASSWORD), ("", ""), ("eva'--", "' OR 1=1")]
)
def test_a_wrong_login_and_a_wrong_password_are_told_alike(browser: TestClient, login: str, password: str) -> None:
    answer = browser.post("/anmelden", data={"login": login, "password": password})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert "Anmeldename oder Passwort stimmen nicht" in answer.text
    assert "geraten" not in answer.text


def test_a_session_that_was_slipped_in_before_is_not_the_one_after(browser: TestClient) -> None:
    browser.cookies.set("sitzung", "untergeschoben")
    sign_in(browser)
    assert browser.cookies.get("sitzung", domain="localhost.local") != "untergeschoben"


@pytest.mark.parametrize("weiter", ["//fremd.example", "https://fremd.example", "/\\fremd.example", "fremd", "/a\nb"])
def test_the_way_back_leads_nowhere_else(browser: TestClient, weiter: str) -> None:
    answer = browser.post("/anmelden", data={"login": "eva", "password": PASSWORD, "weiter": weiter})
    assert answer.headers["location"] == "/"


def test_guessing_becomes_slow_and_a_right_password_ends_it(accounts: people.Accounts) -> None:
    for second in range(store.PATIENT_FAILURES + 1):
        with pytest.raises(Refusal) as refused:
            people.sign_in(accounts, login="eva", password="geraten", address="10.0.0.9", now=1000 + second)
        assert refused.value.code == "sign-in-failed"
    with pytest.raises(Refusal) as refused:
        people.sign_in(accounts, login="eva", password=PASSWORD, address="10.0.0.9", now=1003)
    assert (refused.value.code, refused.value.figures) == ("sign-in-paused", {"seconds": 2})
    assert people.sign_in(accounts, login="eva", password=PASSWORD, address="10.0.0.9", now=1006)
    assert people.sign_in(accounts, login="eva", password=PASSWORD, address="10.0.0.9", now=1006)


def test_a_session_ends_after_a_while_without_work_and_with_the_account(accounts: people.Accounts) -> None:
    token = people.sign_in(accounts, login="eva", password=PASSWORD, address="", now=1000)
    assert people.session(accounts, token, 1000 + store.IDLE_SECONDS) is not None
    assert people.session(accounts, token, 1000 + 2 * store.IDLE_SECONDS) is not None  # each look keeps it alive
    assert people.session(accounts, token, 1001 + 3 * store.IDLE_SECONDS) is None
    token = people.sign_in(accounts, login="eva", password=PASSWORD, address="", now=1000)
    people.set_state(accounts, "eva", AccountState.LOCKED)
    assert people.session(accounts, token, 1000) is None
    with pytest.raises(Refusal):
        people.sign_in(accounts, login="eva", password=PASSWORD, address="", now=1000)


def test_a_form_of_another_site_changes_nothing(browser: TestClient) -> None:
    sign_in(browser)
    answer = browser.post("/abmelden", data={"formular": "geraten"})
    assert answer.status_code == 403
    assert "gehört nicht zu Ihrer Anmeldung" in answer.text
    assert browser.get("/anmelden").status_code == 303  # still signed in


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "https://hinter-dem-proxy.example"}, 303),
        ({"origin": "http://localhost:8420"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost:9000"}, 403),
        ({"origin": "https://fremd.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_nobody_is_signed_in_by_another_site(browser: TestClient, headers: dict[str, str], status: int) -> None:
    answer = browser.post("/anmelden", data={"login": "eva", "password": PASSWORD}, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, status == 303)


def test_on_the_way_to_the_door_no_case_is_named(browser: TestClient) -> None:
    assert browser.get("/dueren/faelle/LIN-201?monat=2016-03").headers["location"] == "/anmelden?weiter=/"


def test_a_name_that_is_not_ours_reaches_nothing(browser: TestClient) -> None:
    assert browser.get("/anmelden", headers={"host": "fremd.example"}).status_code == 421


def test_passwords_are_kept_as_argon2id_and_nothing_of_them_is_readable(
    accounts: people.Accounts, tmp_path: Path
) -> None:
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("accounts.db*"))
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept


def test_who_came_in_by_a_name_alone_is_out_once_there_are_accounts(accounts: people.Accounts, tmp_path: Path) -> None:
    token = people.begin(accounts, login="", name="Irgendwer", now=security_now())
    for with_accounts, expected in ((False, 303), (True, 200)):  # 303: signed in already
        setup = Setup(Path("inputs"), tmp_path, accounts, with_accounts=with_accounts)
        browser = TestClient(
            create_app(setup), base_url="http://localhost", follow_redirects=False, cookies={"sitzung": token}
        )
        assert browser.get("/anmelden").status_code == expected


def test_two_accounts_of_one_person_are_refused_for_four_eyes_could_not_tell_them_apart(
    accounts: people.Accounts,
) -> None:
    with pytest.raises(Refusal) as refused:
        people.add(accounts, Account("eva2", "EVA  Beispiel", Role.APPROVER), PASSWORD)
    assert refused.value.code == "account-of-same-person"


def test_behind_tls_the_cookie_goes_over_it_alone(accounts: people.Accounts, tmp_path: Path) -> None:
    browser = TestClient(create_app(Setup(Path("inputs"), tmp_path, accounts, secure=True)), base_url="http://localhost", follow_redirects=False)  # fmt: skip
    assert "Secure" in browser.post("/anmelden", data={"login": "eva", "password": PASSWORD}).headers["set-cookie"]


def test_a_defect_and_an_unreadable_form_are_told_in_german(
    accounts: people.Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Setup(Path("inputs"), tmp_path, accounts))
    browser = TestClient(app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False)
    answer = browser.post("/anmelden", data={"login": "x" * 300, "password": PASSWORD})
    assert (answer.status_code, "zu lang" in answer.text) == (422, True)
    sign_in(browser)
    monkeypatch.setattr("flows.web.pages.overview.view_programmes", lambda *_: 1 / 0)
    answer = browser.get("/")
    assert (answer.status_code, "Fehler des Programms" in answer.text, "ZeroDivision" in answer.text) == (
        500,
        True,
        False,
    )


def test_a_defect_in_long_work_is_logged_by_place_and_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = Jobs(tmp_path)

    def work(_: object) -> str:
        raise ValueError("FALL-4711")

    jobs.start(Job("dueren", "2016-03", "Entwurf rechnen", "Eva"), work)
    jobs._worker.shutdown(wait=True)
    found = jobs.of("dueren", "2016-03")
    assert found is not None and found.state == "failed"
    assert "ValueError" in caplog.text and "test_sign_in.py" in caplog.text and "FALL-4711" not in caplog.text


def proxied(accounts: people.Accounts, folder: Path, address: str) -> TestClient:
    """A browser whose requests come from the test client's address, with a proxy trusted at `address`."""
    setup = Setup(Path("inputs"), folder, accounts, proxy=Proxy(address, "X-Benutzer"))
    return TestClient(
        create_app(setup), base_url="http://localhost", follow_redirects=False, client=("10.0.0.2", 50000)
    )


def test_the_trusted_proxy_signs_people_in_and_out_again_when_they_change(
    accounts: people.Accounts, tmp_path: Path
) -> None:
    people.add(accounts, Account("frida", "Frida Beispiel", Role.APPROVER), PASSWORD)
    browser = proxied(accounts, tmp_path, "10.0.0.2")
    assert browser.get("/anmelden?weiter=/hilfe", headers={"X-Benutzer": "EVA"}).headers["location"] == "/hilfe"
    assert "Eva Beispiel" in browser.get("/hilfe", headers={"X-Benutzer": "eva"}).text
    assert browser.get("/hilfe", headers={"X-Benutzer": "frida"}).status_code == 303
    refused = browser.get("/anmelden", headers={"X-Benutzer": "niemand"})
    assert (refused.status_code, "dafür gibt es hier kein Konto" in refused.text) == (401, True)
    people.set_state(accounts, "eva", AccountState.LOCKED)
    assert browser.get("/anmelden", headers={"X-Benutzer": "eva"}).status_code == 401


def test_from_any_other_address_the_header_says_nothing(accounts: people.Accounts, tmp_path: Path) -> None:
    browser = proxied(accounts, tmp_path, "10.0.0.1")
    assert browser.get("/anmelden", headers={"X-Benutzer": "eva"}).status_code == 200
    assert browser.get("/hilfe", headers={"X-Benutzer": "eva"}).status_code == 303


def test_attempts_are_counted_for_the_address_that_the_trusted_proxy_names(
    accounts: people.Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever guesses from one place does not keep the others out; what they write into the header themselves does not count."""
    monkeypatch.setattr("flows.web.pages.sign_in.now", lambda: 1000)

    def guess(browser: TestClient, forwarded: str) -> int:
        data = {"login": forwarded, "password": "geraten"}
        return browser.post("/anmelden", data=data, headers={"X-Forwarded-For": forwarded}).status_code

    trusted, other = proxied(accounts, tmp_path, "10.0.0.2"), proxied(accounts, tmp_path, "10.0.0.1")
    attempts = [guess(trusted, f"192.0.2.{number}, 198.51.100.7") for number in range(store.PATIENT_FAILURES + 2)]
    assert attempts[-1] == 429
    assert guess(trusted, "192.0.2.1, 198.51.100.8") == 401
    assert [guess(other, f"192.0.2.{number}") for number in range(50, 52 + store.PATIENT_FAILURES)][-1] == 429


def test_the_log_of_a_defect_names_type_and_place_and_not_its_words(caplog: pytest.LogCaptureFixture) -> None:
    be_discreet()
    try:
        raise ValueError("FALL-4711")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "ValueError" in caplog.text and "test_sign_in.py" in caplog.text and "FALL-4711" not in caplog.text
