"""Meine Kommune: its own form, a return checked or handed in with a receipt, its months, what it owes and saves."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from flows.clock import today
from flows.location import Location
from flows.municipality import (
    check,
    earlier_receipt,
    form,
    hand_in,
    locations_of,
    own_area,
    own_areas,
    receipt_of,
    sees,
)
from flows.web.downloads import download
from flows.web.handouts import Handout, Handouts
from flows.web.locations import location_of
from flows.web.pages.month import groups_of
from flows.web.pages.municipality import file_names, saving_chart
from flows.web.rendering import Link, page, start_of
from flows.web.security import allowed, not_there, now, own_form, setup_of
from flows.web.uploads import uploaded
from schemas.accounts import Account, Right
from schemas.documents import GERMAN_RETURN_STATE
from schemas.finding_groups import Entry, in_words
from schemas.findings import GERMAN_SEVERITY
from schemas.identifiers import Ags
from schemas.months import german_month, is_month
from schemas.receiving import HandedIn, Judged
from schemas.refusal import Refusal

router = APIRouter()
RETURN = "/{programme}/meldung"
Own = Annotated[Account, allowed(Right.OWN_MUNICIPALITY)]
OWN_FORM = Depends(own_form)
Chosen = Annotated[list[HandedIn], Depends(uploaded)]


def own_page(request: Request, account: Account, status: int = 200, refusal: Refusal | None = None) -> Response:
    """The first page of a municipality."""
    setup, ags = setup_of(request), account.own_ags
    locations = [
        location_of(request, location.programme) for location in locations_of(setup.inputs, setup.outputs, ags)
    ]
    areas = [area for location in locations for area in own_areas(location, ags, setup.receipts, today())]
    return page(
        request,
        "meine_kommune.html",
        start_of(account),
        status,
        refusal=refusal,
        areas=areas,
        ags=ags,
        charts={area.anchor: saving_chart(area.view) for area in areas},
        names={area.anchor: file_names(area.view.months) for area in areas},
        return_states=GERMAN_RETURN_STATE,
        today=today(),
    )


@router.post(f"{RETURN}/pruefung", dependencies=[OWN_FORM])
def check_return(request: Request, programme: str, account: Own, files: Chosen) -> Response:
    """Judge a return; nothing is kept of it."""
    location, handed_in = _own_location(request, programme, account), _first(files)
    try:
        judged = check(location, account.own_ags, handed_in, today())
    except Refusal as refusal:
        return own_page(request, account, 409, refusal)
    _handouts(request).keep(account.login, Handout(programme, judged, now()))
    return RedirectResponse(f"/{programme}/meldung/pruefung", 303)


@router.get(f"{RETURN}/pruefung")
def checked(request: Request, programme: str, account: Own) -> Response:
    """What the check found, while it is kept."""
    location = _own_location(request, programme, account)
    handout = _handouts(request).of(account.login, programme, now())
    if handout is None:
        return RedirectResponse("/", 303)
    return page(
        request,
        "meldung_pruefung.html",
        "Ergebnis der Prüfung",
        trail=(Link("/", start_of(account)),),
        path=f"/{location.programme}/meldung",
        **_told(handout.judged),
    )


def _told(judged: Judged | None) -> dict[str, Any]:
    """A judgement in the page's words."""
    if judged is None:
        return {"judged": None}
    entries = [Entry(*row) for row in judged.findings.select(Entry._fields).iter_rows()]
    return {
        "judged": judged,
        "month": german_month(judged.month) if judged.month and is_month(judged.month) else None,
        "words": in_words(entries),
        "groups": groups_of(entries),
        "severities": GERMAN_SEVERITY,
    }


@router.post(f"{RETURN}/abgabe", dependencies=[OWN_FORM])
def hand_in_return(request: Request, programme: str, account: Own, files: Chosen) -> Response:
    """Keep a return, and give a receipt."""
    location, handed_in = _own_location(request, programme, account), _first(files)
    try:
        receipt, judged = hand_in(location, account, handed_in, setup_of(request).receipts, today())
    except Refusal as refusal:
        return own_page(request, account, 409, refusal)
    _handouts(request).keep(account.login, Handout(programme, judged, now(), receipt.number))
    return RedirectResponse(f"/{programme}/meldung/eingang/{receipt.number}", 303)


@router.get(f"{RETURN}/eingang/{{number}}")
def receipt(request: Request, programme: str, number: int, account: Own) -> Response:
    """The receipt of a return that was handed in, to be printed; with its findings, while they are kept."""
    location, setup = _own_location(request, programme, account), setup_of(request)
    found = receipt_of(location, account, number, setup.receipts, today())
    handout = _handouts(request).of(account.login, programme, now())
    area = own_area(location, found.ags, setup.receipts, today())
    return page(
        request,
        "eingangsbestaetigung.html",
        "Eingangsbestätigung",
        trail=(Link("/", start_of(account)),),
        receipt=found,
        earlier=earlier_receipt(found, setup.receipts),
        area=area,
        path=f"/{location.programme}/meldung",
        **_told(handout.judged if handout and handout.receipt == number else None),
    )


@router.get(f"{RETURN}/korrektur")
def correction(request: Request, programme: str, account: Own) -> Response:
    """The correction workbook of the return that was checked or handed in last."""
    _own_location(request, programme, account)
    handout = _handouts(request).of(account.login, programme, now())
    if handout is None or handout.judged.correction is None:
        raise Refusal("correction-gone")
    return download(handout.judged.correction.name, handout.judged.correction.content)


@router.get(f"{RETURN}/formular")
def own_return_form(request: Request, programme: str, account: Own, monat: str = "", ags: str = "") -> Response:
    """The form for a month of the municipality, or of one that has merged into it."""
    location = _own_location(request, programme, account)
    if not is_month(monat):
        raise Refusal("page-unknown")
    if not sees(location, account, ags or account.own_ags, today()):
        raise not_there(request, account)
    own = form(location, Ags(ags) if ags else account.own_ags, monat, today())
    return download(own.name, own.content)


def _own_location(request: Request, programme: str, account: Account) -> Location:
    """The programme's location, for its members."""
    setup = setup_of(request)
    if programme not in {location.programme for location in locations_of(setup.inputs, setup.outputs, account.own_ags)}:
        raise HTTPException(404)
    return location_of(request, programme)


def _first(files: list[HandedIn]) -> HandedIn:
    """The file that somebody chose; an empty one where none was."""
    return files[0] if files else HandedIn("", b"")


def _handouts(request: Request) -> Handouts:
    found: Any = request.app.state.handouts
    assert isinstance(found, Handouts)
    return found
