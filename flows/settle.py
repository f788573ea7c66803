"""Flow: settle a month (take in → validate → compute → draft → documents), and approve it.

The composition of stages is one; `stages` decides where they run: here, or as tasks of Prefect.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from flows.belonging import remember
from flows.carrier import position, with_came
from flows.compute.law import Law
from flows.compute.open_items import money_on
from flows.compute.rules.acceptance import check_accepted
from flows.compute.rules.plausibility import doubts
from flows.compute.rules.reckoning import Reckoning, reckon
from flows.differences import what_changed
from flows.emit import month as documents
from flows.emit import month_folder
from flows.emit.correction.files import corrections_of_run, write_corrections
from flows.emit.invoice.documents import invoices, write_invoices
from flows.ingest.checks.plausibility import with_doubts
from flows.ingest.read import check_unlinked, not_read, read_as_named, read_returns, received_contents, received_files
from flows.ingest.unfolding import unfold
from flows.ingest.validate import validate
from flows.ledger import document_dates, document_state, month_state, posting, submissions
from flows.ledger.erasure_record import check_whole
from flows.ledger.store.ledger import Reading
from flows.ledger.views.finance import read_finance_books
from flows.ledger.views.month import read_run
from flows.ledger.views.payments import movements_before, read_payment_books
from flows.ledger.views.settling import read_brought_forward
from flows.location import Location
from flows.offsetting import check_as_drafted, decide, with_offsets
from flows.orchestration import Progress, Stages, direct
from flows.provenance import (
    approval_terms,
    as_drafted,
    paid_when_received,
    read_law,
    read_programme,
    read_provenance,
    settled_with,
)
from schemas.brought_forward import BroughtForward
from schemas.documents import CORRECTION_FOLDER, Run
from schemas.intake import Intake
from schemas.months import Month, last_day, newest_ended
from schemas.open_items import Money
from schemas.operations import Beside
from schemas.passed_over import PassedOver
from schemas.programme.programme import Programme
from schemas.provenance import Provenance
from schemas.refusal import Refusal


@dataclass(frozen=True)
class Job:
    """A month to settle, checked: everything it needs is there."""

    location: Location
    programme: Programme
    law: Law
    month: Month
    drafted_by: str
    files: list[Path]
    provenance: Provenance
    accept: str | None = None  # why differences are accepted that no municipality brought about
    skipped: tuple[Month, ...] = ()  # earlier months with returns that nobody settled
    passed_over: tuple[PassedOver, ...] = ()  # what lies among the returns and is not read


@dataclass(frozen=True)
class Outcome:
    """What a run brought about."""

    run: Run
    programme: Programme
    folder: Path
    reversals: pl.DataFrame  # finance.REVERSALS
    held_back: tuple[str, ...] = ()
    replaced_drafts: tuple[Month, ...] = ()
    skipped: tuple[Month, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    left_out: tuple[str, ...] = ()  # files that came after the draft
    hindered: Refusal | OSError | None = None  # why documents are to follow: the next command writes them
    draft_digest: str | None = None  # of a draft: what tells it from every other


@dataclass(frozen=True)
class Made:
    """Documents that are made and not yet in their place."""

    outcome: Outcome
    beside: Path
    contents: dict[str, str]  # path below the folder → SHA-256


def check_over(month: Month, today: date, ahead: bool) -> None:
    """Refusal where a month is drafted that has not ended, unless that was asked for: returns for it cannot be whole."""
    if not ahead and month > newest_ended(today):
        raise Refusal("month-not-over", month=month, last=last_day(month))


def prepare(location: Location, month: Month, *, drafted_by: str, accept: str | None = None) -> Job:
    """Everything that can be refused is refused here, before anything is written; then archives and mails are unpacked."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    law = read_law(location.inputs)
    folder = location.returns(month)
    received_files(folder)  # refused where there is none
    check_unlinked(folder)
    month_state.check_settleable(location.ledger, month)
    submissions.check_archive(location.ledger, location.archive)
    skipped = location.unsettled(before=month, settled={entry.month for entry in month_state.months(location.ledger)})
    provenance = read_provenance(location.inputs, location.programme)
    beside = (*unfold(folder, programme.limits), *not_read(folder))
    files = received_files(folder)
    return Job(location, programme, law, month, drafted_by, files, provenance, accept, skipped, beside)


