"""Berichte: board reports are made, read with what their figures mean, and saved."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from flows import report as reporting
from flows.clock import today
from flows.location import Location
from flows.use_cases import UseCases
from flows.viewing import county_of
from flows.web.charts import levels
from flows.web.jobs import Job, begin, jobs_of, orchestrated
from flows.web.locations import all_locations, location_of
from flows.web.progress import progress_of
from flows.web.rendering import Link, page
from flows.web.security import allowed, own_form
from schemas.accounts import Account, Right
from schemas.board import KeptReport, ShownReport
from schemas.refusal import Refusal
from schemas.report import BOARD, COUNTY, Period, check_begun, last_quarter, named_period, reader_of

router = APIRouter()
REPORTS = "/{programme}/berichte"
WORK = "berichte"  # of reports one is written at a time
READER = Annotated[Account, allowed(Right.SEE_REPORTS)]
WRITER = Annotated[Account, allowed(Right.WRITE_REPORTS)]


def start(request: Request, account: Account) -> Response:
    """The first page of those who read reports and nothing else."""
    found = [(location, county_of(location), _readable(location, account)) for location in all_locations(request)]
    return page(request, "berichte_start.html", "Berichte", found=found)


@router.get(REPORTS)
def reports_page(request: Request, programme: str, account: READER) -> Response:
    """Which reports there are, and a form for another one."""
    return _list(request, location_of(request, programme), account)


def _list(
    request: Request,
    location: Location,
    account: Account,
    status: int = 200,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    job = jobs_of(request).of(location.programme, WORK)
    county = county_of(location)
    proposed = {"zeitraum": last_quarter(today()).name, "empfaenger": BOARD, "vorlaeufig": ""}
    return page(
        request,
        "berichte.html",
        f"Berichte {county.programme.county}",
        status,
        _trail(account),
        refusal,
        path=f"/{location.programme}/berichte",
        reports=_readable(location, account),
        reader=reader_of,
        county=county,
        may_write=account.may(Right.WRITE_REPORTS),
        may_calibrate=account.may(Right.WRITE_REPORTS) and bool(county.premium),
        calibration=f"/{location.programme}/kalkulation",
        readers=[(BOARD, "Projektbeirat"), (COUNTY, f"{county.programme.county}, mit Beträgen je Kommune")]
        + [(ags, member.name) for ags, member in county.members.items()],
        typed=typed or proposed,
        job=job,
    )


def _trail(account: Account) -> tuple[Link, ...]:
    return (Link("/", "Übersicht" if account.may(Right.SEE_SETTLEMENT) else "Berichte"),)


def _readable(location: Location, account: Account) -> list[KeptReport]:
    """The board reads its own reports alone: those for the county and for municipalities name their amounts."""
    written = reporting.written_reports(location)
    return written if account.may(Right.SEE_SETTLEMENT) else [kept for kept in written if kept.for_board]


@router.post(REPORTS, dependencies=[Depends(own_form)])
def write(
    request: Request,
    programme: str,
    account: WRITER,
    zeitraum: Annotated[str, Form(max_length=40)] = "",
    empfaenger: Annotated[str, Form(max_length=10)] = BOARD,
    vorlaeufig: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Write a report."""
    location = location_of(request, programme)
    try:
        period = _typed(zeitraum)
        reporting.prepare(location, period, vorlaeufig == "ja", empfaenger, None)
    except Refusal as refusal:
        typed = {"zeitraum": zeitraum, "empfaenger": empfaenger, "vorlaeufig": vorlaeufig}
        return _list(request, location, account, 409, refusal, typed)

    def work(office: UseCases) -> str:
        office.report(location, period, vorlaeufig == "ja", empfaenger, None)
        return f"{period.title} ist geschrieben."

    begin(request, Job(programme, WORK, f"Bericht {period.title}", account.name), orchestrated(request, work))
    return RedirectResponse(f"/{programme}/berichte", 303)


def _typed(text: str) -> Period:
    if not text.strip():
        raise Refusal("no-period")
    period = named_period(text)
    check_begun(period, today())
    return period


@router.get(f"{REPORTS}/arbeit", dependencies=[allowed(Right.SEE_REPORTS)])
def work_page(request: Request, programme: str) -> Response:
    """How far the report is that is being written; when it is done, the whole page is loaded anew."""
    return progress_of(request, programme, WORK)


@router.get(f"{REPORTS}/{{name}}")
def report_page(request: Request, programme: str, name: str, account: READER) -> Response:
    """A report."""
    location = location_of(request, programme)
    found = _report(location, name, account)
    path, county = f"/{programme}/berichte", county_of(location).programme.county
    return page(
        request,
        "bericht.html",
        found.title,
        trail=(*_trail(account), Link(path, f"Berichte {county}")),
        report=found,
        path=f"{path}/{name}",
        drawn=levels,
    )


@router.get(f"{REPORTS}/{{name}}/{{file}}")
def report_file(request: Request, *, programme: str, name: str, file: str, account: READER) -> Response:
    """A report's workbook, PDF or figures, to be saved."""
    location = location_of(request, programme)
    path = reporting.report_file(location, _report(location, name, account), file)
    return FileResponse(path, filename=path.name, media_type="application/octet-stream")


def _report(location: Location, name: str, account: Account) -> ShownReport:
    if name not in {kept.name for kept in _readable(location, account)}:
        raise HTTPException(404)
    return reporting.view_report(location, name)
