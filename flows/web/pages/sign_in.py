"""Anmelden, Abmelden, and whether the workspace is alive."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from flows import people
from flows.viewing import ledgers_readable
from flows.web.rendering import page
from flows.web.security import COOKIE, client_address, now, own_form, proxied_login, session_of, setup_of
from flows.web.setup import Setup
from schemas.provenance import software
from schemas.refusal import Refusal

_LOG = logging.getLogger(__name__)
router = APIRouter()
IN, OUT = "/anmelden", "/abmelden"


@router.get(IN)
def sign_in_page(request: Request, weiter: str = "/") -> Response:
    """The form; whoever is signed in already goes on."""
    if session_of(request):
        return RedirectResponse(_inside(weiter), 303)
    login = proxied_login(request)
    if login is None:
        return _form(request, weiter)
    setup = setup_of(request)
    try:
        token = people.sign_in_by_proxy(setup.accounts, login, now())
    except Refusal as refusal:
        _log_refused(setup, login)
        return _form(request, weiter, refusal, status=401)
    return _with_session(request, weiter, token)


@router.post(IN)
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    weiter: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Begin a session with a token of its own, whatever token the browser had before."""
    setup, address = setup_of(request), client_address(request)
    given = login.strip().lower()
    try:
        if setup.with_accounts:
            token = people.sign_in(setup.accounts, login=given, password=password, address=address, now=now())
        else:
            token = people.begin(setup.accounts, login="", name=name, now=now())
    except Refusal as refusal:
        _log_refused(setup, given)
        return _form(request, weiter, refusal, given, 429 if refusal.code == "sign-in-paused" else 401)
    return _with_session(request, weiter, token)


def _log_refused(setup: Setup, login: str) -> None:
    """An account that there is; what else was typed there may be a password."""
    known = login in {each.login for each in people.listed(setup.accounts)}
    _LOG.warning("Anmeldung abgewiesen: %s", login if known else "unbekanntes Konto")


def _with_session(request: Request, weiter: str, token: str) -> Response:
    answer = RedirectResponse(_inside(weiter), 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=setup_of(request).secure)
    return answer


@router.post(OUT, dependencies=[Depends(own_form)])
def sign_out(request: Request) -> Response:
    """End the session, here and in the browser."""
    people.sign_out(setup_of(request).accounts, request.cookies[COOKIE])
    answer = RedirectResponse(IN, 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/gesund")
def alive(request: Request) -> Response:
    """For monitoring: that the workspace answers, its version, and whether its ledgers can be read; no data."""
    setup = setup_of(request)
    readable = ledgers_readable(setup.inputs, setup.outputs)
    return JSONResponse({"status": "ok", "version": software(), "ledger": "ok" if readable else "unreadable"})


def _form(
    request: Request, weiter: str, refusal: Refusal | None = None, login: str = "", status: int = 200
) -> Response:
    heading = "Anmelden" if setup_of(request).with_accounts else "Wer arbeitet hier?"
    return page(request, "anmelden.html", heading, status, refusal=refusal, weiter=_inside(weiter), login=login)


def _inside(path: str) -> str:
    """A path of this workspace; anything that could lead elsewhere leads to the overview."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
