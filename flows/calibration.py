"""Use case: which premium is right (RULES section 9): the premium calculation, and what other terms would come to."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.compute.calibration.answer import agreed_value, tried
from flows.compute.calibration.answer import calibrate as calibrated
from flows.compute.calibration.population import (
    Population,
    assumed_cases,
    check_premium,
    check_settled,
    settled_cases,
)
from flows.emit.calibration.basis import basis_of_assumptions, basis_of_ledger
from flows.emit.calibration.note import note
from flows.emit.calibration.words import recommendation
from flows.emit.calibration.workbook import write_calibration
from flows.ledger import month_state, submissions
from flows.ledger.erasure_record import check_calibratable, erased_before
from flows.location import Location
from flows.provenance import read_law, read_programme, read_provenance
from schemas.calibration import Basis, Calibration, Terms
from schemas.programme.assumptions import load_assumptions
from schemas.programme.programme import Programme

ASSUMPTIONS = "annahmen.toml"  # beside the programme file


@dataclass(frozen=True)
class Calibrated:
    """What a calibration found, its answer in one sentence, and its workbook."""

    calibration: Calibration
    recommendation: str
    path: Path


@dataclass(frozen=True)
class Cases:
    """The cases of a calibration and where they come from, read once for many answers."""

    programme: Programme
    population: Population
    basis: Basis

    @property
    def agreed(self) -> Terms:
        """What is agreed today."""
        (terms,) = self.population.programme.premium
        return Terms(agreed_value(self.population), terms.cap_cents, self.population.cost_cents)


@dataclass(frozen=True)
class Tried:
    """What terms come to, in figures and in one sentence."""

    calibration: Calibration
    recommendation: str


def calibrate(location: Location, assumptions_file: Path | None, calculated_on: date) -> Calibrated:
    """The premium calculation, from the approved months or from assumptions, and its workbook."""
    path = location.folder / workbook_name(calculated_on)
    answer = _agreed(cases(location, assumptions_file, calculated_on))
    write_calibration(path, answer)
    return Calibrated(answer, recommendation(answer), path)


def cases(location: Location, assumptions_file: Path | None, calculated_on: date) -> Cases:
    """The cases to calculate with: those of the approved months, or of an assumptions file. Refusal where there are none."""
    programme = read_programme(location.inputs, location.programme, location.ledger)
    check_premium(programme)
    if assumptions_file is not None:
        assumptions = load_assumptions(assumptions_file, programme)
        basis = basis_of_assumptions(assumptions, programme, assumptions_file.name, calculated_on)
        return Cases(programme, assumed_cases(assumptions, programme), basis)
    check_calibratable(location.ledger)
    known = submissions.known(location.ledger)
    months = check_settled(known)
    population = settled_cases(known.rows, programme, read_law(location.inputs), months)
    return Cases(programme, population, basis_of_ledger(programme, months, calculated_on))


def assumptions_of(location: Location) -> Path | None:
    """The programme's own assumptions, where it has some."""
    path = location.inputs / location.programme / ASSUMPTIONS
    return path if path.is_file() else None


def stamp(location: Location) -> tuple[object, ...]:
    """What `cases` depends on: as long as it is the same, so are they."""
    written, assumptions = read_provenance(location.inputs, location.programme), assumptions_of(location)
    return (
        tuple(month_state.months(location.ledger)),
        erased_before(location.ledger),
        written.programme,
        tuple(written.law.items()),
        assumptions.read_bytes() if assumptions else None,
    )


def try_terms(known: Cases, terms: Terms) -> Tried:
    """What other terms come to, by the settlement's own premium engine; nothing is written."""
    moved = known.population.under(terms.cap_cents, terms.cost_cents)
    answer = tried(moved, known.programme, known.basis, value=terms.value)
    return Tried(answer, recommendation(answer))


def note_of(known: Cases, terms: Terms) -> str:
    """What was tried and came out, to be kept by whoever tried it."""
    return note(try_terms(known, terms).calibration, known.agreed)


def workbook_of(known: Cases) -> bytes:
    """The workbook of the agreed terms, as `calibrate` writes it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / workbook_name(known.basis.calculated_on)
        write_calibration(path, _agreed(known))
        return path.read_bytes()


def workbook_name(calculated_on: date) -> str:
    """The workbook's file name."""
    return f"Kalkulation-{calculated_on.isoformat()}.xlsx"


def _agreed(known: Cases) -> Calibration:
    return calibrated(known.population, known.programme, known.basis)
