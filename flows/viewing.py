"""Use case: what the workspace shows of a county's programmes and months; nothing is changed."""

from datetime import date
from pathlib import Path

import polars as pl

from flows import collect
from flows.compute.finance import finance
from flows.compute.rules.turn import month_to_do
from flows.differences import what_changed
from flows.emit.correction.files import corrections_of_run
from flows.emit.month import overview
from flows.emit.month_folder import documents_in
from flows.emit.wording.changed_amounts import Reasons
from flows.ingest.read import received_contents, received_files
from flows.ledger import document_state, month_state, posting, submissions
from flows.ledger.erasure_record import is_erased
from flows.ledger.store.tables import APPROVED, DRAFT
from flows.ledger.views.finance import read_finance_books
from flows.ledger.views.month import read_run
from flows.location import Location, find_location, programmes
from flows.offsetting import with_offsets
from flows.provenance import as_drafted, read_programme
from schemas.documents import CORRECTION_FOLDER, STATEMENT_FOLDER, ReturnState, Run, return_states
from schemas.earlier_months import differences_in_words, never_settled_in_words
from schemas.finance import Finance
from schemas.findings import findings_frame
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.viewing import (
    DocumentFile,
    FileLine,
    MonthView,
    MunicipalityLine,
    MunicipalityMonth,
    ProgrammeView,
    file_lines,
)


def county_of(location: Location) -> Programme:
    """The programme file as it stands today."""
    return read_programme(location.inputs, location.programme, location.ledger)


def programme_file(inputs: Path, key: str) -> Programme:
    """A programme's file as it stands today. Refusal that names what is wrong with it."""
    return load_programme(inputs / key)


def municipalities_of(inputs: Path) -> dict[str, str]:
    """AGS → name, of the members of all programmes, by AGS."""
    found: dict[str, str] = {}
    for key in programmes(inputs):
        try:
            members = programme_file(inputs, key).members
        except Refusal:  # the page that checks programme files says what is wrong
            continue
        found |= {ags: member.name for ags, member in members.items()}
    return dict(sorted(found.items()))


def ledgers_readable(inputs: Path, outputs: Path) -> bool:
    """Whether the ledger of every programme can be read; one that there is not yet can."""
    try:
        for key in programmes(inputs):
            month_state.months(find_location(inputs, outputs, key).ledger)
    except (Refusal, OSError):
        return False
    return True


def view_programmes(inputs: Path, outputs: Path, today: date) -> list[ProgrammeView]:
    """Every programme of the inputs, with its months and what is to be done next."""
    return [_programme(find_location(inputs, outputs, key), today) for key in programmes(inputs)]


def _programme(location: Location, today: date) -> ProgrammeView:
    months = collect.status(location)
    pending = collect.pending(location)
    return ProgrammeView(
        location.programme,
        pending.programme,
        tuple(months),
        month_to_do(months, pending.programme.first_month, pending.programme.last_month, today),
        pending.orders,
        pending.stranded,
    )


