"""Monat: returns come in and are answered at once; what is replaced by a mended copy is taken out again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from flows.arrivals import correction_workbook, letter_to_sender
from flows.receiving import set_aside, take_in
from flows.web.downloads import download
from flows.web.locations import PathMonth, location_of
from flows.web.pages.month import MONTH, OWN_FORM, READS, month_as_it_stands
from flows.web.remembered import look_at
from flows.web.security import allowed
from flows.web.uploads import uploaded
from schemas.accounts import Account, Right
from schemas.receiving import HandedIn
from schemas.refusal import Refusal

router = APIRouter()


@router.post(f"{MONTH}/meldungen", dependencies=[OWN_FORM])
def add_returns(
    request: Request,
    programme: str,
    month: PathMonth,
    account: Annotated[Account, allowed(Right.TAKE_IN)],
    files: Annotated[list[HandedIn], Depends(uploaded)],
) -> Response:
    """Keep the files that somebody chose, and answer each."""
    location = location_of(request, programme)
    try:
        return month_as_it_stands(request, location, month, account, deposited=take_in(location, month, files))
    except Refusal as refusal:
        return month_as_it_stands(request, location, month, account, 409, refusal)


@router.post(f"{MONTH}/herausnehmen", dependencies=[OWN_FORM])
def take_out(
    request: Request,
    programme: str,
    month: PathMonth,
    account: Annotated[Account, allowed(Right.TAKE_IN)],
    datei: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Set a file aside, so that the month is settled without it; it is kept."""
    location = location_of(request, programme)
    try:
        kept = set_aside(location, month, datei)
    except Refusal as refusal:
        return month_as_it_stands(request, location, month, account, 409, refusal)
    done = f"{datei} ist herausgenommen und liegt jetzt im Unterordner „{kept.parent.name}“; ein Entwurf, der sie enthält, ist neu zu rechnen."
    return month_as_it_stands(request, location, month, account, done=done)


@router.get(f"{MONTH}/korrekturen/{{name}}", dependencies=[READS])
def correction(request: Request, programme: str, month: PathMonth, name: str) -> Response:
    """The correction workbook of a file that would be held back, before there is a draft."""
    arrived = look_at(request, location_of(request, programme), month)
    return download(name, correction_workbook(arrived, name))


@router.get(f"{MONTH}/anschreiben/{{name}}", dependencies=[READS])
def letter(request: Request, programme: str, month: PathMonth, name: str) -> Response:
    """The letter to the sender with that workbook, before there is a draft; afterwards it is among what is sent out."""
    arrived = look_at(request, location_of(request, programme), month)
    return download(*letter_to_sender(arrived, name))
