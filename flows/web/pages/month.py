"""Monat: returns come in, a draft is computed and looked at, a second person approves, documents go out."""

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from flows import settle as settling
from flows.clock import today
from flows.location import Location
from flows.orchestration import Direct, Progress, unseen
from flows.receiving import take_in
from flows.viewing import document, view_month
from flows.web.jobs import Job, Jobs
from flows.web.locations import location_of
from flows.web.rendering import Link, page, part
from flows.web.security import allowed, own_form
from schemas.accounts import Account, Right
from schemas.documents import GERMAN_DOCUMENT_KIND, GERMAN_RETURN_STATE, DocumentKind, ReturnState
from schemas.finding_groups import Entry, grouped, in_words
from schemas.findings import GERMAN_SEVERITY
from schemas.months import german_month
from schemas.receiving import GERMAN_DEPOSIT, Deposited, HandedIn
from schemas.refusal import Refusal
from schemas.status import GERMAN_MONTH_STATE
from schemas.viewing import MonthView

router = APIRouter()
MONTH = "/{programme}/{month}"
READS, OWN_FORM = allowed(Right.SEE_SETTLEMENT), Depends(own_form)


class _Findings(NamedTuple):
    """What is wrong with one file."""

    file: str
    words: str
    held_back: bool
    entries: list[Entry]


@router.get(MONTH)
def month_page(
    request: Request, programme: str, month: str, account: Annotated[Account, allowed(Right.SEE_SETTLEMENT)]
) -> Response:
    """The month as it stands."""
    return _page(request, location_of(request, programme), month, account)


def _page(
    request: Request,
    location: Location,
    month: str,
    account: Account,
    status: int = 200,
    refusal: Refusal | None = None,
    deposited: list[Deposited] | None = None,
) -> Response:
    view = view_month(location, month)
    states = [line.return_state for line in view.municipalities]
    return page(
        request,
        "monat.html",
        german_month(month),
        status,
        _trail(view),
        refusal,
        view=view,
        path=f"/{location.programme}/{month}",
        job=_jobs(request).of(location.programme, month),
        deposited=deposited,
        files=view.files,
        findings=_findings(view),
        accepted=sum(file.state == ReturnState.ACCEPTED for file in view.files),
        held_back=sum(file.state == ReturnState.HELD_BACK for file in view.files),
        missing=states.count(ReturnState.MISSING),
        states=GERMAN_MONTH_STATE,
        return_states=GERMAN_RETURN_STATE,
        kinds=_KINDS,
        severities=GERMAN_SEVERITY,
        deposit_words=GERMAN_DEPOSIT,
        may_take_in=account.may(Right.TAKE_IN),
        may_draft=account.may(Right.DRAFT),
        may_approve=account.may(Right.APPROVE),
    )


_KINDS = {str(kind): word for kind, word in GERMAN_DOCUMENT_KIND.items()}


def _trail(view: MonthView) -> tuple[Link, ...]:
    return (Link("/", f"Übersicht {view.programme.programme.county}"),)


def _findings(view: MonthView) -> list[_Findings]:
    held_back = {file.file for file in view.files if file.state == ReturnState.HELD_BACK}
    found = []
    for (file,), own in view.findings.group_by("file", maintain_order=True):
        entries = [Entry(*row) for row in own.select(Entry._fields).iter_rows()]
        firsts = [group[0] for group in grouped(entries)]
        found.append(_Findings(str(file), in_words(entries), file in held_back, firsts))
    return sorted(found, key=lambda each: not each.held_back)


@router.post(f"{MONTH}/meldungen", dependencies=[OWN_FORM])
async def add_returns(
    request: Request, programme: str, month: str, account: Annotated[Account, allowed(Right.TAKE_IN)]
) -> Response:
    """Keep the files that somebody chose."""
    location = location_of(request, programme)
    files = [
        HandedIn(entry.filename or "", await entry.read())
        for entry in (await request.form()).getlist("dateien")
        if isinstance(entry, UploadFile)
    ]
    try:
        return _page(request, location, month, account, deposited=take_in(location, month, files))
    except Refusal as refusal:
        return _page(request, location, month, account, 409, refusal)