def view_month(location: Location, month: Month) -> MonthView:
    """Everything that a month's page shows. Refusal for what is no month of the programme."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    state = next((entry.state for entry in month_state.months(location.ledger) if entry.month == month), None)
    contents = received_contents(location.returns(month))
    orders = tuple(
        order
        for order in collect.pending(location).orders
        if state != APPROVED and order.service_month <= month and order.draft in (None, month)
    )
    if state is None:
        return MonthView(
            programme=programme,
            month=month,
            state=None,
            drafted_by=None,
            approved_by=None,
            document_date=None,
            total_cents=None,
            reversed_cents=0,
            previous_month=None,
            previous_cents=None,
            municipalities=_before_a_draft(programme, month),
            files=tuple(FileLine(name, None, None, None, None) for name in contents),
            new_files=tuple(contents),
            findings=findings_frame([]),
            documents=(),
            documents_follow=False,
            erased=False,
            orders=orders,
        )
    programme = as_drafted(location.ledger, month, programme)
    run = with_offsets(location.ledger, read_run(location.ledger, month))
    told = finance(read_finance_books(location.ledger, month), programme, run.document_date)
    draft = state == DRAFT
    new = submissions.not_drafted(location.ledger, month, contents) if draft else ()
    return MonthView(
        programme=programme,
        month=month,
        state=state,
        drafted_by=run.drafted_by,
        approved_by=run.approved_by,
        document_date=run.document_date,
        total_cents=int(run.documents["total_cents"].sum()),
        reversed_cents=int(told.reversals["amount_cents"].sum()),
        previous_month=told.previous_month,
        previous_cents=int(told.changes["previous_cents"].sum()) if told.previous_month else None,
        municipalities=_municipalities(run, programme, told),
        files=file_lines(run.received, run.findings, programme, _corrections(location, run, programme)),
        new_files=new,
        findings=run.findings,
        documents_follow=month in document_state.unfinished(location.ledger),
        documents=_documents(location, month),
        erased=is_erased(location.ledger, month),
        orders=orders,
        accepted_reason=next(iter(run.corrections["accepted_reason"].drop_nulls()), ""),
        earlier=_earlier(location, run) if draft else (),
    )


def _earlier(location: Location, run: Run) -> tuple[str, ...]:
    settled = {entry.month for entry in month_state.months(location.ledger)}
    never = location.unsettled(before=run.month, settled=settled)
    return (*never_settled_in_words(never), *differences_in_words(run))


def draft_digest(location: Location, month: Month) -> str:
    """What tells the draft that stands from every other; to be asked before the draft is shown, so that it is no newer."""
    return posting.draft_digest(location.ledger, month)


def _before_a_draft(programme: Programme, month: Month) -> tuple[MunicipalityLine, ...]:
    return tuple(
        MunicipalityLine(ags, member.name, ReturnState.MISSING, (), None, None, None, None, None)
        for ags, member in programme.present(month).items()
    )


def _municipalities(run: Run, programme: Programme, told: Finance) -> tuple[MunicipalityLine, ...]:
    states = return_states(run.received, run.month, run.documents["ags"], programme.left(run.month))
    files = dict(run.received.filter(pl.col("ags").is_not_null()).group_by("ags").agg("file").iter_rows())
    reasons = Reasons(overview(run, programme, told))
    changes = {change["ags"]: change for change in told.changes.iter_rows(named=True)}
    return tuple(
        MunicipalityLine(
            ags=row["ags"],
            name=programme.members[row["ags"]].name,
            return_state=states[row["ags"]],
            files=tuple(files.get(row["ags"], ())),
            kind=row["kind"],
            number=row["number"],
            due_date=row["due_date"],
            total_cents=row["total_cents"],
            previous_cents=changes[row["ags"]]["previous_cents"],
            payable_cents=run.offsets.of(row["ags"]).payable(row["total_cents"]),
            why=reasons.of(changes[row["ags"]]) if told.previous_month else "",
        )
        for row in run.documents.iter_rows(named=True)
    )


def _corrections(location: Location, run: Run, programme: Programme) -> dict[str, str]:
    """File that was held back → name of its correction workbook."""
    return {entry.file: entry.name for entry in corrections_of_run(run, location.archive, programme)}


def view_municipality_month(location: Location, month: Month, ags: Ags, with_draft: bool = True) -> MunicipalityMonth:
    """A municipality's statement of a settled month. Refusal where there is none."""
    if month not in settled_months(location, with_draft):
        raise Refusal("page-unknown")
    programme = as_drafted(location.ledger, month, read_programme(location.inputs, location.programme, location.ledger))
    run = with_offsets(location.ledger, read_run(location.ledger, month))
    told = finance(read_finance_books(location.ledger, month), programme, run.document_date)
    line = next((line for line in _municipalities(run, programme, told) if line.ags == ags), None)
    if line is None:
        raise Refusal("page-unknown")
    return MunicipalityMonth(
        programme=programme,
        ags=ags,
        name=programme.members[ags].name,
        month=month,
        draft=run.draft,
        line=line,
        lines=run.lines.filter(pl.col("ags") == ags),
        corrections=(own := run.corrections.filter(pl.col("ags") == ags)),
        changed=what_changed(location.ledger, month, {*own["ags"]}, programme.programme.key),
        files=run.files,
        letters=run.letters,
        documents_follow=month in document_state.unfinished(location.ledger),
        documents=own_documents(location, month, ags),
    )


def settled_months(location: Location, with_draft: bool) -> list[Month]:
    """The months that are settled, or those alone that are approved."""
    return [entry.month for entry in month_state.months(location.ledger) if with_draft or entry.state == APPROVED]


def own_documents(location: Location, month: Month, ags: Ags) -> tuple[DocumentFile, ...]:
    """The documents of a month that are a municipality's own."""
    return _documents(location, month, *(f"{part}/{ags}-*" for part in (STATEMENT_FOLDER, CORRECTION_FOLDER)))


def _documents(location: Location, month: Month, *which: str) -> tuple[DocumentFile, ...]:
    """The documents of a month as the ledger has it; none as long as those of an earlier draft may lie there.

    To be asked after the month's state: then documents of a month that was approved are final ones.
    """
    if month in document_state.unfinished(location.ledger):
        return ()
    return tuple(DocumentFile(path, size) for path, size in documents_in(location.folder / month, *which))


def is_own_document(location: Location, month: Month, path: str, ags: Ags) -> bool:
    """Whether a path names a document of an approved month that is a municipality's own."""
    if month not in settled_months(location, with_draft=False):
        return False
    return any(path == own.path for own in own_documents(location, month, ags))


def document(location: Location, month: Month, path: str) -> bytes:
    """A document of a month by its path in the month's folder. Refusal for whatever is not one of them, or not there yet."""
    if path not in {known.path for known in _documents(location, month)}:
        raise Refusal("page-unknown")
    try:
        return (location.folder / month / path).read_bytes()
    except FileNotFoundError:  # the month's folder is just being replaced
        raise Refusal("documents-follow", month=month) from None


def received(location: Location, month: Month) -> list[Path]:
    """The files in a month's folder."""
    return received_files(location.returns(month)) if location.returns(month).is_dir() else []
