"""The workspace as an application: its pages, and how it answers what goes wrong."""

import logging
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from flows.web.handouts import Handouts
from flows.web.jobs import Jobs
from flows.web.logs import told
from flows.web.pages import PAGES
from flows.web.remembered import Remembered
from flows.web.rendering import page
from flows.web.security import Forbidden, SignInNeeded, guard, session_of
from flows.web.setup import Setup
from schemas.refusal import Refusal

_LOG = logging.getLogger(__name__)
STATIC = Path(__file__).with_name("static")


def create_app(setup: Setup) -> FastAPI:
    """The workspace for the programmes of an outputs folder."""
    app = FastAPI(title="placement-premium", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.setup = setup
    app.state.jobs = Jobs(setup.outputs)
    app.state.remembered = Remembered()
    app.state.handouts = Handouts()
    app.middleware("http")(guard)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in PAGES:
        app.include_router(router)
    app.add_exception_handler(SignInNeeded, _to_the_door)
    app.add_exception_handler(Forbidden, _foreign_form)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(OSError, _hindered)
    app.add_exception_handler(Exception, _broken)
    return app


async def _to_the_door(request: Request, _error: Exception) -> Response:
    """Whoever is not signed in comes back to the page that they asked for; no case is named on the way."""
    names_a_case = "{case" in getattr(request.scope.get("route"), "path", "")
    back = request.url.path if request.method == "GET" and not names_a_case else "/"
    return RedirectResponse(f"/anmelden?weiter={quote(back)}", 303)


async def _foreign_form(request: Request, _error: Exception) -> Response:
    return page(request, "problem.html", "Nicht angenommen", 403, refusal=Refusal("form-foreign"))


async def _unreadable(request: Request, _error: Exception) -> Response:
    return page(request, "problem.html", "Nicht angenommen", 422, refusal=Refusal("form-unreadable"))


async def _hindered(request: Request, error: Exception) -> Response:
    """The disk: full, read-only, or gone."""
    _LOG.error("%s: %s", request.method, told(error))
    return page(request, "problem.html", "Das geht gerade nicht", 500, refusal=Refusal("disk-hindered"))


async def _broken(request: Request, _error: Exception) -> Response:
    """A defect of ours; the server logs it."""
    return page(request, "problem.html", "Das ist ein Fehler des Programms", 500, refusal=Refusal("page-broken"))


async def _no_page(request: Request, error: Exception) -> Response:
    """What is not there and what somebody may not see look alike; whoever is not signed in learns of neither."""
    if session_of(request) is None:
        return await _to_the_door(request, error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, "problem.html", "Nicht gefunden", status, refusal=Refusal("page-unknown"))


async def _refused(request: Request, error: Exception) -> Response:
    """What is asked for cannot be shown or done; a page that can say it beside what was typed does so itself."""
    assert isinstance(error, Refusal)
    return page(
        request, "problem.html", "Das geht so nicht", 404 if error.code == "page-unknown" else 409, refusal=error
    )
