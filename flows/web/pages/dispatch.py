"""Versand: letters for a mail program and packages for carrier and cash office; nothing is sent from here."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows.dispatch import dispatch, everything, one
from flows.web.downloads import download
from flows.web.locations import PathMonth, location_of
from flows.web.pages.month import MONTH
from flows.web.rendering import Link, page
from flows.web.security import allowed
from schemas.accounts import Right
from schemas.dispatch import GERMAN_LETTER_KIND
from schemas.months import german_month

router = APIRouter(dependencies=[allowed(Right.SEND_OUT)])


@router.get(f"{MONTH}/versand")
def dispatch_page(request: Request, programme: str, month: PathMonth) -> Response:
    """What goes out of the month."""
    found = dispatch(location_of(request, programme), month)
    path = f"/{programme}/{month}"
    trail = (Link("/", "Übersicht"), Link(path, german_month(month)))
    return page(
        request,
        "versand.html",
        f"Versand {german_month(month)}",
        trail=trail,
        found=found,
        path=f"{path}/versand",
        kinds=GERMAN_LETTER_KIND,
    )


@router.get(f"{MONTH}/versand.zip")
def all_of_it(request: Request, programme: str, month: PathMonth) -> Response:
    """All letters and packages."""
    found = dispatch(location_of(request, programme), month)
    return download(f"Versand-{programme}-{month}.zip", everything(found))


@router.get(f"{MONTH}/versand/{{file}}")
def one_of_it(request: Request, programme: str, month: PathMonth, file: str) -> Response:
    """A letter or a package."""
    return download(file, one(dispatch(location_of(request, programme), month), file))
