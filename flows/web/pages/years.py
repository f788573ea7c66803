"""Jahresabschluss: a year's service months are closed, and opened again with a reason; each is asked once more."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from flows.desk import view_years
from flows.location import Location
from flows.office import close, reopen
from flows.web.locations import location_of
from flows.web.pages.orders import OWN_FORM, Orderer, Reader, chosen, trail_of
from flows.web.rendering import page
from schemas.accounts import Account, Right
from schemas.given import given_reason
from schemas.refusal import Refusal

router = APIRouter()
YEARS = "/{programme}/jahresabschluss"
Typed = Annotated[str, Form(max_length=20)]


@router.get(YEARS)
def years_page(request: Request, programme: str, account: Reader, jahr: str = "", oeffnen: str = "") -> Response:
    """Which years are closed; `jahr`, `oeffnen`: the year that somebody is asked once more about."""
    location = location_of(request, programme)
    may = account.may(Right.ORDER)
    return _page(request, location, account, closing=jahr if may else "", opening=oeffnen if may else "")


def _page(
    request: Request,
    location: Location,
    account: Account,
    refusal: Refusal | None = None,
    done: str | None = None,
    closing: str = "",
    opening: str = "",
    reason: str = "",
) -> Response:
    view = view_years(location)
    return page(
        request,
        "jahresabschluss.html",
        f"Jahresabschluss {view.programme.programme.county}",
        409 if refusal else 200,
        trail_of(view.programme.programme.county, location.programme),
        refusal,
        done,
        view=view,
        path=f"/{location.programme}/jahresabschluss",
        closing=int(closing) if closing in map(str, view.closable) else None,
        opening=int(opening) if opening in map(str, view.openable) else None,
        reason=reason,
        wrong="grund" if refusal is not None and refusal.code == "reason-empty" else None,
        may_order=account.may(Right.ORDER),
    )


@router.post(YEARS, dependencies=[OWN_FORM])
def close_year(request: Request, programme: str, account: Orderer, jahr: Typed = "") -> Response:
    """Close a year."""
    location = location_of(request, programme)
    try:
        year = _year(jahr)
        close(location, year, account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal, closing=jahr)
    done = (
        f"Abgeschlossen: Leistungsmonate bis Dezember {year}. Spätere Differenzen werden aufgeführt, nicht abgerechnet."
    )
    return _page(request, location, account, done=done)


@router.post(f"{YEARS}/oeffnen", dependencies=[OWN_FORM])
def open_year(
    request: Request,
    programme: str,
    account: Orderer,
    jahr: Typed = "",
    grund: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Open a closed year, and all after it, again."""
    location = location_of(request, programme)
    try:
        year = _year(jahr)
        reopen(location, year, reason=given_reason(grund), by=account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal, opening=jahr, reason=grund)
    done = f"Geöffnet: Leistungsmonate ab Januar {year} werden wieder abgerechnet."
    return _page(request, location, account, done=done)


def _year(text: str) -> int:
    year = chosen(text, "Jahr")
    return int(chosen(year if year.isascii() and year.isdigit() and len(year) <= 4 else "", "Jahr"))
