"""Erinnerungen und Kontoauszüge: letters on what is not paid, and the account of a year, written and saved; nothing is sent."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from flows import reminding
from flows.clock import today
from flows.location import Location
from flows.reminding import packed_letters, view_letters
from flows.web.downloads import download
from flows.web.jobs import Job, begin, jobs_of
from flows.web.locations import location_of
from flows.web.pages.orders import OWN_FORM, Reader, chosen, trail_of
from flows.web.progress import progress_of
from flows.web.rendering import Link, page
from flows.web.security import allowed
from schemas.accounts import Account, Right
from schemas.refusal import Refusal
from schemas.spelling import counted

router = APIRouter()
LETTERS = "/{programme}/briefe"
WORK = "briefe"  # one kind at a time
READS = allowed(Right.SEE_SETTLEMENT)
Writer = Annotated[Account, allowed(Right.SEND_OUT)]


@router.get(LETTERS)
def letters_page(request: Request, programme: str, account: Reader) -> Response:
    """Who would be reminded today, and what is written."""
    return _page(request, location_of(request, programme), account)


def _page(request: Request, location: Location, account: Account, refusal: Refusal | None = None) -> Response:
    job = jobs_of(request).of(location.programme, WORK)
    view = view_letters(location, today())
    return page(
        request,
        "briefe.html",
        "Erinnerungen und Kontoauszüge",
        409 if refusal else 200,
        (
            *trail_of(view.programme.programme.county),
            Link(f"/{location.programme}/zahlungen", f"Zahlungen {view.programme.programme.county}"),
        ),
        refusal,
        view=view,
        path=f"/{location.programme}/{WORK}",
        on=today(),
        job=job,
        may_send_out=account.may(Right.SEND_OUT),
    )


@router.post(f"{LETTERS}/erinnern", dependencies=[OWN_FORM])
def remind(request: Request, programme: str, account: Writer) -> Response:
    """Write the reminders of today."""
    location = location_of(request, programme)
    return _begin(request, location, account, "Zahlungserinnerungen", lambda: _reminded(location, account.name))


def _reminded(location: Location, by: str) -> str:
    written = reminding.remind(location, today(), by)
    if not written.reminders:
        return "Zu erinnern ist niemand."
    letters = counted(len(written.reminders), "Zahlungserinnerung", "Zahlungserinnerungen")
    return f"{letters} geschrieben. Gesendet ist noch nichts: Briefe bitte unterschreiben, oder die .eml-Dateien im Mailprogramm öffnen und senden."


@router.post(f"{LETTERS}/kontoauszuege", dependencies=[OWN_FORM])
def accounts(
    request: Request, programme: str, account: Writer, jahr: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Write the accounts of a year."""
    location = location_of(request, programme)
    try:
        years = {str(year): year for year in view_letters(location, today()).years}
        year = years[chosen(jahr if jahr in years else "", "Jahr")]
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return _begin(request, location, account, f"Kontoauszüge {year}", lambda: _accounts(location, year))


def _accounts(location: Location, year: int) -> str:
    written = reminding.accounts(location, year, today())
    if not written.accounts:
        return f"Für {year} gibt es keine Buchungen."
    return f"{counted(len(written.accounts), 'Kontoauszug', 'Kontoauszüge')} für {year} geschrieben."


def _begin(request: Request, location: Location, account: Account, what: str, work: Callable[[], str]) -> Response:
    try:
        begin(request, Job(location.programme, WORK, what, account.name), lambda _: work())
    except Refusal as refusal:
        return _page(request, location, account, refusal)
    return RedirectResponse(f"/{location.programme}/{WORK}", 303)


@router.get(f"{LETTERS}/arbeit", dependencies=[READS])
def work_page(request: Request, programme: str) -> Response:
    """How far it is; once it has ended, the page is read anew."""
    return progress_of(request, programme, WORK)


@router.get(f"{LETTERS}/{{folder}}.zip", dependencies=[READS])
def packed(request: Request, programme: str, folder: str) -> Response:
    """All letters of a day, or accounts of a year."""
    return download(f"{programme}-{folder}.zip", packed_letters(location_of(request, programme), folder))
