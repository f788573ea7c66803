"""Flow: settle a month (take in → validate → compute → draft → documents), and approve it.

The composition of stages is one; `stages` decides where they run: here, or as tasks of Prefect.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.compute.finance import finance
from flows.compute.law import Law, load_law
from flows.compute.lines import compute
from flows.compute.plausibility import doubts
from flows.compute.settlement import settle as difference
from flows.emit import month as documents
from flows.emit.corrections import FOLDER as CORRECTIONS
from flows.emit.corrections import corrections_of_run, write_corrections
from flows.ingest.doubts import with_doubts
from flows.ingest.read import read_returns, received_files
from flows.ingest.validate import validate
from flows.ledger import posting, submissions
from flows.ledger.books import read_books
from flows.ledger.reading import read_run
from flows.place import Place
from flows.runner import ORCHESTRATOR_SETTINGS, Direct, Kind, Orchestrated, Progress, Stages
from schemas.documents import Run
from schemas.programme import Programme
from schemas.programme_file import load_programme
from schemas.refusal import Refusal


@dataclass(frozen=True)
class Job:
    """A month to settle, checked: everything it needs is there."""

    place: Place
    programme: Programme
    law: Law
    month: str
    drafted_by: str
    files: list[Path]
    skipped: tuple[str, ...] = ()  # earlier months with returns that nobody settled


@dataclass(frozen=True)
class Outcome:
    """What a run brought about."""

    run: Run
    folder: Path
    held_back: tuple[str, ...] = ()
    replaced_drafts: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def prepare(place: Place, month: str, drafted_by: str) -> Job:
    """Everything that can be refused is refused here, before anything is written."""
    programme = load_programme(place.inputs / place.programme)
    programme.check_month(month)
    law = load_law(place.inputs / "law")
    files = received_files(place.returns(month))
    posting.check_settleable(place.ledger, month)
    skipped = place.unsettled(before=month, settled={entry.month for entry in posting.months(place.ledger)})
    return Job(place, programme, law, month, drafted_by, files, skipped)


def settle_month(job: Job, stages: Stages) -> Outcome:
    """Take in the month's folder, compute, draft the settlement and write its documents."""
    programme, month, ledger = job.programme, job.month, job.place.ledger
    known = submissions.known(ledger)
    reads = stages.map("Meldungen lesen", read_returns, job.files, programme)
    agh_law = job.law.agh_rates()
    intake = stages.call("Meldungen prüfen", validate, reads, programme, month, known, agh_law)
    rows = submissions.holding_rows(known, intake)
    lines, cases = stages.call("Abrechnung berechnen", compute, rows, programme, job.law, month)
    intake = with_doubts(intake, doubts(intake.rows["benefits"], cases, programme, job.law), programme)
    settled = difference(lines, posting.posted(ledger), month)
    submissions.archive(intake.submissions, job.place.archive)
    replaced = posting.draft(ledger, month, job.drafted_by, programme, intake, settled, cases)
    for other in set(replaced) - {month}:
        documents.remove(job.place.folder / other)
    outcome = write_documents(job.place, programme, month, stages)
    return Outcome(outcome.run, outcome.folder, intake.held_back, tuple(sorted(set(replaced) - {month})), job.skipped)


def write_documents(place: Place, programme: Programme, month: str, stages: Stages) -> Outcome:
    """All documents of a drafted or approved month, from the ledger alone."""
    run, folder = read_run(place.ledger, month), place.folder / month
    beside = documents.new_folder(folder)
    stages.map("Abrechnungen schreiben", documents.write_statements, documents.statements(run, programme), beside)
    held_back = corrections_of_run(run, place.archive)
    stages.map("Korrekturmappen schreiben", write_corrections, held_back, beside / CORRECTIONS)
    position = finance(read_books(place.ledger, month), programme, run.document_date)
    stages.call("Finanzübersicht schreiben", documents.write_finance, run, programme, position, beside)
    documents.put_in_place(beside, folder)
    return Outcome(run, folder)


def emit(place: Place, month: str, progress: Progress) -> Outcome:
    """The documents of an approved month again, from the ledger."""
    programme = load_programme(place.inputs / place.programme)
    programme.check_month(month)
    posting.check_approved(place.ledger, month)
    return write_documents(place, programme, month, Direct("threads", progress))


def settle(job: Job, progress: Progress, runner: Kind = "threads", direct: bool = False) -> Outcome:
    """Settle a month, orchestrated by Prefect unless `direct`."""
    if direct:
        return settle_month(job, Direct(runner, progress))
    return as_flow(job, progress, runner)(programme=job.place.programme, month=job.month)


def as_flow(job: Job, progress: Progress, runner: Kind) -> Callable[..., Outcome]:
    """The composition as a Prefect flow; its recorded parameters are programme and month, never a person."""
    for name, value in ORCHESTRATOR_SETTINGS.items():
        os.environ.setdefault(name, value)
    _reach_orchestrator()
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE
    from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

    def stage(function: Callable[..., Any], **names: Any) -> Any:
        return task(cache_policy=NO_CACHE, persist_result=False, log_prints=False, **names)(function)

    workers = os.cpu_count() or 1
    runners = {"threads": ThreadPoolTaskRunner, "processes": ProcessPoolTaskRunner}

    @flow(
        name="settle", task_runner=runners[runner](max_workers=workers), persist_result=False, validate_parameters=False
    )
    def settle_flow(programme: str, month: str) -> Outcome:  # noqa: ARG001  # recorded by Prefect as what was run
        return settle_month(job, Orchestrated(stage, progress))

    return settle_flow


def _reach_orchestrator() -> None:
    """Refusal where neither the configured Prefect API answers nor the embedded server starts."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    try:
        with get_client(sync_client=True) as client:
            problem = client.api_healthcheck()
    except RuntimeError as error:
        problem = error
    if problem is not None:
        named = (
            f"unter {PREFECT_API_URL.value()} antwortet nicht"
            if PREFECT_API_URL.value()
            else "lässt sich nicht starten"
        )
        raise Refusal(
            f"Der Prefect-Server {named}. Bitte PREFECT_API_URL und den Server prüfen, oder mit --direct ohne ihn abrechnen; "
            "geändert wurde nichts."
        ) from problem


def approve(place: Place, month: str, by: str, on: date, progress: Progress) -> Outcome:
    """Post the draft of a month and write its final documents."""
    programme = load_programme(place.inputs / place.programme)
    programme.check_month(month)
    posting.check_approvable(place.ledger, month, by, programme.accounting)
    posting.approve(place.ledger, month, by, on, programme.accounting)
    return write_documents(place, programme, month, Direct("threads", progress))
