"""Bescheinigungen: certificates of participation and payout lists of a month's work opportunities, written and saved."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.collect import certificates, packed_certificates, written_certificates
from flows.location import Location
from flows.viewing import county_of
from flows.web.downloads import download
from flows.web.jobs import Job, begin, jobs_of
from flows.web.locations import PathMonth, location_of
from flows.web.pages.orders import OWN_FORM, Reader, chosen_month, trail_of
from flows.web.progress import progress_of
from flows.web.rendering import page
from flows.web.security import allowed
from flows.web.wording import sentence
from schemas.accounts import Account, Right
from schemas.months import Month, german_month
from schemas.refusal import Refusal
from schemas.spelling import counted

router = APIRouter()
CERTIFICATES = "/{programme}/bescheinigungen"
WORK = "bescheinigungen"  # of one month at a time
READS = allowed(Right.SEE_SETTLEMENT)


@router.get(CERTIFICATES)
def certificates_page(request: Request, programme: str, account: Reader) -> Response:
    """What is written of which month, and a form for another one."""
    return _page(request, location_of(request, programme), account)


def _page(request: Request, location: Location, account: Account, refusal: Refusal | None = None) -> Response:
    job = jobs_of(request).of(location.programme, WORK)
    county = county_of(location)
    county.check_allowance()
    written = written_certificates(location)
    return page(
        request,
        "bescheinigungen.html",
        f"Bescheinigungen {county.programme.county}",
        409 if refusal else 200,
        trail_of(county.programme.county, location.programme),
        refusal,
        path=f"/{location.programme}/bescheinigungen",
        written=written,
        writable=[month for month, each in written.items() if not each.hindrance],
        hindrances=_hindrances(each.hindrance for each in written.values()),
        job=job,
        may_send_out=account.may(Right.SEND_OUT),
    )


def _hindrances(found: Iterable[Refusal | None]) -> list[str]:
    """Why months cannot be written; that of erased months names all of them, so that the newest one's is enough."""
    told = [refusal for refusal in found if refusal]
    erased = [refusal for refusal in told if refusal.code == "month-erased"]
    return [sentence(refusal) for refusal in told if refusal not in erased[1:]]


@router.post(CERTIFICATES, dependencies=[OWN_FORM])
def write(
    request: Request,
    programme: str,
    account: Annotated[Account, allowed(Right.SEND_OUT)],
    monat: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Write a month's certificates and payout lists."""
    location = location_of(request, programme)

    try:
        month = chosen_month(monat, "Monat")
        title = f"Bescheinigungen {german_month(month)}"
        begin(request, Job(programme, WORK, title, account.name), lambda _: _written(location, month))
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return RedirectResponse(f"/{programme}/bescheinigungen", 303)


def _written(location: Location, month: Month) -> str:
    certified, listed, _ = certificates(location, month)
    made = counted(len(certified), "Teilnahmebescheinigung", "Teilnahmebescheinigungen")
    return (
        f"{german_month(month)}: {made}, {counted(len(listed), 'Auszahlungsliste', 'Auszahlungslisten')} geschrieben."
    )


@router.get(f"{CERTIFICATES}/arbeit", dependencies=[READS])
def work_page(request: Request, programme: str) -> Response:
    """How far it is; once it has ended, the page is read anew."""
    return progress_of(request, programme, WORK)


@router.get(f"{CERTIFICATES}/{{month}}.zip", dependencies=[READS])
def packed(request: Request, programme: str, month: PathMonth) -> Response:
    """All that was written of a month."""
    return download(
        f"Bescheinigungen-{programme}-{month}.zip", packed_certificates(location_of(request, programme), month)
    )
