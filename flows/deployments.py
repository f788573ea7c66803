"""Door 3: the flows as Prefect knows them, served or deployed by their entrypoint (`flows/deployments.py:settle`).

Each finds its location, calls a use case and shows what came of it. The command line calls them too, by `Flows`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from prefect import State, flow, get_client, get_run_logger
from prefect.context import FlowRunContext
from prefect.states import Completed
from prefect.utilities.urls import url_for
from pydantic import SecretStr

from flows import arrivals, audit
from flows import report as reporting
from flows import settle as settling
from flows.arrivals import Arrivals
from flows.belonging import check_belongs
from flows.clock import today
from flows.durable import keep_private
from flows.location import Location, find_location, system_user
from flows.mending import mend
from flows.orchestration import unseen
from flows.orchestration.artifacts import show_findings, show_folder, show_returns, show_sums
from flows.orchestration.parameters import (
    INPUTS,
    OUTPUTS,
    Ahead,
    Approver,
    Audience,
    DocumentDate,
    Draft,
    Drafter,
    DueMonth,
    EditedOn,
    Full,
    Inputs,
    Month,
    Outputs,
    PeriodName,
    Preliminary,
    ProgrammeName,
    Reason,
    Seals,
    WithoutNew,
)
from flows.orchestration.tasks import caller, discreet, orchestrated
from schemas.documents import ReturnState
from schemas.journal import SCHEDULE
from schemas.months import german_month, month_of
from schemas.refusal import Refusal
from schemas.report import BOARD, check_begun, last_quarter, named_period
from schemas.spelling import counted, visible, writable


@flow(
    persist_result=False,
    log_prints=False,
    name="settle",
    description="Einen Monat abrechnen: Meldungen einlesen, prüfen, rechnen, Entwurf schreiben.",
)
@discreet
def settle(
    programme: ProgrammeName = None,
    month: DueMonth = None,
    *,
    by: Drafter = None,
    accept: Reason = None,
    ahead: Ahead = False,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
) -> State[settling.Outcome]:
    """Draft a month; without a name, that whose turn it is."""
    location = _location(programme, inputs, outputs)
    month = month or arrivals.next_month(location, today())
    _entitle("Entwurf", location, month)
    settling.check_over(month, today(), ahead)
    job = settling.prepare(
        location,
        month,
        drafted_by=visible(_plain(by) or "") or system_user(),
        accept=writable(_plain(accept) or "") or None,
    )
    with orchestrated() as stages:
        return _settled(settling.settle_month(job, stages))


@flow(
    persist_result=False,
    log_prints=False,
    name="draft",
    description="Den Monat, der an der Reihe ist, entwerfen, wenn er zu Ende ist und ihn noch niemand entworfen hat.",
)
@discreet
def draft(programme: ProgrammeName = None, inputs: Inputs = INPUTS, outputs: Outputs = OUTPUTS) -> State[Any]:
    """Draft the month whose turn it is, in nobody's name; what a person has drafted is left alone."""
    location = _location(programme, inputs, outputs)
    month = arrivals.next_month(location, today())
    _entitle("Entwurf nach Zeitplan", location, month)
    waits = arrivals.waits(location, month, today())
    if waits is not None:
        return _completed(None, [german_month(month), _WAITS[waits]])
    with orchestrated() as stages:
        return _settled(settling.settle_month(settling.prepare(location, month, drafted_by=SCHEDULE), stages))


@flow(
    persist_result=False,
    log_prints=False,
    name="approve",
    description="Den Entwurf eines Monats freigeben: Nummern vergeben, buchen, Unterlagen schreiben.",
)
@discreet
def approve(
    month: Month,
    by: Approver,
    programme: ProgrammeName = None,
    document_date: DocumentDate = None,
    without_new: WithoutNew = False,
    draft: Draft = None,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
) -> State[settling.Outcome]:
    """Post a month's draft and write its final documents."""
    location = _location(programme, inputs, outputs)
    _entitle("Freigabe", location, month)
    approver, on = visible(by.get_secret_value()), document_date or today()
    if not approver:
        raise Refusal("approver-missing")
    with orchestrated() as stages:
        return _settled(settling.approve(location, month, approver, on, stages, without_new, draft))


@flow(
    persist_result=False,
    log_prints=False,
    name="report",
    description="Den Bericht an den Projektbeirat schreiben, für ein Quartal oder einen Stichtag.",
)
@discreet
def report(
    programme: ProgrammeName = None,
    period: PeriodName = None,
    preliminary: Preliminary = False,
    audience: Audience = BOARD,
    edited_on: EditedOn = None,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
) -> State[reporting.Outcome]:
    """Write a board report; without a period, that of the last quarter that has ended."""
    location = _location(programme, inputs, outputs)
    about = named_period(period) if period else last_quarter(today())
    _entitle("Bericht", location, about.name)
    check_begun(about, today())
    job = reporting.prepare(location, about, preliminary, audience, edited_on)
    with orchestrated() as stages:
        done = reporting.write_report(job, stages)
    show_folder(done.folder, done.report.programme, about.name)
    return _completed(done, [done.report.title + (", vorläufig" if done.report.preliminary else "")])


