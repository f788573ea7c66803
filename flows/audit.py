"""Use case: what an auditor asks: whether the ledger holds, where a figure comes from, which law was in force."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.compute.explanation.case import derive
from flows.compute.law import load_law
from flows.emit.erasure import shows_cases
from flows.emit.month_folder import differing
from flows.ingest.checks.context import frames_of
from flows.ingest.read import read_returns
from flows.ledger.erasure_record import check_kept, erased_year
from flows.ledger.issues import issued
from flows.ledger.posting import approved_months
from flows.ledger.reread import accepted_returns, differing_rows
from flows.ledger.verify import differing_seals, orphans
from flows.ledger.verify import verify as problems_of
from flows.ledger.views.case import evidence
from flows.orchestration import Direct, Progress
from flows.provenance import drafted_with, read_programme
from flows.workspace import Place
from schemas.derivation import Derivation
from schemas.law import LawInForce
from schemas.months import german_month


@dataclass(frozen=True)
class Verified:
    """What a check of the ledger found."""

    ledger: str  # as its users know it
    problems: list[str]
    documents: list[str]  # sentences on documents that are not there as they were issued
    months: list[str]  # whose documents these are
    orphans: list[str]  # archived files that belong to no return
    approved_months: int


def verify(place: Place, seals: Mapping[str, str], progress: Progress) -> Verified:
    """Seals, numbers, sums, the guarantee, archived files, accepted rows and documents of every approved month.

    `seals`: month → the seal that somebody kept.
    """
    problems = [*differing_seals(place.ledger, seals), *problems_of(place.ledger, place.archive)]
    if not problems:  # else rows and files are known to be others
        problems = _rows(place, progress)
    found = dict(_documents(place))
    return Verified(
        place.ledger.name,
        problems,
        [sentence for own in found.values() for sentence in own],
        list(found),
        orphans(place.ledger, place.archive),
        len(approved_months(place.ledger)),
    )


def _rows(place: Place, progress: Progress) -> list[str]:
    """Returns whose rows are not those of their archived files, read as they were read then."""
    stages, problems = Direct("threads", progress), []
    for month, returns in accepted_returns(place.ledger).items():
        programme = drafted_with(place.ledger, month, place.programme)
        if programme is None:
            continue
        files = [path for entry in returns for path in place.archive.glob(f"{entry.sha256}.*")]
        reads = stages.map("Archiv lesen", read_returns, files, programme)
        identities = {entry.sha256: entry.identity for entry in reads}
        problems += differing_rows(place.ledger, month, returns, identities, frames_of(reads, programme.tables))
    return problems


def _documents(place: Place) -> Iterator[tuple[str, list[str]]]:
    """Month → what is wrong with its documents; those that an erasure removed are not missing."""
    year = erased_year(place.ledger) or 0
    for month, files in issued(place.ledger).items():
        erased = month < f"{year:04d}-01"
        sentences = [
            f"{german_month(month)}: Die Unterlage {path} {'wurde verändert' if there else 'fehlt'}."
            for path, there in differing(place.folder / month, files or {}).items()
            if there or not erased or not shows_cases(month, Path(path).name)
        ]
        if sentences:
            yield month, sentences


def explain(place: Place, case: str, month: str, ags: str | None = None) -> Derivation:
    """The derivation of a case's figures in a settled month, from the newest rows known and today's rules."""
    programme = read_programme(place.inputs, place.programme, place.ledger)
    programme.check_month(month)
    check_kept(place.ledger, month)
    known = evidence(place.ledger, programme, case, month, ags)
    return derive(known, programme, load_law(place.inputs / "law"), month)


def law(inputs: Path, day: date) -> list[LawInForce]:
    """What is in force on a day, and how far the law tables reach."""
    return load_law(inputs / "law").on(day)
