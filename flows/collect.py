"""Flow: return forms out, single checks, the status of every month."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.compute.law import Law
from flows.compute.participation import participations, payouts
from flows.compute.rules.holding import holding_rows
from flows.compute.rules.plausibility import doubts
from flows.compute.rules.settlement import compute
from flows.compute.rules.turn import month_to_check, month_to_do
from flows.emit.cash.certificate import write_certificates
from flows.emit.cash.payout import write_payout_lists
from flows.emit.correction.files import corrections_of_check, write_corrections
from flows.emit.dispatch.packed import zipped
from flows.emit.files import write_findings
from flows.emit.form.prefill import forms as prefilled
from flows.emit.form.workbook import write_forms
from flows.emit.month_folder import documents_in, new_folder, put_in_place
from flows.ingest.checks.plausibility import with_doubts
from flows.ingest.read import ReadReturn, read_returns, received_files, told_apart
from flows.ingest.validate import validate
from flows.ledger import journal, submissions
from flows.ledger.erasure_record import check_certifiable, check_kept, first_kept_month
from flows.ledger.month_state import approved_months
from flows.ledger.orders import waiting
from flows.ledger.views.disbursement import read_disbursement
from flows.ledger.views.status import read_settled
from flows.location import Location
from flows.offsetting import stranded
from flows.provenance import read_law, read_programme
from schemas.documents import WaitingOrder
from schemas.forms import MONTHS_AHEAD, check_not_too_early
from schemas.identifiers import Ags
from schemas.intake import Intake, Known
from schemas.journal import Entry
from schemas.months import Month, is_month, later, month_of, months_from
from schemas.offsets import WaitingCredit
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.status import MonthStatus, settled_status

_FORMS = "-Formulare"  # behind the month: its folder of forms


@dataclass(frozen=True)
class Pending:
    """What waits for somebody."""

    programme: Programme
    orders: tuple[WaitingOrder, ...]  # that nobody has approved
    stranded: tuple[WaitingCredit, ...]  # that no run of the programme will pay out any more


def forms(location: Location, month: Month, to: Path, current_month: Month, only: Ags | None = None) -> list[Path]:
    """Write each municipality's return form for the month, prefilled with what approved months know of it; `only` one's.

    Refusal for a month that lies further ahead than what is known today can tell.
    """
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    check_not_too_early(month, current_month)
    check_kept(location.ledger, month)
    agh_law = read_law(location.inputs).agh_rates()
    made = prefilled(submissions.known(location.ledger), programme, month, agh_law)
    return write_forms([form for form in made if only in (None, form.municipality.ags)], to)


@dataclass(frozen=True)
class FormMonths:
    """The months whose forms can be written, the newest first, and the one that is to be settled next."""

    months: tuple[Month, ...]
    following: Month | None


def form_months(location: Location, today: date) -> FormMonths:
    """For which months forms can be written."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    first = max(programme.first_month, first_kept_month(location.ledger))
    last = min(filter(None, (later(month_of(today), MONTHS_AHEAD), programme.last_month)))
    following = month_to_do(status(location), programme.first_month, programme.last_month, today)
    return FormMonths(tuple(reversed(months_from(first, last))), following)


def forms_of(location: Location, month: Month) -> Path:
    """Where a month's forms lie."""
    return location.folder / f"{month}{_FORMS}"


def written_forms(location: Location) -> dict[Month, int]:
    """Months whose forms are written, the newest first, with how many files."""
    found = {path.name.removesuffix(_FORMS): path for path in location.folder.glob(f"*{_FORMS}")}
    files = {month: len(documents_in(found[month])) for month in sorted(found, reverse=True) if is_month(month)}
    return {month: number for month, number in files.items() if number}


def packed_forms(location: Location, month: Month) -> bytes:
    """A month's forms in one ZIP. Refusal where none are written."""
    return _packed(forms_of(location, month))


def _packed(folder: Path) -> bytes:
    found = [path for path, _ in documents_in(folder)]
    if not found:
        raise Refusal("page-unknown")
    return zipped((path, (folder / path).read_bytes()) for path in found)


def check(location: Location, files: list[Path], to: Path, current_month: Month) -> Intake:
    """Validate single files as if the month whose turn it is were settled with them."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    known = submissions.known(location.ledger)
    month = month_to_check(known.last_approved, current_month)
    reads = told_apart(read_returns(files, programme))
    intake = validated(reads, programme, read_law(location.inputs), known, month)
    write_findings(to / "findings.csv", intake.findings)
    write_corrections(corrections_of_check(intake, programme), to)
    return intake


def validated(reads: list[ReadReturn], programme: Programme, law: Law, known: Known, month: Month) -> Intake:
    """Returns validated as if `month` were settled with them, with the doubts that only the calculation raises."""
    intake = validate(reads, programme, month, known, law.agh_rates())
    _, cases = compute(holding_rows(known, intake), programme, law, month)
    return with_doubts(intake, doubts(intake.rows["benefits"], cases, programme, law), programme)


def certificates(location: Location, month: Month) -> tuple[list[Path], list[Path], Path]:
    """Certificates of participation and payout lists of an approved month, in a folder beside it; one run at a time."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    programme.check_allowance()
    with location.ledger.alone():
        check_certifiable(location.ledger, month)
        known = read_disbursement(location.ledger, month)
        ended = participations(known.rows, known.returns, month)
        paid = payouts(known.lines, known.rows_then, month)
        folder = _certificates_of(location, month)
        beside = new_folder(folder)
        certified = write_certificates(ended, programme, known.document_date, beside)
        listed = write_payout_lists(paid, programme, month, known.document_date, beside)
        put_in_place(beside, folder)
    return certified, listed, folder


@dataclass(frozen=True)
class WrittenCertificates:
    """How many certificates and payout lists lie beside a month, and why they cannot be written, where they cannot."""

    files: int
    hindrance: Refusal | None


def written_certificates(location: Location) -> dict[Month, WrittenCertificates]:
    """Approved months, the newest first, each with what lies beside it."""
    return {month: _written(location, month) for month in reversed(approved_months(location.ledger))}


def _written(location: Location, month: Month) -> WrittenCertificates:
    files, hindrance = len(documents_in(_certificates_of(location, month))), None
    try:
        check_certifiable(location.ledger, month)
    except Refusal as refusal:
        hindrance = refusal
    return WrittenCertificates(files, hindrance)


def packed_certificates(location: Location, month: Month) -> bytes:
    """A month's certificates and payout lists in one ZIP. Refusal where none lie beside it."""
    return _packed(_certificates_of(location, month))


def _certificates_of(location: Location, month: Month) -> Path:
    return location.folder / f"{month}-Bescheinigungen"


def status(location: Location) -> list[MonthStatus]:
    """Every month that has a folder of returns or was settled, in order."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    settled, first_kept = read_settled(location.ledger), first_kept_month(location.ledger)
    return [
        settled_status(settled[month], programme.present(month), erased=month < first_kept)
        if month in settled
        else MonthStatus(month, len(received_files(location.returns(month))))
        for month in sorted(settled.keys() | location.return_months())
    ]


def pending(location: Location) -> Pending:
    """The orders that nobody has approved, and the credits that are left over."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    return Pending(programme, waiting(location.ledger), stranded(location.ledger, programme))


def history(location: Location) -> list[Entry]:
    """Who did what, when and under which account (RULES section 8.7)."""
    return journal.entries(location.ledger)
