"""Übersicht: every programme's months, what is to be done next, orders that wait."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows.clock import today
from flows.viewing import view_programmes
from flows.web.pages import reports
from flows.web.rendering import page
from flows.web.security import setup_of, signed_in
from schemas.accounts import GERMAN_ROLE, Right
from schemas.documents import order_in_words
from schemas.status import GERMAN_MONTH_STATE

router = APIRouter()


@router.get("/")
def overview(request: Request) -> Response:
    """Where everybody begins."""
    account = signed_in(request).account
    if account.may(Right.SEE_REPORTS) and not account.may(Right.SEE_SETTLEMENT):
        return reports.start(request, account)
    if not account.may(Right.SEE_SETTLEMENT):
        return page(request, "ohne_seiten.html", "Noch ohne Seiten", role=GERMAN_ROLE[account.role])
    setup = setup_of(request)
    return page(
        request,
        "uebersicht.html",
        "Übersicht",
        views=view_programmes(setup.inputs, setup.outputs, today()),
        states=GERMAN_MONTH_STATE,
        in_words=order_in_words,
        may_draft=account.may(Right.DRAFT),
    )
