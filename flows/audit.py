"""Use case: what an auditor asks: whether the ledger holds, where a figure comes from, which law was in force."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.compute.explanation.case import derive
from flows.compute.law import load_law
from flows.ledger.erasure_record import check_kept
from flows.ledger.posting import approved_months
from flows.ledger.verify import verify as problems_of
from flows.ledger.views.case import evidence
from flows.provenance import read_programme
from flows.workspace import Place
from schemas.derivation import Derivation
from schemas.law import LawInForce


@dataclass(frozen=True)
class Verified:
    """What a check of the ledger found."""

    ledger: str  # as its users know it
    problems: list[str]
    approved_months: int


def verify(place: Place) -> Verified:
    """Seals, numbers, sums, the guarantee and the archived files of every approved month."""
    return Verified(place.ledger.name, problems_of(place.ledger, place.archive), len(approved_months(place.ledger)))


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
