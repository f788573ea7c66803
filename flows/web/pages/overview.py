"""Übersicht: every programme's months, what is to be done next, orders that wait."""

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from flows.viewing import view_programmes
from flows.web.rendering import page
from flows.web.security import setup_of, signed_in
from schemas.accounts import Right
from schemas.documents import order_in_words
from schemas.status import GERMAN_MONTH_STATE

router = APIRouter()


@router.get("/")
def overview(request: Request) -> Response:
    """Where everybody begins; whoever settles nothing begins at what is theirs."""
    account = signed_in(request).account
    for right, path in ((Right.OWN_MUNICIPALITY, "/meine"), (Right.SEE_SETTLEMENT, None), (Right.SEE_REPORTS, "/berichte"), (Right.MANAGE_ACCOUNTS, "/konten")):  # fmt: skip
        if account.may(right):
            if path is not None:
                return RedirectResponse(path, 303)
            break
    setup = setup_of(request)
    today = date.today()  # noqa: DTZ011  # which month is current, in the office's own time
    return page(
        request, "uebersicht.html", "Übersicht", views=view_programmes(setup.inputs, setup.outputs, today),
        states=GERMAN_MONTH_STATE, in_words=order_in_words, may_draft=account.may(Right.DRAFT),
    )  # fmt: skip
