"""Use case: what an auditor asks: whether the ledger holds, where a figure comes from, which law was in force."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.belonging import astray
from flows.compute.explanation.case import derive
from flows.differences import with_causes
from flows.emit.board.published import readable
from flows.emit.compared import compared, note_compared
from flows.emit.erasure import shows_cases
from flows.emit.month_folder import differing
from flows.ingest.checks.context import frames_of
from flows.ingest.read import read_returns
from flows.ledger import publications
from flows.ledger.balances import is_opened
from flows.ledger.erasure_record import check_kept, first_kept_month
from flows.ledger.issues import issued
from flows.ledger.month_state import approved_months
from flows.ledger.reread import accepted_returns, differing_rows
from flows.ledger.submissions import archived
from flows.ledger.verify import differing_seals, orphans, seals_of
from flows.ledger.verify import verify as problems_of
from flows.ledger.views import trail as trails
from flows.ledger.views.case import case_history
from flows.ledger.views.sample import sample as drawn
from flows.location import Location
from flows.orchestration import Stages
from flows.provenance import drafted_with, read_law, read_programme
from schemas.audit import Found, Sample, Trail
from schemas.derivation import Derivation
from schemas.identifiers import Ags, CaseId
from schemas.law import LawInForce
from schemas.months import Month
from schemas.problems import Problem, problem
from schemas.refusals.wording import Said


@dataclass(frozen=True)
class Verified:
    """What a check of the ledger found."""

    ledger: str  # as its users know it
    problems: list[Said]
    documents: list[Problem]  # that are not there as they were issued
    months: list[Month]  # whose documents these are
    orphans: list[str]  # archived files that belong to no return
    notes: list[Problem]  # what could not be compared
    unlooked: list[Month]  # months of which it was never noted what was issued
    approved_months: int
    opened: bool  # opening balances are posted
    spared: int  # months whose returns were compared before, and are what they were


def verify(location: Location, seals: Mapping[Month, str], stages: Stages, full: bool = False) -> Verified:
    """Seals, numbers, sums, the guarantee, archived files, accepted rows and documents of every approved month.

    `seals`: month → the seal that somebody kept. `full`: returns are read again too that were compared before, under
    the seal that their month still has.
    """
    mismatch = astray(location)
    if mismatch is not None and mismatch.code != "ledger-older":  # there is no ledger here to look at
        raise mismatch
    problems: list[Said] = [
        *([mismatch] if mismatch else []),
        *differing_seals(location.ledger, seals),
        *problems_of(location.ledger, location.archive),
        *publications.problems(location.ledger, readable(location.folder)),
    ]
    # Where the ledger does not hold, rows and files are known to be others.
    known = {} if full or problems else compared(location.folder)
    differing_returns, notes, spared = ([], [], 0) if problems else _rows(location, known, stages)
    found = dict(_documents(location))
    return Verified(
        location.ledger.name,
        [*problems, *differing_returns],
        [each for own in found.values() for each in own],
        list(found),
        orphans(location.ledger, location.archive),
        notes,
        _never_noted(location),
        len(approved_months(location.ledger)),
        is_opened(location.ledger),
        spared,
    )


def _rows(location: Location, known: Mapping[Month, str], stages: Stages) -> tuple[list[Problem], list[Problem], int]:
    """Returns whose rows are not those of their archived files, what cannot be read as it was then, and how many months were spared.

    Rows and files are what they were where the month has the seal under which they agreed (`known`): the seal covers
    the rows and the files' digests, and both have just been compared with it.
    """
    problems, notes = list[Problem](), list[Problem]()
    sealed, agreed, spared, there = seals_of(location.ledger), dict[Month, str](), 0, archived(location.archive)
    for month, returns in accepted_returns(location.ledger).items():
        if known.get(month) == sealed[month]:
            agreed[month] = sealed[month]
            spared += 1
            continue
        programme = drafted_with(location.ledger, month, location.programme)
        if programme is None:
            notes.append(problem("rows-unread", month=month))
            continue
        files = [path for entry in returns for path in there.get(entry.sha256, ())]
        reads = stages.map("Archiv lesen", read_returns, files, programme.concerning(None))
        identities = {entry.sha256: entry.identity for entry in reads}
        differing = differing_rows(location.ledger, month, returns, identities, frames_of(reads, programme.tables))
        problems += differing
        if not differing:
            agreed[month] = sealed[month]
    if agreed != known and os.access(location.folder, os.W_OK):
        note_compared(location.folder, agreed)
    return problems, notes, spared


def _never_noted(location: Location) -> list[Month]:
    """Approved months older than the note of what was issued; what an erasure removed cannot be noted any more."""
    first_kept = first_kept_month(location.ledger)
    return [month for month, files in issued(location.ledger).items() if files is None and month >= first_kept]


def _documents(location: Location) -> Iterator[tuple[Month, list[Problem]]]:
    """Month → what is wrong with its documents; those that an erasure removed are not missing."""
    first_kept = first_kept_month(location.ledger)
    for month, files in issued(location.ledger).items():
        erased = month < first_kept
        found = [
            problem("document-changed" if there else "document-gone", month=month, path=path)
            for path, there in differing(location.folder / month, files or {}).items()
            if there or not erased or not shows_cases(month, Path(path).name)
        ]
        if found:
            yield month, found


def explain(
    location: Location, case_id: CaseId, month: Month | None, ags: Ags | None = None, with_draft: bool = True
) -> Derivation:
    """The derivation of a case's figures in a settled month, or in its newest, from the newest rows known and today's rules."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    if month is not None:
        programme.check_month(month)
        check_kept(location.ledger, month)
    known = case_history(location.ledger, programme, case_id, month, ags, with_draft)
    known = with_causes(location.ledger, known, known.month, programme.programme.key)
    return derive(known, programme, read_law(location.inputs), known.month)


def trail(location: Location) -> Trail:
    """Seals, and who did what."""
    return trails.trail(location.ledger)


def find(location: Location, text: str) -> list[Found]:
    """Where a document number, a case number or a cell leads."""
    return trails.find(location.ledger, text)


def sample(location: Location, month: Month, size: int) -> Sample:
    """Positions of an approved month, drawn by its seal."""
    return drawn(location.ledger, month, size)


def law(inputs: Path, day: date) -> list[LawInForce]:
    """What is in force on a day, and how far the law tables reach."""
    return read_law(inputs).on(day)
