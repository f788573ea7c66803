"""Rechnung stornieren: a document that was posted is taken back in full; what still holds of it is settled anew."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from flows.desk import view_documents
from flows.location import Location
from flows.office import cancel
from flows.web.locations import location_of
from flows.web.pages.orders import (
    ORDERS,
    OWN_FORM,
    Orderer,
    chosen,
    orders_as_they_stand,
    trail_of,
    wrong_field,
)
from flows.web.rendering import page
from flows.web.wording import sentence
from schemas.documents import GERMAN_DOCUMENT_KIND
from schemas.given import given_reason
from schemas.identifiers import Ags
from schemas.refusal import Refusal

router = APIRouter()
REVERSAL = f"{ORDERS}/storno"
_FIELDS = {"Beleg": "beleg", "document-unknown": "beleg", "reason-empty": "grund"}


class Reversing(BaseModel):
    """Which document is taken back, and why, as it is typed."""

    kommune: str = Field("", max_length=20)
    beleg: str = Field("", max_length=100)
    grund: str = Field("", max_length=500)


@router.get(REVERSAL)
def reversal_page(
    request: Request,
    programme: str,
    account: Orderer,  # noqa: ARG001  # only they may
    kommune: str = "",
    beleg: str = "",
) -> Response:
    """A municipality's documents; `beleg` is the one that somebody comes from."""
    return _page(request, location_of(request, programme), Reversing(kommune=kommune[:20], beleg=beleg[:100]))


def _page(request: Request, location: Location, typed: Reversing, refusal: Refusal | None = None) -> Response:
    view = view_documents(location, Ags(typed.kommune) if typed.kommune else None)
    county = view.programme.programme.county
    return page(
        request,
        "storno.html",
        "Rechnung stornieren",
        409 if refusal else 200,
        trail_of(county, location.programme),
        refusal,
        view=view,
        path=f"/{location.programme}/anordnungen/storno",
        kinds=GERMAN_DOCUMENT_KIND,
        typed=typed,
        wrong=wrong_field(refusal, _FIELDS),
        hindrances=[(entry, sentence(entry.hindrance)) for entry in view.documents if entry.hindrance],
    )


@router.post(REVERSAL, dependencies=[OWN_FORM])
def order_reversal(request: Request, programme: str, account: Orderer, typed: Annotated[Reversing, Form()]) -> Response:
    """Order the reversal of a document."""
    location = location_of(request, programme)
    try:
        number, reason = chosen(typed.beleg, "Beleg"), given_reason(typed.grund)
        name = cancel(location, number=number, reason=reason, by=account.name)
    except Refusal as refusal:
        return _page(request, location, typed, refusal)
    done = f"Vorgemerkt: Storno des Belegs {number} an {name}. Seine Positionen werden mit dem nächsten Entwurf neu abgerechnet; gebucht wird mit dessen Freigabe."
    return orders_as_they_stand(request, location, account, done=done)
