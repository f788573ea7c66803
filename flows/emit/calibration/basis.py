"""What a calibration rests on, in German, for its workbook."""

from datetime import date

from schemas.calibration import Basis
from schemas.money import euros, percent, share_units
from schemas.months import Month, german_month
from schemas.programme.assumptions import Assumptions
from schemas.programme.programme import Programme
from schemas.spelling import counted


def basis_of_ledger(programme: Programme, settled: tuple[Month, Month], calculated_on: date) -> Basis:
    """The accepted returns of all approved months; `settled`: the first and the last of them."""
    months = " bis ".join(map(german_month, settled))
    facts = (
        ("Fälle", "anrechenbare Fälle aus den übernommenen Meldungen der freigegebenen Monate"),
        ("Zeitraum", months),
        ("Vertragskosten", "ein Zwölftel der vereinbarten Jahressumme für jeden Monat des Zeitraums"),
        ("Anschubfinanzierung", "soweit bis dahin fällig"),
        *_terms(programme),
    )
    return Basis(f"abgerechnete Fälle, {months}", facts, calculated_on)


def basis_of_assumptions(assumptions: Assumptions, programme: Programme, file: str, calculated_on: date) -> Basis:
    """An assumptions file."""
    courses = ", ".join(
        f"{percent(share_units(course.share))} für {counted(course.months, 'Monat', 'Monate')}"
        for course in assumptions.employment
    )
    planned = "; ".join(
        f"{programme.members[ags].name}: {count}" for ags, count in sorted(assumptions.placements.items())
    )
    own = "wie vereinbart" if assumptions.cost_cents is None else f"angenommen: {euros(assumptions.cost_cents)}"
    facts = (
        ("Annahmen aus", file),
        ("Vermittlungen eines Jahres", planned),
        ("Ersparnis je Beschäftigungsmonat", euros(assumptions.saved_cents_per_month)),
        ("Dauer der Beschäftigung", courses),
        ("Vertragskosten eines Jahres", own),
        (
            "Betrachtung",
            "alle Vermittlungen eines Jahres bis zum Ende der Beschäftigung, Beginn am Ersten eines Monats",
        ),
        *_terms(programme),
    )
    return Basis(f"Annahmen aus {file}", facts, calculated_on)


def _terms(programme: Programme) -> tuple[tuple[str, str], ...]:
    terms = programme.premium[-1]
    months = ("Höchstens gezählte Monate je Fall", str(terms.max_months))
    if terms.amount_cents is None:
        return (months, ("Wartezeit", f"{terms.waiting_days} Tage"))
    stages = ", ".join(f"nach {entry.after_days} Tagen" for entry in terms.milestones)
    return (months, ("Stufen", stages))
