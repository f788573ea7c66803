"""Use case: what has arrived for a month so far, and of whom nothing has; nothing is written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from flows.collect import validated
from flows.compute.rules.turn import month_to_settle
from flows.emit.correction.files import corrections_of_check, write_corrections
from flows.emit.dispatch.letters import correction_letter
from flows.emit.dispatch.packed import mail
from flows.ingest.read import (
    not_read_beside,
    not_read_in,
    read_as_named,
    read_returns,
    received_contents,
    received_files,
    received_name,
)
from flows.ingest.unfolding import packed_files
from flows.ledger import month_state, submissions
from flows.ledger.erasure_record import erased_before
from flows.location import Location
from flows.orchestration import Stages
from flows.provenance import read_law, read_programme, read_provenance
from schemas.documents import Correction, ReturnState, return_states
from schemas.identifiers import Ags
from schemas.months import Month, newest_ended
from schemas.passed_over import PassedOver, Why
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.viewing import FileLine, file_lines


@dataclass(frozen=True)
class Arrivals:
    """What lies in a month's folder before it is settled."""

    programme: Programme
    month: Month
    received: int  # files
    held_back: int  # files with errors
    states: dict[Ags, ReturnState]  # AGS → what would become of the return for the month
    findings: pl.DataFrame  # findings.FINDINGS_MODEL
    files: tuple[FileLine, ...]
    corrections: tuple[Correction, ...]  # of the files that would be held back


def passed_over(location: Location, *months: Month) -> tuple[PassedOver, ...]:
    """What lies beside the folders of months or in them and is not read, each once."""
    found: list[PassedOver] = []
    for month in months:
        folder = location.returns(month)
        found += [PassedOver(received_name(folder, path), Why.PACKED) for path in packed_files(folder)]
        if month == months[0]:
            found += not_read_beside(folder)
        found += not_read_in(folder)
    return tuple(dict.fromkeys(found))


def next_month(location: Location, today: date) -> Month:
    """The month whose turn it is."""
    return month_to_settle(submissions.known(location.ledger).last_approved, location.return_months(), today)


class Waits(StrEnum):
    """Why a schedule drafts nothing now."""

    NOT_OVER = "not_over"
    ENDED = "ended"
    DRAFTED = "drafted"


def waits(location: Location, month: Month, today: date) -> Waits | None:
    """Why there is nothing to draft by a schedule, in the month whose turn it is; what a person has drafted stays."""
    last = read_programme(location.inputs, location.programme, location.ledger).last_month
    if last is not None and month > last:
        return Waits.ENDED
    if month > newest_ended(today):
        return Waits.NOT_OVER
    drafted = {entry.month for entry in month_state.months(location.ledger)} - set(
        month_state.approved_months(location.ledger)
    )
    return Waits.DRAFTED if drafted else None


def look(location: Location, month: Month, stages: Stages) -> Arrivals:
    """Read and check a month's folder; one that is not there holds nothing yet."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    month_state.check_settleable(location.ledger, month)
    folder = location.returns(month)
    packed = set(packed_files(folder))  # what is in them is read once they are unpacked
    files = [path for path in received_files(folder) if path not in packed] if folder.is_dir() else []
    known = submissions.known(location.ledger)
    reads = read_as_named(stages.map("Meldungen lesen", read_returns, files, programme.concerning(None)), folder)
    law = read_law(location.inputs)
    intake = stages.call("Meldungen prüfen", validated, reads, programme, law, known, month)
    received = pl.DataFrame(
        [(entry.file, entry.ags, entry.month, str(entry.state)) for entry in intake.submissions],
        schema={"file": pl.String, "ags": pl.String, "month": pl.String, "state": pl.String},
        orient="row",
    )
    states = return_states(received, month, programme.present(month), ())
    corrections = corrections_of_check(intake, programme)
    names = {entry.file: entry.name for entry in corrections}
    lines = file_lines(received, intake.findings, programme, names)
    held_back = len(intake.held_back)
    return Arrivals(programme, month, len(files), held_back, states, intake.findings, lines, tuple(corrections))


def stamp(location: Location, month: Month) -> tuple[object, ...]:
    """What `look` depends on: as long as it is the same, so is the answer."""
    contents = tuple(received_contents(location.returns(month)).items())
    provenance = read_provenance(location.inputs, location.programme)
    return (
        contents,
        tuple(month_state.months(location.ledger)),
        erased_before(location.ledger),
        provenance.programme,
        tuple(provenance.law.items()),
    )


def correction_workbook(arrivals: Arrivals, name: str) -> bytes:
    """A correction workbook as its sender would get it. Refusal for whatever is none of them."""
    return _workbook(_correction(arrivals, name))


def letter_to_sender(arrivals: Arrivals, name: str) -> tuple[str, bytes]:
    """The letter that a correction workbook goes back with, for a mail program, by its file name. Refusal as above."""
    found = _correction(arrivals, name)
    file = next(file for file in arrivals.files if file.file == found.file)
    letter = correction_letter(found, _workbook(found), file.ags, file.month, arrivals.programme)
    return letter.file, mail(letter)


def _correction(arrivals: Arrivals, name: str) -> Correction:
    found = next((entry for entry in arrivals.corrections if entry.name == name), None)
    if found is None:
        raise Refusal("page-unknown")
    return found


def _workbook(found: Correction) -> bytes:
    with TemporaryDirectory() as folder:
        (path,) = write_corrections([found], Path(folder))
        return path.read_bytes()