@flow(
    persist_result=False,
    log_prints=False,
    name="intake",
    description="Den Eingang eines Monats ansehen: was angekommen ist und wer fehlt. Geändert wird nichts.",
)
@discreet
def intake(
    programme: ProgrammeName = None,
    month: DueMonth = None,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
) -> State[Arrivals]:
    """Look at a month's folder; without a month, that whose turn it is."""
    location = find_location(inputs, outputs, programme)
    month = month or arrivals.next_month(location, today())
    _entitle("Eingang", location, month)
    with orchestrated() as stages:
        seen = arrivals.look(location, month, stages)
    show_returns(seen.states, seen.programme, month)
    show_findings(seen.findings, seen.programme, month)
    missing = list(seen.states.values()).count(ReturnState.MISSING)
    return _completed(
        seen,
        [german_month(month), f"{seen.received} Dateien, {seen.held_back} mit Fehlern", f"{missing} Kommunen fehlen"],
    )


@flow(
    persist_result=False,
    log_prints=False,
    name="verify",
    description="Das Buch prüfen: Prüfsummen, Nummern, Summen, Prämiengarantie, Archiv und Unterlagen. Geändert wird nichts.",
)
@discreet
def verify(
    programme: ProgrammeName = None,
    seals: Seals = None,
    full: Full = False,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
) -> State[audit.Verified]:
    """Check the ledger; the run says how much does not hold, and not what, for that names files and cases."""
    location = find_location(inputs, outputs, programme)
    _entitle("Prüfung", location, month_of(today()))
    with orchestrated() as stages:
        found = audit.verify(location, seals or {}, stages, full)
    approved, wrong = found.approved_months, len(found.problems) + len(found.documents)
    return _completed(
        found,
        [
            counted(approved, "freigegebener Monat", "freigegebene Monate"),
            counted(wrong, "Abweichung", "Abweichungen") if wrong else "alles stimmt",
        ],
    )


_WAITS = {
    arrivals.Waits.NOT_OVER: "noch nicht zu Ende, nichts entworfen",
    arrivals.Waits.ENDED: "das Programm ist zu Ende, nichts entworfen",
    arrivals.Waits.DRAFTED: "ein Entwurf ist da, nichts geändert",
}


def _location(programme: str | None, inputs: Inputs, outputs: Outputs) -> Location:
    """The location, with all that was settled in it finished."""
    keep_private()
    location = replace(find_location(inputs, outputs, programme), account=caller().account)
    check_belongs(location)
    mended = mend(location, unseen)
    if mended.hindered is not None:
        get_run_logger().warning("Nach einer Unterbrechung steht noch etwas aus, das sich nicht schreiben ließ.")
    for month in mended.unwritten:
        get_run_logger().warning("Die Unterlagen für %s ließen sich nicht neu schreiben.", german_month(month))
    for month in mended.months:
        get_run_logger().warning("Nach einer Unterbrechung neu geschrieben: Unterlagen für %s.", german_month(month))
    return location


def _entitle(what: str, location: Location, period: str) -> None:
    """Name and tags of the run, once it is known what it is about; its caller is told where it is shown."""
    run = FlowRunContext.get()
    assert run is not None and run.flow_run is not None
    with get_client(sync_client=True) as client:
        tags = {*run.flow_run.tags, location.programme, period}
        client.update_flow_run(run.flow_run.id, name=f"{what} {location.programme} {period}", tags=sorted(tags))
    begun, address = caller().begun, url_for(run.flow_run)
    if begun is not None and address is not None:
        begun(address)


def _settled(done: settling.Outcome) -> State[settling.Outcome]:
    """How a settlement ended, without an amount: those are in the artifacts, for who looks at them."""
    run, programme = done.run, done.programme
    show_sums(run, programme)
    show_findings(run.findings, programme, run.month)
    show_folder(done.folder, programme, run.month)
    states = run.received["state"].to_list()
    accepted, held_back = (states.count(str(state)) for state in (ReturnState.ACCEPTED, ReturnState.HELD_BACK))
    told = [german_month(run.month), f"{accepted} Meldungen übernommen, {held_back} zurückgestellt"]
    told += [f"{len(done.passed_over)} Dateien oder Ordner nicht gelesen"] if done.passed_over else []
    return _completed(done, told)


def _completed(value: Any, told: Iterable[str]) -> State[Any]:
    message = " · ".join(told)
    get_run_logger().info(message)
    return Completed(message=message, data=value)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
