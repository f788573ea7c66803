"""Use case: what has arrived for a month so far, and of whom nothing has; nothing is written."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from flows.collect import validated
from flows.compute.law import load_law
from flows.ingest.read import read_returns, received_files
from flows.ledger import posting, submissions
from flows.location import Location
from flows.orchestration import Stages
from flows.provenance import read_programme
from schemas.documents import ReturnState, return_states
from schemas.months import later, month_of
from schemas.programme.programme import Programme


@dataclass(frozen=True)
class Arrivals:
    """What lies in a month's folder before it is settled."""

    programme: Programme
    month: str
    received: int  # files
    held_back: int  # files with errors
    states: dict[str, ReturnState]  # AGS → what would become of the return for the month
    findings: pl.DataFrame  # findings.FINDINGS_MODEL


def next_month(location: Location, today: date) -> str:
    """The month whose turn it is: after the last approved one, else the first with a folder, else the last that ended."""
    approved = submissions.known(location.ledger).last_approved
    if approved is not None:
        return later(approved, 1)
    return min(location.return_months(), default=later(month_of(today), -1))


def look(location: Location, month: str, stages: Stages) -> Arrivals:
    """Read and check a month's folder; one that is not there holds nothing yet."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    programme.check_month(month)
    posting.check_settleable(location.ledger, month)
    folder = location.returns(month)
    files = received_files(folder) if folder.is_dir() else []
    known = submissions.known(location.ledger)
    reads = stages.map("Meldungen lesen", read_returns, files, programme)
    law = load_law(location.inputs / "law")
    intake = stages.call("Meldungen prüfen", validated, reads, programme, law, known, month)
    received = pl.DataFrame(
        [(entry.ags, entry.month, str(entry.state)) for entry in intake.submissions],
        schema={"ags": pl.String, "month": pl.String, "state": pl.String},
        orient="row",
    )
    states = return_states(received, month, programme.present(month), ())
    return Arrivals(programme, month, len(files), len(intake.held_back), states, intake.findings)
