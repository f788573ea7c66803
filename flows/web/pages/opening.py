"""Eröffnungssalden: what was charged before this software is handed in as a file, looked at, and approved by a second person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.clock import today
from flows.desk import view_opening
from flows.location import Location
from flows.office import approve_opening, draft_opening
from flows.web.locations import location_of
from flows.web.pages.orders import OWN_FORM, Orderer, Reader, chosen, trail_of
from flows.web.rendering import Link, page
from flows.web.security import allowed
from flows.web.uploads import uploaded
from schemas.accounts import Account, Right
from schemas.opening_balances import HEADINGS, OPTIONAL_HEADINGS
from schemas.receiving import HandedIn
from schemas.refusal import Refusal
from schemas.results import GERMAN_LINE_KIND
from schemas.spelling import visible

router = APIRouter()
OPENING = "/{programme}/eroeffnungssalden"
Approver = Annotated[Account, allowed(Right.APPROVE)]


@router.get(OPENING)
def opening_page(request: Request, programme: str, account: Reader) -> Response:
    """The balances as they stand, and a form for a file."""
    return _page(request, location_of(request, programme), account)


def _page(
    request: Request,
    location: Location,
    account: Account,
    refusal: Refusal | None = None,
    done: str | None = None,
    asked: bool = False,
) -> Response:
    """`asked`: whoever approves looks at the sums once more."""
    view = view_opening(location)
    county = view.programme.programme.county
    path = f"/{location.programme}/eroeffnungssalden"
    trail = trail_of(county, location.programme)
    return page(
        request,
        "eroeffnungssalden.html",
        "Eröffnungssalden freigeben" if asked else f"Eröffnungssalden {county}",
        409 if refusal else 200,
        (*trail, Link(path, "Eröffnungssalden")) if asked else trail,
        refusal,
        done,
        view=view,
        path=path,
        asked=asked,
        rows=list(view.run.balances.iter_rows(named=True)) if view.run and not view.run.approved_by else [],
        kinds={str(kind): word for kind, word in GERMAN_LINE_KIND.items()},
        headings=HEADINGS,
        optional=OPTIONAL_HEADINGS,
        may_order=account.may(Right.ORDER),
        may_approve=account.may(Right.APPROVE),
    )


@router.post(OPENING, dependencies=[OWN_FORM])
def draft(
    request: Request,
    programme: str,
    account: Orderer,
    files: Annotated[list[HandedIn], Depends(uploaded)],
) -> Response:
    """Draft the balances of a file."""
    location = location_of(request, programme)
    try:
        chosen(files[0].name if files else "", "CSV-Datei")
        draft_opening(location, name=visible(files[0].name), content=files[0].content, by=account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return _page(request, location, account, done="Vorgemerkt. Freigeben muss eine zweite Person.")


@router.get(f"{OPENING}/freigabe")
def approval_page(request: Request, programme: str, account: Approver) -> Response:
    """Look at the sums once more."""
    location = location_of(request, programme)
    run = view_opening(location).run
    if run is None or run.approved_by is not None:
        return RedirectResponse(f"/{programme}/eroeffnungssalden", 303)
    return _page(request, location, account, asked=True)


@router.post(f"{OPENING}/freigabe", dependencies=[OWN_FORM])
def approve(
    request: Request, programme: str, account: Approver, datei: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Post the balances that were looked at, and no other ones."""
    location = location_of(request, programme)
    try:
        approve_opening(location, sha256=datei, by=account.name, on=today())
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return _page(request, location, account, done="Freigegeben: Die Eröffnungssalden sind gebucht.")
