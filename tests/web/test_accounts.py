"""Konten: made, locked, given another role and a new password, which is shown this once."""

import re
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows import people
from flows.demo import sample_accounts
from flows.web.app import create_app
from flows.web.security import now
from flows.web.setup import Setup
from schemas.accounts import Account, AccountState, Role
from tests.web.http import county
from tests.web.settled import Caller

SHOWN = re.compile(r'class="secret">([^<]+)<')


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    inputs, outputs = county(tmp_path)
    accounts = people.accounts_of(outputs)
    people.add(accounts, Account("vera", "Vera Beispiel", Role.ADMINISTRATOR), "ein langes Passwort")
    return create_app(Setup(inputs, outputs, accounts))


def accounts_of(app: FastAPI) -> dict[str, Account]:
    return {account.login: account for account in people.listed(app.state.setup.accounts)}


def test_a_new_account_comes_in_with_the_password_that_is_shown_once(app: FastAPI) -> None:
    vera = Caller(app, "vera")
    answer = vera.post("/konten", login="Tina", name="Tina Muster", rolle="kommune", ags="14522180")
    (password,) = SHOWN.findall(answer.text)
    assert accounts_of(app)["tina"] == Account("tina", "Tina Muster", Role.MUNICIPALITY, "14522180")
    assert people.sign_in(app.state.setup.accounts, login="tina", password=password, address="", now=now())
    later = vera.get("/konten").text
    assert password not in later
    assert "Freiberg, Stadt (14522180)" in later


def test_a_reset_ends_the_session_and_the_old_password(app: FastAPI) -> None:
    accounts = app.state.setup.accounts
    people.add(accounts, Account("eva", "Eva Beispiel", Role.CLERK), "das alte Passwort")
    token = people.sign_in(accounts, login="eva", password="das alte Passwort", address="", now=now())
    (password,) = SHOWN.findall(Caller(app, "vera").post("/konten/passwort", login="eva").text)
    assert people.session(accounts, token, now()) is None
    with pytest.raises(people.Refusal):
        people.sign_in(accounts, login="eva", password="das alte Passwort", address="", now=now())
    assert people.sign_in(accounts, login="eva", password=password, address="", now=now())


def test_an_account_is_locked_unlocked_and_given_another_role(app: FastAPI) -> None:
    people.add(app.state.setup.accounts, Account("eva", "Eva Beispiel", Role.CLERK), "ein langes Passwort")
    vera = Caller(app, "vera")
    vera.post("/konten/stand", login="eva", stand="locked")
    assert accounts_of(app)["eva"].state == AccountState.LOCKED
    vera.post("/konten/stand", login="eva", stand="active")
    assert accounts_of(app)["eva"].state == AccountState.ACTIVE
    vera.post("/konten/rolle", login="eva", rolle="freigabe")
    assert accounts_of(app)["eva"].role == Role.APPROVER


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/konten", {"login": "tina", "name": "Tina", "rolle": "kommune"}, "der Gemeindeschlüssel fehlt"),
        ("/konten", {"login": "tina", "name": "Tina", "rolle": "kaiser"}, "Es fehlt die Rolle"),
        ("/konten", {"login": "", "name": "", "rolle": "freigabe"}, "gehören Anmeldename und Name"),
        ("/konten", {"login": "vera2", "name": "VERA  Beispiel", "rolle": "freigabe"}, "gibt es schon"),
        ("/konten/stand", {"login": "vera", "stand": "locked"}, "Das ist Ihr eigenes Konto"),
        ("/konten/rolle", {"login": "vera", "rolle": "freigabe"}, "Das ist Ihr eigenes Konto"),
        ("/konten/passwort", {"login": "niemand"}, "Das Konto niemand gibt es nicht"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    app: FastAPI, path: str, fields: dict[str, str], sentence: str
) -> None:
    before = accounts_of(app)
    answer = Caller(app, "vera").post(path, **fields)
    assert answer.status_code == 409
    assert sentence in answer.text
    assert accounts_of(app) == before
    if path == "/konten":
        assert f'value="{fields["login"]}"' in answer.text


def test_a_broken_programme_file_is_named_where_the_administration_begins(app: FastAPI) -> None:
    file = app.state.setup.inputs / "mittelsachsen/programme.toml"
    assert "in Ordnung" in Caller(app, "vera").get("/").text
    file.write_text(file.read_text(encoding="utf-8") + "\n[unbekannt]\n", encoding="utf-8")
    answer = Caller(app, "vera")
    assert "unbekannt" in answer.get("/").text
    assert answer.get("/konten").status_code == 200
    assert "unbekannt" in answer.get("/recht").text


def test_the_demo_makes_one_account_for_each_role_once_and_none_for_a_county(tmp_path: Path) -> None:
    inputs, outputs = county(tmp_path)
    made = sample_accounts(inputs, outputs)
    assert {account.role for account, _ in made} == set(Role)
    accounts = people.accounts_of(outputs)
    assert all(
        people.sign_in(accounts, login=account.login, password=password, address="", now=now())
        for account, password in made
    )
    assert sample_accounts(inputs, outputs) == []
    shutil.copytree(inputs / "mittelsachsen", inputs / "eigen")
    assert sample_accounts(inputs, tmp_path / "andere") == []
