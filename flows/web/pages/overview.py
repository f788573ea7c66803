"""Übersicht: every programme's months, what is to be done next, orders that wait."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows import people
from flows.audit import law as in_force
from flows.clock import today
from flows.location import programmes
from flows.viewing import programme_file, view_programmes
from flows.web.jobs import GERMAN_ENDING, jobs_of
from flows.web.pages import own, reports
from flows.web.rendering import page
from flows.web.security import setup_of, signed_in
from flows.web.setup import Setup
from flows.web.wording import sentence
from schemas.accounts import GERMAN_ROLE, AccountState, Right
from schemas.documents import order_in_words
from schemas.law_words import running_out
from schemas.offset_words import stranded_in_words
from schemas.refusal import Refusal
from schemas.schedules import SCHEDULES, Schedule
from schemas.status import GERMAN_MONTH_STATE

router = APIRouter()


@router.get("/")
def overview(request: Request) -> Response:
    """Where everybody begins."""
    account = signed_in(request).account
    if account.may(Right.OWN_MUNICIPALITY):
        return own.own_page(request, account)
    if account.may(Right.SEE_REPORTS) and not account.may(Right.SEE_SETTLEMENT):
        return reports.start(request, account)
    if not account.may(Right.SEE_SETTLEMENT):
        return _administration(request)
    setup = setup_of(request)
    return page(
        request,
        "uebersicht.html",
        "Übersicht",
        views=view_programmes(setup.inputs, setup.outputs, today()),
        states=GERMAN_MONTH_STATE,
        in_words=order_in_words,
        stranded_in_words=stranded_in_words,
        may_draft=account.may(Right.DRAFT),
        may_report=account.may(Right.SEE_REPORTS),
        may_audit=account.may(Right.AUDIT),
        may_manage=account.may(Right.MANAGE_ACCOUNTS),
    )


def _administration(request: Request) -> Response:
    """Where the administration begins: what of its work is waiting."""
    setup = setup_of(request)
    known = people.listed(setup.accounts)
    try:
        ends, law_wrong = running_out(in_force(setup.inputs, today())), None
    except Refusal as refusal:
        ends, law_wrong = [], sentence(refusal)
    return page(
        request,
        "verwaltung.html",
        "Übersicht",
        roles=[(word, sum(entry.role == role for entry in known)) for role, word in GERMAN_ROLE.items()],
        locked=sum(entry.state == AccountState.LOCKED for entry in known),
        beside=setup.beside,
        beside_wrong=sentence(setup.beside.hindered) if setup.beside and setup.beside.hindered else None,
        schedules=list(_schedules(setup)),
        files=[(key, _wrong(setup, key)) for key in programmes(setup.inputs)],
        ends=ends,
        law_wrong=law_wrong,
        works=[job for key in programmes(setup.inputs) for job in jobs_of(request).newest(key)],
        endings=GERMAN_ENDING,
    )


def _schedules(setup: Setup) -> Iterator[tuple[str, Schedule, str]]:
    """What is started by the clock, and when, for each programme whose file can be read."""
    for key in programmes(setup.inputs):
        try:
            programme = programme_file(setup.inputs, key)
        except Refusal:  # its own section tells
            continue
        for schedule in SCHEDULES:
            yield key, schedule, schedule.when(programme).words


def _wrong(setup: Setup, key: str) -> str | None:
    """What is wrong with a programme file, if anything is."""
    try:
        programme_file(setup.inputs, key)
    except Refusal as refusal:
        return sentence(refusal)
    return None