@router.post(f"{MONTH}/entwurf", dependencies=[OWN_FORM])
def draft(request: Request, programme: str, month: str, account: Annotated[Account, allowed(Right.DRAFT)]) -> Response:
    """Compute a draft."""
    location = location_of(request, programme)
    try:
        job = settling.prepare(location, month, account.name)
    except Refusal as refusal:
        return _page(request, location, month, account, 409, refusal)

    def work(progress: Progress) -> str:
        settling.settle_month(job, Direct("threads", progress))
        return ""

    return _begin(request, Job(programme, month, "Entwurf rechnen", account.name), work)


@router.get(f"{MONTH}/freigabe", dependencies=[allowed(Right.APPROVE)])
def approval_page(request: Request, programme: str, month: str) -> Response:
    """Look at the sums once more."""
    location = location_of(request, programme)
    view = view_month(location, month)
    if view.state != "draft":
        return RedirectResponse(f"/{programme}/{month}", 303)
    return _approval(request, location, view)


def _approval(
    request: Request, location: Location, view: MonthView, status: int = 200, refusal: Refusal | None = None
) -> Response:
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
        path=path,
        charged=charged,
    )


@router.post(f"{MONTH}/freigabe", dependencies=[OWN_FORM])
def approve(
    request: Request,
    programme: str,
    month: str,
    account: Annotated[Account, allowed(Right.APPROVE)],
    entwurf: Annotated[str, Form()] = "",
    ohne_neue: Annotated[str, Form()] = "",
) -> Response:
    """Post the draft that was looked at, and no other."""
    location = location_of(request, programme)
    try:
        settling.approve(location, month, account.name, today(), Direct("threads", unseen), ohne_neue == "ja", entwurf)
    except Refusal as refusal:
        view = view_month(location, month)
        if view.state != "draft":
            return _page(request, location, month, account, 409, refusal)
        return _approval(request, location, view, 409, refusal)
    return RedirectResponse(f"/{programme}/{month}", 303)


@router.get(f"{MONTH}/arbeit", dependencies=[READS])
def work_page(request: Request, programme: str, month: str) -> Response:
    """How far long work is; when it is done, the whole page is loaded anew."""
    location_of(request, programme)
    job = _jobs(request).of(programme, month)
    if job is None or job.state != "running":
        return Response(headers={"HX-Refresh": "true"})
    return part(request, "arbeit.html", job=job, path=f"/{programme}/{month}")


@router.get(f"{MONTH}/unterlagen.zip", dependencies=[READS])
def all_documents(request: Request, programme: str, month: str) -> Response:
    """All documents of the month; the same month gives the same bytes."""
    location = location_of(request, programme)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for entry in view_month(location, month).documents:
            archive.writestr(zipfile.ZipInfo(entry.path), document(location, month, entry.path).read_bytes())
    return Response(packed.getvalue(), media_type="application/zip", headers=_named(f"{programme}-{month}.zip"))


@router.get(f"{MONTH}/unterlagen/{{path:path}}", dependencies=[READS])
def one_document(request: Request, programme: str, month: str, path: str) -> Response:
    """One document, to be saved: nothing of it is shown in the browser itself."""
    found = document(location_of(request, programme), month, path)
    return FileResponse(found, filename=PurePosixPath(path).name, media_type="application/octet-stream")


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _begin(request: Request, job: Job, work: Callable[[Progress], str]) -> Response:
    _jobs(request).start(job, work)
    return RedirectResponse(f"/{job.programme}/{job.month}", 303)


def _jobs(request: Request) -> Jobs:
    found: Any = request.app.state.jobs
    assert isinstance(found, Jobs)
    return found
