"""Prüfung: the ledger checked, seals, where a number, a case or a cell leads, a sample, orders, who did what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from flows.audit import find, sample, trail
from flows.collect import history
from flows.desk import orders_of
from flows.location import Location
from flows.use_cases import UseCases
from flows.viewing import county_of
from flows.web.jobs import Job, begin, jobs_of, orchestrated
from flows.web.locations import location_of
from flows.web.progress import progress_of
from flows.web.rendering import Link, page
from flows.web.security import allowed, own_form, setup_of
from flows.web.wording import position, sentence
from schemas.accounts import Account, Right
from schemas.audit import Sample
from schemas.documents import REVERSAL
from schemas.journal import GERMAN_ACT
from schemas.months import german_month, is_month
from schemas.office import GERMAN_ORDER_STATE
from schemas.refusal import Refusal
from schemas.results import GERMAN_LINE_KIND
from schemas.seals import given_seals
from schemas.spelling import counted

router = APIRouter()
AUDIT = "/{programme}/pruefung"
WORK = "pruefung"  # of checks one is made at a time
SIZES = (25, 10, 50, 100)  # of a sample; the first is proposed
Auditor = Annotated[Account, allowed(Right.AUDIT)]


@router.get(AUDIT, dependencies=[allowed(Right.AUDIT)])
def audit_page(request: Request, programme: str, suche: str = "", stichprobe: str = "", umfang: str = "") -> Response:
    """Everything that an auditor begins with; `suche` is looked for, of the month `stichprobe` so many positions are drawn."""
    location = location_of(request, programme)
    return _page(request, location, suche, drawn=_drawn(location, stichprobe, umfang) if stichprobe else None)


def _drawn(location: Location, month: str, size: str) -> Sample:
    if not is_month(month) or size not in map(str, SIZES):
        raise Refusal("page-unknown")
    return sample(location, month, int(size))


def _page(
    request: Request,
    location: Location,
    search: str = "",
    status: int = 200,
    refusal: Refusal | None = None,
    seals: str = "",
    drawn: Sample | None = None,
) -> Response:
    job = jobs_of(request).of(location.programme, WORK)
    county = county_of(location)
    return page(
        request,
        "pruefung.html",
        f"Prüfung {county.programme.county}",
        status,
        (Link("/", "Übersicht"),),
        refusal,
        path=f"/{location.programme}/pruefung",
        programme_key=location.programme,
        programme=county,
        job=job,
        trail_of=trail(location),
        orders=orders_of(location),
        order_states=GERMAN_ORDER_STATE,
        journal=history(location)[::-1],
        acts=GERMAN_ACT,
        reversal=REVERSAL,
        receipts=setup_of(request).receipts.of_programme(location.programme),
        search=search,
        found=find(location, search),
        drawn=drawn,
        sizes=SIZES,
        kinds={str(kind): word for kind, word in GERMAN_LINE_KIND.items()},
        position=position,
        seals=seals,
    )


@router.get(f"{AUDIT}/arbeit")
def work_of(request: Request, programme: str, account: Auditor) -> Response:  # noqa: ARG001  # only they may
    """How far the check is; once it has ended, the page is read anew."""
    return progress_of(request, programme, WORK)


@router.post(AUDIT, dependencies=[Depends(own_form)])
def check(
    request: Request, programme: str, account: Auditor, siegel: Annotated[str, Form(max_length=5000)] = ""
) -> Response:
    """Begin a check of the ledger, with the seals that somebody kept."""
    location = location_of(request, programme)
    try:
        seals = given_seals(siegel)
    except Refusal as refusal:
        return _page(request, location, status=409, refusal=refusal, seals=siegel)

    def work(office: UseCases) -> str:
        found = office.verify(location, seals, full=True)
        wrong = [*found.problems, *found.documents]
        if wrong:
            raise Refusal("check-failed", problems=[sentence(problem) for problem in wrong])
        if not found.approved_months and not found.opened:
            return "Noch ist kein Monat freigegeben; es gibt nichts zu prüfen."
        approved = counted(found.approved_months, "freigegebener Monat", "freigegebene Monate")
        what = approved if found.approved_months else "die Eröffnungssalden (noch ist kein Monat freigegeben)"
        told = [f"Geprüft: {what}, alles stimmt."]
        told += [f"{german_month(month)}: Das Prüfsiegel stimmt überein." for month in seals]
        if found.orphans:
            left = "im Archiv, die zu keiner Meldung"
            number = counted(len(found.orphans), f"Datei liegt {left} gehört", f"Dateien liegen {left} gehören")
            told.append(f"{number} (etwa aus einem neu gemachten Entwurf).")
        return "\n".join(told)

    begin(request, Job(programme, WORK, "Buch prüfen", account.name), orchestrated(request, work))
    return RedirectResponse(f"/{programme}/pruefung", 303)
