"""Who is asking, and whether they may: sessions, rights, tokens of forms, and what every answer forbids the browser."""

import hmac
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from flows import people
from flows.web.setup import Setup
from schemas.accounts import Account, OwnPC, Right, Session

_LOG = logging.getLogger(__name__)
_PORT = re.compile(r":\d+$")
COOKIE = "sitzung"
FORM_TOKEN = "formular"
MOST_FILES = 2_000  # of one form
LARGEST_UPLOAD = 200 * 1024 * 1024  # bytes of one request; a single return has the programme file's limit besides

# Nothing comes from outside, nothing runs that is not a file of ours, nobody frames a page.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SignInNeeded(Exception):
    """A page that needs somebody who is signed in."""


class Forbidden(Exception):
    """A form that does not come from a page of ours."""


def now() -> int:
    """The time in seconds, for sessions alone: no figure depends on it."""
    return int(time.time())


def setup_of(request: Request) -> Setup:
    """How this workspace was started."""
    found: Setup = request.app.state.setup
    return found


def _from_proxy(request: Request) -> bool:
    proxy = setup_of(request).proxy
    return proxy is not None and request.client is not None and request.client.host == proxy.address


def client_address(request: Request) -> str:
    """Where somebody sits: what the trusted proxy says of it, else the address that the connection comes from."""
    if _from_proxy(request) and (said := request.headers.get("x-forwarded-for")):
        return said.rpartition(",")[
            2
        ].strip()  # the last one is the proxy's own word; those before it anybody can write
    return request.client.host if request.client else ""


def proxied_login(request: Request) -> str | None:
    """Whom the trusted proxy has signed in; from any other address the header says nothing."""
    proxy = setup_of(request).proxy
    if proxy is None or proxy.user_header is None or not _from_proxy(request):
        return None
    return request.headers.get(proxy.user_header, "").strip().lower() or None


def session_of(request: Request) -> Session | None:
    """Who is asking; None for somebody who is not signed in."""
    token = request.cookies.get(COOKIE)
    if not hasattr(request.state, "session"):
        found = people.session(setup_of(request).accounts, token, now()) if token else None
        # Who came in by a name alone is out once there are accounts.
        named_only = found is not None and isinstance(found.account, OwnPC)
        # Whoever is signed in at the proxy as somebody else by now is no longer who they were.
        login = proxied_login(request)
        another = found is not None and login is not None and found.account.login != login
        request.state.session = None if another or (named_only and setup_of(request).with_accounts) else found
    session: Session | None = request.state.session
    return session


def signed_in(request: Request) -> Session:
    """Who is asking; whoever is not signed in is sent to the page where one does."""
    session = session_of(request)
    if session is None:
        raise SignInNeeded
    return session


def not_there(request: Request, account: Account) -> HTTPException:
    """For whom a page is not, it is not there; that somebody asked for it is logged, by its pattern and without a case."""
    pattern = getattr(request.scope.get("route"), "path", "")
    _LOG.warning("404 für %s (%s): %s %s", account.login, account.role, request.method, pattern)
    return HTTPException(404)


def having(*rights: Right) -> Callable[[Request, Session], Account]:
    """Whoever is asking, if their role has one of the rights; for all others the page is not there."""

    def check(request: Request, session: Annotated[Session, Depends(signed_in)]) -> Account:
        if not any(session.account.may(right) for right in rights):
            raise not_there(request, session.account)
        return session.account

    return check


def allowed(*rights: Right) -> Any:
    """The dependency of a page on one of these rights."""
    return Depends(having(*rights))


async def own_form(request: Request, session: Annotated[Session, Depends(signed_in)]) -> AsyncIterator[None]:
    """Refuse a form that was not made for this session; its files are let go when it is answered."""
    async with request.form(max_files=MOST_FILES) as form:
        given = form.get(FORM_TOKEN)
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), session.form_token.encode()):
            raise Forbidden
        yield


def _from_own_site(request: Request) -> bool:
    """Whether a form comes from a page of ours, as the browser says; older ones name its host alone."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or _PORT.sub("", origin.partition("://")[2]) in setup_of(request).hosts


async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Every request: by a name of ours, from no other site, of a bearable size; every answer: with the headers above.

    So nobody is signed in by another site either, where there is no session yet that a form could show the token of.
    """
    host = _PORT.sub("", request.headers.get("host", ""))
    if host not in setup_of(request).hosts:
        return Response("Unter diesem Namen ist der Arbeitsplatz nicht zu erreichen.", 421, media_type="text/plain")
    if request.method == "POST" and not _from_own_site(request):
        return Response(
            "Dieses Formular kommt von einer fremden Seite; angenommen wurde nichts.", 403, media_type="text/plain"
        )
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_UPLOAD or "transfer-encoding" in request.headers:
        return Response(
            "Das ist zusammen zu groß. Bitte weniger Dateien auf einmal wählen.", 413, media_type="text/plain"
        )
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
