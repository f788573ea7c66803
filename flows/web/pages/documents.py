"""Unterlagen: a month's documents saved, one by one or together, and those written that are still to follow."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from flows.clock import today
from flows.mending import mend
from flows.municipality import sees_document
from flows.viewing import document, view_month
from flows.web.downloads import download
from flows.web.jobs import Job, Telling, begin
from flows.web.locations import PathMonth, location_of
from flows.web.pages.month import MONTH, OWN_FORM, READS, month_as_it_stands
from flows.web.security import allowed, not_there
from schemas.accounts import Account, Right
from schemas.refusal import Refusal

router = APIRouter()


@router.post(f"{MONTH}/unterlagen", dependencies=[OWN_FORM])
def write_documents(
    request: Request, programme: str, month: PathMonth, account: Annotated[Account, allowed(Right.SEND_OUT)]
) -> Response:
    """Write the documents that are still to follow, of every month of the programme."""
    location = location_of(request, programme)

    def work(tell: Telling) -> str:
        mended = mend(location, tell.progress)
        if mended.hindered is not None:
            raise mended.hindered
        if month in mended.unwritten:
            raise Refusal("documents-unwritten", month=month)
        return ""

    try:
        begin(request, Job(programme, month, "Unterlagen schreiben", account.name), work)
    except Refusal as refusal:
        return month_as_it_stands(request, location, month, account, 409, refusal)
    return RedirectResponse(f"/{programme}/{month}", 303)


@router.get(f"{MONTH}/unterlagen.zip", dependencies=[READS])
def all_documents(request: Request, programme: str, month: PathMonth) -> Response:
    """All documents of the month; the same month gives the same bytes."""
    location = location_of(request, programme)
    view, packed = view_month(location, month), io.BytesIO()
    if view.documents_follow:
        raise Refusal("documents-follow", month=month)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for entry in view.documents:
            archive.writestr(zipfile.ZipInfo(entry.path), document(location, month, entry.path))
    return download(f"{programme}-{month}.zip", packed.getvalue())


@router.get(f"{MONTH}/unterlagen/{{path:path}}")
def one_document(
    request: Request,
    programme: str,
    month: PathMonth,
    path: str,
    account: Annotated[Account, allowed(Right.SEE_SETTLEMENT, Right.OWN_MUNICIPALITY)],
) -> Response:
    """One document, to be saved: nothing of it is shown in the browser itself. A municipality gets its own, once approved."""
    location = location_of(request, programme)
    if not sees_document(location, account, month, path, today()):
        raise not_there(request, account)
    return download(PurePosixPath(path).name, document(location, month, path))
