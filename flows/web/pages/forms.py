"""Meldeformulare: the return forms of a month for all municipalities, written and saved; who has an account gets their own."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.clock import today
from flows.collect import form_months, forms, forms_of, packed_forms, written_forms
from flows.location import Location
from flows.viewing import county_of
from flows.web.downloads import download
from flows.web.jobs import Job, begin, jobs_of
from flows.web.locations import PathMonth, location_of
from flows.web.pages.orders import OWN_FORM, Reader, chosen_month, trail_of
from flows.web.progress import progress_of
from flows.web.rendering import page
from flows.web.security import allowed
from schemas.accounts import Account, Right
from schemas.months import Month, german_month, month_of
from schemas.refusal import Refusal
from schemas.spelling import counted

router = APIRouter()
FORMS = "/{programme}/formulare"
WORK = "formulare"  # of one month at a time
READS = allowed(Right.SEE_SETTLEMENT)


@router.get(FORMS)
def forms_page(request: Request, programme: str, account: Reader) -> Response:
    """What is written of which month, and a form for another one."""
    return _page(request, location_of(request, programme), account)


def _page(request: Request, location: Location, account: Account, refusal: Refusal | None = None) -> Response:
    job = jobs_of(request).of(location.programme, WORK)
    county = county_of(location).programme.county
    return page(
        request,
        "formulare.html",
        f"Meldeformulare {county}",
        409 if refusal else 200,
        trail_of(county),
        refusal,
        path=f"/{location.programme}/{WORK}",
        choice=form_months(location, today()),
        written=written_forms(location),
        job=job,
        may_send_out=account.may(Right.SEND_OUT),
    )


@router.post(FORMS, dependencies=[OWN_FORM])
def write(
    request: Request,
    programme: str,
    account: Annotated[Account, allowed(Right.SEND_OUT)],
    monat: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Write a month's forms."""
    location = location_of(request, programme)
    try:
        month = chosen_month(monat, "Monat")
        title = f"Meldeformulare {german_month(month)}"
        begin(request, Job(programme, WORK, title, account.name), lambda _: _written(location, month))
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return RedirectResponse(f"/{programme}/{WORK}", 303)


def _written(location: Location, month: Month) -> str:
    made = forms(location, month, forms_of(location, month), month_of(today()))
    return f"{german_month(month)}: {counted(len(made), 'Meldeformular', 'Meldeformulare')} geschrieben."


@router.get(f"{FORMS}/arbeit", dependencies=[READS])
def work_page(request: Request, programme: str) -> Response:
    """How far it is; once it has ended, the page is read anew."""
    return progress_of(request, programme, WORK)


@router.get(f"{FORMS}/{{month}}.zip", dependencies=[READS])
def packed(request: Request, programme: str, month: PathMonth) -> Response:
    """All forms of a month."""
    return download(f"Meldeformulare-{programme}-{month}.zip", packed_forms(location_of(request, programme), month))