def settle_month(job: Job, stages: Stages) -> Outcome:
    """Take in the month's folder, compute, draft the settlement and write its documents; one run at a time."""
    with job.location.ledger.alone():
        programme, month = job.programme, job.month
        brought = read_brought_forward(job.location.ledger, month)
        reads = stages.map("Meldungen lesen", read_returns, job.files, programme.concerning(None))
        reads = read_as_named(reads, job.location.returns(month))
        intake = stages.call("Meldungen prüfen", validate, reads, programme, month, brought.known, job.law.agh_rates())
        earlier = settled_with(brought.provenance, programme.programme.key)
        found = stages.call(
            "Abrechnung berechnen", reckon, brought, earlier, intake, programme, job.law, month, job.accept
        )
        intake = with_doubts(intake, doubts(intake.rows["benefits"], found.cases, programme, job.law), programme)
        check_accepted(found.to_accept, programme, month)
        outcome = _draft(job, brought, intake, found, stages)
        return replace(outcome, held_back=intake.held_back, skipped=job.skipped, passed_over=job.passed_over)


def _draft(job: Job, brought: BroughtForward, intake: Intake, found: Reckoning, stages: Stages) -> Outcome:
    """Store the draft with what was received for it, once all its documents are made; those of drafts it replaced go."""
    submissions.archive(intake.submissions, job.location.archive)
    reversing = frozenset(brought.reversals["reversal_of"])
    offsets = decide(job.location.ledger, job.programme, job.month, found.lines, reversing)
    beside = Beside(
        found.corrections, found.closed_differences, brought.reversals, brought.orders, job.provenance, tuple(offsets)
    )
    with posting.drafting(
        job.location.ledger,
        job.month,
        job.drafted_by,
        job.programme,
        intake,
        found.lines,
        found.cases,
        brought.known.seal,
        beside,
    ) as drafted:
        made = make_documents(job.location, drafted, job.programme, job.month, stages)
    for other in drafted.replaced:
        job.location.remove_documents(other)
    return replace(put_in_place(job.location, made), replaced_drafts=drafted.replaced)


def write_documents(location: Location, programme: Programme, month: Month, stages: Stages) -> Outcome:
    """All documents of a drafted or approved month, from the ledger alone."""
    made = make_documents(location, location.ledger, programme, month, stages)
    document_state.outdated(
        location.ledger, month
    )  # the folder is replaced by two renames: until both are done it shows nothing
    return put_in_place(location, made)


def make_documents(location: Location, ledger: Reading, programme: Programme, month: Month, stages: Stages) -> Made:
    """Documents beside the month's folder, in the words of the programme as it was then; `programme` is today's."""
    programme = as_drafted(ledger, month, programme)
    run, folder = read_run(ledger, month), location.folder / month
    concerned = {*run.corrections["ags"], *run.closed_differences["ags"]}
    run = replace(run, changed=what_changed(ledger, month, concerned, programme.programme.key))
    run = with_came(ledger, with_offsets(ledger, run))
    beside, books = month_folder.new_folder(folder), read_finance_books(ledger, month)

    digest = None

    def of_all_together() -> None:
        nonlocal digest
        standing, money = position(ledger, books, programme, run), _money(ledger, programme, run)
        stages.write("Finanzübersicht schreiben", documents.write_finance, run, programme, standing, money, beside)
        digest = posting.draft_digest(ledger, month) if run.draft else None

    statements = documents.statements(run, programme, books.reversals)
    stages.map("Abrechnungen schreiben", documents.write_statements, statements, beside, meanwhile=of_all_together)
    held_back = corrections_of_run(run, location.archive, programme)
    stages.map("Korrekturmappen schreiben", write_corrections, held_back, beside / CORRECTION_FOLDER)
    stages.map("E-Rechnungen schreiben", write_invoices, invoices(run, programme, books.reversals), beside)
    outcome = Outcome(run, programme, folder, books.reversals, draft_digest=digest)
    return Made(outcome, beside, month_folder.contents(beside))


