"""Monat: what has come in, a draft is computed and looked at, a second person approves, documents go out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, NamedTuple

import polars as pl
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows import settle as settling
from flows.arrivals import Arrivals, passed_over
from flows.clock import today
from flows.location import Location
from flows.use_cases import UseCases
from flows.viewing import draft_digest, view_month
from flows.web.jobs import Job, begin, jobs_of, orchestrated
from flows.web.locations import PathMonth, location_of
from flows.web.progress import progress_of
from flows.web.remembered import look_at
from flows.web.rendering import Link, page
from flows.web.security import allowed, own_form
from flows.web.wording import sentence
from schemas.accounts import Account, Right
from schemas.documents import GERMAN_DOCUMENT_KIND, GERMAN_RETURN_STATE, DocumentKind, ReturnState, order_in_words
from schemas.finding_groups import Entry, grouped, in_words
from schemas.findings import GERMAN_SEVERITY
from schemas.given import given_reason
from schemas.journal import SCHEDULE
from schemas.months import Month, german_month, newest_ended
from schemas.receiving import GERMAN_DEPOSIT, Deposited
from schemas.refusal import Refusal
from schemas.status import GERMAN_MONTH_STATE
from schemas.viewing import FileLine, MonthView

router = APIRouter()
MONTH = "/{programme}/{month}"
READS, OWN_FORM = allowed(Right.SEE_SETTLEMENT), Depends(own_form)
DRAFTING, APPROVING = "Entwurf rechnen", "Freigabe"
# What was interrupted, state of the month in the ledger → what there is to do; of anything else nothing is left to tell.
_INTERRUPTED = {
    (DRAFTING, None): "Gespeichert ist davon nichts; bitte noch einmal starten.",
    (DRAFTING, "draft"): "Es gilt der Entwurf, der hier steht; fehlt etwas darin, bitte noch einmal rechnen.",
    (APPROVING, "draft"): "Gebucht ist nichts; bitte noch einmal freigeben.",
    (APPROVING, "approved"): "Gebucht war schon: Der Monat ist freigegeben, noch einmal freizugeben ist nichts.",
}
_FOR_PROGRAMS = (".parquet", "findings.csv")  # how documents end that nobody reads (decision 0011)
MOST_PLACES = 12  # of equal findings that are named; of further ones their number


class Group(NamedTuple):
    """Equal findings: the first one, where the others stand, and how many more there are."""

    first: Entry
    others: str
    more: int


class _Findings(NamedTuple):
    """What is wrong with one file."""

    file: str
    words: str
    held_back: bool
    groups: list[Group]


@router.get(MONTH)
def month_page(
    request: Request, programme: str, month: PathMonth, account: Annotated[Account, allowed(Right.SEE_SETTLEMENT)]
) -> Response:
    """The month as it stands."""
    return month_as_it_stands(request, location_of(request, programme), month, account)


def month_as_it_stands(
    request: Request,
    location: Location,
    month: Month,
    account: Account,
    status: int = 200,
    refusal: Refusal | None = None,
    deposited: list[Deposited] | None = None,
    done: str | None = None,
    reason: str | None = None,
) -> Response:
    """The month's page, with what just happened or was refused."""
    job = jobs_of(request).of(location.programme, month)
    view = view_month(location, month)
    look, not_looked = _look(request, location, view)
    states = {line.ags: line.return_state for line in view.municipalities} | (
        look.states if look and not view.state else {}
    )
    files, findings = (look.files, look.findings) if look else (view.files, view.findings)
    counts = Counter(file.state for file in files)
    return page(
        request,
        "monat.html",
        german_month(month),
        status,
        _trail(view),
        refusal,
        done,
        view=view,
        path=f"/{location.programme}/{month}",
        key=location.programme,
        in_words=order_in_words,
        for_programs=_FOR_PROGRAMS,
        job=_with_what_came_of_it(job, view),
        to_accept=job is not None and job.state == "refused" and job.code == "differences-not-accepted",
        reason=view.accepted_reason if reason is None else reason,
        reason_missing=refusal is not None and refusal.code == "reason-empty",
        deposited=deposited,
        files=files,
        looked=look is not None,
        passed_over=passed_over(location, view.month),
        still_running=view.month > newest_ended(today()),
        not_looked=sentence(not_looked) if not_looked else None,
        findings=_findings(files, findings),
        accepted=list(states.values()).count(ReturnState.ACCEPTED),
        accepted_files=counts[ReturnState.ACCEPTED],
        held_back=counts[ReturnState.HELD_BACK],
        missing=list(states.values()).count(ReturnState.MISSING),
        municipality_states=states,
        states=GERMAN_MONTH_STATE,
        return_states=GERMAN_RETURN_STATE,
        looked_states=_LOOKED,
        kinds=_KINDS,
        severities=GERMAN_SEVERITY,
        deposit_words=GERMAN_DEPOSIT,
        may_take_in=account.may(Right.TAKE_IN),
        may_draft=account.may(Right.DRAFT),
        may_send_out=account.may(Right.SEND_OUT),
        may_approve=account.may(Right.APPROVE),
        by_schedule=view.programme.accounting.four_eyes and view.state == "draft" and view.drafted_by == SCHEDULE,
    )


def _with_what_came_of_it(job: Job | None, view: MonthView) -> Job | None:
    """Work that was interrupted, with what the ledger says came of it; other work as it is."""
    if job is None or job.state != "interrupted":
        return job
    left = _INTERRUPTED.get((job.what, view.state))
    return replace(job, message=left) if left else None


