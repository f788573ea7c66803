"""Konten: who may enter: accounts made, locked, given another role or a new password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from flows import people
from flows.viewing import municipalities_of
from flows.web.rendering import page
from flows.web.security import allowed, own_form, setup_of
from schemas.accounts import GERMAN_ACCOUNT_STATE, GERMAN_ROLE, ROLE_IN_WORDS, Account, AccountState, Right, Role
from schemas.identifiers import Ags
from schemas.refusal import Refusal

router = APIRouter()
ACCOUNTS = "/konten"
Manager = Annotated[Account, allowed(Right.MANAGE_ACCOUNTS)]
OWN_FORM = Depends(own_form)
Typed = Annotated[str, Form(max_length=200)]


@router.get(ACCOUNTS)
def accounts_page(request: Request, account: Manager) -> Response:
    """All accounts, and a form for another one."""
    return _page(request, account)


def _page(
    request: Request,
    account: Account,
    status: int = 200,
    refusal: Refusal | None = None,
    done: str | None = None,
    password: tuple[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """`password`: login and the password that is shown this once."""
    setup = setup_of(request)
    return page(
        request,
        "konten.html",
        "Konten",
        status,
        refusal=refusal,
        done=done,
        accounts=people.listed(setup.accounts),
        own=account.login,
        password=password,
        typed=typed or dict.fromkeys(("login", "name", "rolle", "ags"), ""),
        roles=GERMAN_ROLE,
        in_words=ROLE_IN_WORDS,
        states=GERMAN_ACCOUNT_STATE,
        municipalities=municipalities_of(setup.inputs),
    )


@router.post(ACCOUNTS, dependencies=[OWN_FORM])
def add(
    request: Request, account: Manager, login: Typed = "", name: Typed = "", rolle: Typed = "", ags: Typed = ""
) -> Response:
    """Add an account; its first password is shown once."""
    typed = {"login": login, "name": name, "rolle": rolle, "ags": ags}
    password = people.new_password()
    try:
        new = Account(login.strip().lower(), name.strip(), _role(rolle), Ags(ags) if ags else None)
        people.add(setup_of(request).accounts, new, password)
    except Refusal as refusal:
        return _page(request, account, 409, refusal, typed=typed)
    return _page(request, account, done=f"Konto {new.login} angelegt.", password=(new.login, password))


@router.post(f"{ACCOUNTS}/passwort", dependencies=[OWN_FORM])
def reset(request: Request, account: Manager, login: Typed = "") -> Response:
    """Give an account a new password, which is shown once; whoever is signed in with the old one is so no more."""
    password = people.new_password()
    try:
        people.set_password(setup_of(request).accounts, login, password=password)
    except Refusal as refusal:
        return _page(request, account, 409, refusal)
    return _page(request, account, done=f"Neues Passwort für {login} vergeben.", password=(login, password))


@router.post(f"{ACCOUNTS}/stand", dependencies=[OWN_FORM])
def lock(request: Request, account: Manager, login: Typed = "", stand: Typed = "") -> Response:
    """Lock or unlock an account."""
    state = AccountState.LOCKED if stand == AccountState.LOCKED else AccountState.ACTIVE
    try:
        people.check_other(account, login)
        people.set_state(setup_of(request).accounts, login, state)
    except Refusal as refusal:
        return _page(request, account, 409, refusal)
    return _page(request, account, done=f"Konto {login} ist jetzt {GERMAN_ACCOUNT_STATE[state]}.")


@router.post(f"{ACCOUNTS}/rolle", dependencies=[OWN_FORM])
def change_role(request: Request, account: Manager, login: Typed = "", rolle: Typed = "", ags: Typed = "") -> Response:
    """Give an account another role."""
    try:
        people.check_other(account, login)
        role = _role(rolle)
        people.set_role(setup_of(request).accounts, login, role, Ags(ags) if ags else None)
    except Refusal as refusal:
        return _page(request, account, 409, refusal)
    return _page(request, account, done=f"Konto {login} hat jetzt die Rolle {GERMAN_ROLE[role]}.")


def _role(text: str) -> Role:
    if text not in [str(role) for role in Role]:
        raise Refusal("role-missing")
    return Role(text)