def _money(ledger: Reading, programme: Programme, run: Run) -> Money | None:
    """How money stood when the month was approved, or stands as it is drafted; none where no movement was taken in by then."""
    books = read_payment_books(ledger, run.month)
    on = run.document_date or books.last_day
    if not books.movements or on is None:
        return None
    return money_on(programme, books, on, movements_before(ledger, run.month))


def put_in_place(location: Location, made: Made) -> Outcome:
    """Documents where they belong, and noted."""
    run, folder = made.outcome.run, made.outcome.folder
    month_folder.put_in_place(made.beside, folder)
    document_state.written(location.ledger, run.month, run.draft, made.contents)
    remember(location)
    return made.outcome


def emit(location: Location, month: Month, progress: Progress) -> Outcome:
    """The documents of an approved month again, from the ledger."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    with location.ledger.alone():
        month_state.check_approved(location.ledger, month)
        check_whole(location.ledger, month)
        with direct("auto", progress) as stages:
            return write_documents(location, programme, month, stages)


def check_approval(
    location: Location, month: Month, by: str, without_new: bool = False, draft: str | None = None
) -> Programme:
    """Everything that can be refused of an approval is refused here, before anything is done; today's programme.

    Refusal where files came into the month's folder after the draft, unless it is to be approved `without_new` ones, and
    where it is not the `draft` (its digest, or the first digits of it) that was looked at.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    month_state.check_approvable(location.ledger, month, by, approval_terms(location.ledger, month, programme))
    submissions.check_archive(location.ledger, location.archive)
    _check_nothing_new(location, month, without_new)
    posting.check_draft(location.ledger, month, draft)
    _check_money(location, month, programme)
    return programme


def _check_money(location: Location, month: Month, programme: Programme) -> None:
    """Refusal where a payment of the draft follows from money, and that is not what it was when the draft was made.

    The carrier may be paid what was received, and a credit that was paid out is set against no invoice.
    """
    if paid_when_received(location.ledger, [month], programme):
        month_state.check_money_known(location.ledger, month)
    check_as_drafted(location.ledger, as_drafted(location.ledger, month, programme), month)


def confirm_date(location: Location, month: Month, by: str, on: date, today: date) -> date:
    """Confirm, as a second person, that a month is to be approved on a day although the newest approval has a later date.

    That date. Refusal where no clock can have run ahead.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    with location.ledger.alone():
        return document_dates.confirm(location.ledger, month, by, on, today)


def date_ahead(location: Location, today: date) -> date | None:
    """The date of the newest approval, where it is still to come: a clock had run ahead."""
    return document_dates.ahead(location.ledger, today)


def _check_nothing_new(location: Location, month: Month, without_new: bool) -> tuple[str, ...]:
    """The files that came after the draft; Refusal where there are some, unless they are to be left out."""
    left_out = submissions.not_drafted(location.ledger, month, received_contents(location.returns(month)))
    if not without_new:
        month_state.check_complete(month, left_out)
    return left_out


def approve(
    location: Location,
    month: Month,
    by: str,
    on: date,
    stages: Stages,
    without_new: bool = False,
    draft: str | None = None,
) -> Outcome:
    """Post the draft of a month, under the terms that it shows, and write its final documents.

    Refusal as in `check_approval`, before and once the ledger is locked: until then it may have become another draft.
    """
    programme = check_approval(location, month, by, without_new, draft)
    with location.ledger.alone():
        submissions.check_archived(location.ledger, month, location.archive)
        left_out = _check_nothing_new(location, month, without_new)
        _check_money(location, month, programme)
        terms = approval_terms(location.ledger, month, programme)  # anew, for the draft may be another one by now
        with posting.approving(location.ledger, month, by, on, terms, draft) as approved:
            made = make_documents(location, approved, programme, month, stages)
            approved.issue(made.contents)
        return replace(_put_or_follow(location, made), left_out=left_out)


def _put_or_follow(location: Location, made: Made) -> Outcome:
    """Documents in their place; the month is posted, so where the disk does not take them now they follow."""
    try:
        return put_in_place(location, made)
    except (OSError, Refusal) as error:
        return replace(made.outcome, hindered=error)
