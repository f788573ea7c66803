"""Zahlungen: what came in on the county's account, what is unclear, and what is open; movements are taken in and assigned here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from flows import payments
from flows.clock import today
from flows.location import Location
from flows.web.downloads import download
from flows.web.locations import location_of
from flows.web.pages.orders import OWN_FORM, Orderer, Reader, chosen, trail_of
from flows.web.rendering import page
from flows.web.uploads import uploaded
from schemas.accounts import Account, Right
from schemas.given import given_reason
from schemas.movements import GERMAN_WHY
from schemas.open_items import GERMAN_ITEM_STATE, ON_ACCOUNT
from schemas.receiving import HandedIn
from schemas.refusal import Refusal
from schemas.spelling import counted

router = APIRouter()
MONEY = "/{programme}/zahlungen"
FOREIGN = "fremd"  # chosen where a movement has nothing to do with the programme


class Assigned(BaseModel):
    """What a movement is for, as it is chosen or typed, and why."""

    umsatz: int = 0
    ziel: str = Field("", max_length=40)
    beleg: str = Field("", max_length=40)
    grund: str = Field("", max_length=500)


@router.get(MONEY)
def money_page(request: Request, programme: str, account: Reader) -> Response:
    """What is unclear, open, and known of movements."""
    return _page(request, location_of(request, programme), account)


def _page(
    request: Request,
    location: Location,
    account: Account,
    refusal: Refusal | None = None,
    done: str | None = None,
    tried: Assigned | None = None,
) -> Response:
    agreed, money = payments.view(location, today())
    return page(
        request,
        "zahlungen.html",
        f"Zahlungen {agreed.programme.county}",
        409 if refusal else 200,
        trail_of(agreed.programme.county),
        refusal,
        done,
        programme=agreed,
        money=money,
        path=f"/{location.programme}/zahlungen",
        reasons=GERMAN_WHY,
        states=GERMAN_ITEM_STATE,
        on_account=ON_ACCOUNT,
        foreign=FOREIGN,
        tried=tried,
        reason_missing=refusal is not None and refusal.code == "reason-empty",
        may_order=account.may(Right.ORDER),
    )


@router.get(f"{MONEY}/offene-posten.xlsx")
def workbook(request: Request, programme: str, account: Reader) -> Response:  # noqa: ARG001  # who may read it
    """What is open today, as a workbook."""
    on = today()
    return download(f"Offene-Posten-{on}.xlsx", payments.open_items_workbook(location_of(request, programme), on))


@router.post(MONEY, dependencies=[OWN_FORM])
def take_in(
    request: Request, programme: str, account: Orderer, files: Annotated[list[HandedIn], Depends(uploaded)]
) -> Response:
    """Take in the files of the form: all of them or none."""
    location = location_of(request, programme)
    try:
        chosen(files[0].name if files else "", "Kontoauszug oder Liste")
        _, taken = payments.take_in_handed(location, files, account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return _page(request, location, account, done=_told(taken))


def _told(taken: list[payments.TakenIn]) -> str:
    """What became of the files, in a sentence."""
    new = [match for each in taken for _, match in each.matched]
    certain = sum(match.why is not None for match in new)
    known = sum(each.known or 0 for each in taken) + sum(each.known is None for each in taken)
    again = " Was schon bekannt war, ist nicht doppelt." if known else ""
    return f"Übernommen: {counted(len(new), 'Umsatz', 'Umsätze')}, davon zugeordnet {certain}, ungeklärt {len(new) - certain}.{again}"


@router.post(f"{MONEY}/zuordnen", dependencies=[OWN_FORM])
def assign(request: Request, programme: str, account: Orderer, given: Annotated[Assigned, Form()]) -> Response:
    """Say what an unclear movement is for."""
    location = location_of(request, programme)
    try:
        target = chosen(given.beleg or given.ziel, "Wozu der Umsatz gehört").upper()
        foreign = target == FOREIGN.upper()
        reason = given_reason(given.grund)
        targets = [] if foreign else [payments.Assigning(target, None)]
        payments.assign(location, given.umsatz, targets, foreign=foreign, reason=reason, by=account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal, tried=given)
    return _page(request, location, account, done=f"Zugeordnet: Umsatz {given.umsatz}.")


@router.post(f"{MONEY}/aufheben", dependencies=[OWN_FORM])
def release(request: Request, programme: str, account: Orderer, given: Annotated[Assigned, Form()]) -> Response:
    """Take an allocation back."""
    location = location_of(request, programme)
    try:
        payments.release(location, given.umsatz, reason=given_reason(given.grund), by=account.name)
    except Refusal as refusal:
        return _page(request, location, account, refusal, tried=given)
    return _page(request, location, account, done=f"Aufgehoben: Umsatz {given.umsatz} ist wieder ungeklärt.")