def _look(request: Request, location: Location, view: MonthView) -> tuple[Arrivals | None, Refusal | None]:
    """What would become of the files if the month were drafted now, where some are in no draft yet."""
    if view.state == "approved" or not view.new_files:
        return None, None
    try:
        return look_at(request, location, view.month), None
    except Refusal as refusal:  # another month's turn: the files are kept, and looked at when it is this one's
        return None, refusal


_LOOKED = GERMAN_RETURN_STATE | {ReturnState.ACCEPTED: "wird übernommen", ReturnState.HELD_BACK: "wird zurückgestellt"}
_KINDS = {str(kind): word for kind, word in GERMAN_DOCUMENT_KIND.items()}


def _trail(view: MonthView) -> tuple[Link, ...]:
    return (Link("/", f"Übersicht {view.programme.programme.county}"),)


def _findings(files: Iterable[FileLine], findings: pl.DataFrame) -> list[_Findings]:
    held_back = {file.file for file in files if file.state == ReturnState.HELD_BACK}
    found = []
    for (file,), own in findings.group_by("file", maintain_order=True):
        entries = [Entry(*row) for row in own.select(Entry._fields).iter_rows()]
        found.append(_Findings(str(file), in_words(entries), file in held_back, groups_of(entries)))
    return sorted(found, key=lambda each: not each.held_back)


def groups_of(entries: Iterable[Entry]) -> list[Group]:
    """Equal findings together, the gravest first."""
    return [
        Group(group[0], ", ".join(entry.place for entry in group[1:MOST_PLACES]), max(0, len(group) - MOST_PLACES))
        for group in grouped(entries)
    ]


@router.post(f"{MONTH}/entwurf", dependencies=[OWN_FORM])
def draft(
    request: Request,
    programme: str,
    month: PathMonth,
    account: Annotated[Account, allowed(Right.DRAFT)],
    vorab: Annotated[str, Form()] = "",
    annehmen: Annotated[str, Form()] = "",
    grund: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Compute a draft, also one that accepts what approved months would come to now."""
    location, ahead = location_of(request, programme), vorab == "ja"

    def work(office: UseCases) -> str:
        office.settle(location, month, by=account.name, accept=accept, ahead=ahead)
        return ""

    try:
        accept = given_reason(grund) if annehmen == "ja" else None
        settling.check_over(month, today(), ahead)
        settling.prepare(location, month, drafted_by=account.name)
        begin(request, Job(programme, month, DRAFTING, account.name), orchestrated(request, work))
    except Refusal as refusal:
        return month_as_it_stands(request, location, month, account, 409, refusal, reason=grund or None)
    return RedirectResponse(f"/{programme}/{month}", 303)


@router.get(f"{MONTH}/freigabe", dependencies=[allowed(Right.APPROVE)])
def approval_page(request: Request, programme: str, month: PathMonth) -> Response:
    """Look at the sums once more."""
    return _approval(request, location_of(request, programme), month) or RedirectResponse(f"/{programme}/{month}", 303)


def _approval(
    request: Request, location: Location, month: Month, status: int = 200, refusal: Refusal | None = None
) -> Response | None:
    """The draft that stands, once more; None where there is none."""
    digest = draft_digest(location, month)
    view = view_month(location, month)
    if view.state != "draft":
        return None
    path = f"/{location.programme}/{view.month}"
    charged = sum(line.kind not in (None, str(DocumentKind.NIL)) for line in view.municipalities)
    return page(
        request,
        "freigabe.html",
        f"{german_month(view.month)} freigeben",
        status,
        (*_trail(view), Link(path, german_month(view.month))),
        refusal,
        view=view,
        in_words=order_in_words,
        path=path,
        charged=charged,
        held_back=sum(file.state == ReturnState.HELD_BACK for file in view.files),
        missing=sum(line.return_state == ReturnState.MISSING for line in view.municipalities),
        digest=digest,
        ahead=settling.date_ahead(location, today()),
    )


@router.post(f"{MONTH}/freigabe/datum", dependencies=[OWN_FORM])
def confirm_date(
    request: Request, programme: str, month: PathMonth, account: Annotated[Account, allowed(Right.APPROVE)]
) -> Response:
    """Confirm that today's date is right although the newest approval has a later one; another account approves."""
    location = location_of(request, programme)
    try:
        settling.confirm_date(location, month, account.name, today(), today())
    except Refusal as refusal:
        return month_as_it_stands(request, location, month, account, 409, refusal)
    done = "Das Datum von heute ist bestätigt; freigeben muss eine andere Person."
    return month_as_it_stands(request, location, month, account, done=done)


@router.post(f"{MONTH}/freigabe", dependencies=[OWN_FORM])
def approve(
    request: Request,
    programme: str,
    month: PathMonth,
    account: Annotated[Account, allowed(Right.APPROVE)],
    entwurf: Annotated[str, Form()] = "",
    ohne_neue: Annotated[str, Form()] = "",
) -> Response:
    """Post the draft that was looked at, and no other."""
    location, without_new = location_of(request, programme), ohne_neue == "ja"

    def work(office: UseCases) -> str:
        outcome = office.approve(location, month, account.name, today(), without_new, entwurf)
        if outcome.hindered is not None:
            raise outcome.hindered
        return ""

    try:
        settling.check_approval(location, month, account.name, without_new, entwurf)
        begin(request, Job(programme, month, APPROVING, account.name), orchestrated(request, work))
    except Refusal as refusal:
        again = _approval(request, location, month, 409, refusal)
        return again or month_as_it_stands(request, location, month, account, 409, refusal)
    return RedirectResponse(f"/{programme}/{month}", 303)


@router.get(f"{MONTH}/arbeit", dependencies=[READS])
def work_page(request: Request, programme: str, month: PathMonth) -> Response:
    """How far long work is; when it is done, the whole page is loaded anew."""
    return progress_of(request, programme, month)
