"""A note on terms that somebody tried: what was asked, what came out, what it rests on."""

from collections.abc import Iterator

from flows.emit.calibration.words import cap, coverage, recommendation, value
from schemas.calibration import Calibration, Terms
from schemas.money import euros
from schemas.months import german_date


def note(answer: Calibration, agreed: Terms) -> str:
    """Plain text, for a file or a mail."""
    return "\r\n".join(_lines(answer, agreed)) + "\r\n"


def _lines(answer: Calibration, agreed: Terms) -> Iterator[str]:
    programme, at = answer.programme.programme, answer.at_own
    what = "Betrag je Fall" if answer.milestones else "Anteil an der Ersparnis"
    yield f"{programme.county}: {programme.title}"
    yield f"Vermerk zur Kalkulation der Prämie vom {german_date(answer.calculated_on)}"
    yield ""
    yield "Gerechnet mit"
    yield f"  {what}: {value(answer, answer.agreed)} (vereinbart: {value(answer, agreed.value)})"
    yield f"  {cap(answer.cap_cents)} (vereinbart: {cap(agreed.cap_cents)})"
    yield f"  Vertragskosten des Trägers: {euros(answer.cost_cents)} (vereinbart: {euros(agreed.cost_cents)})"
    yield ""
    yield "Ergebnis"
    yield f"  Ersparnis der Kommunen: {euros(at['saved_cents'])}"
    yield f"  Prämien: {euros(at['premium_cents'])}"
    yield f"  Anschubfinanzierung: {euros(at['start_up_cents'])}"
    yield f"  Kostendeckung: {coverage(at['coverage_units'])}"
    yield f"  Was den Kommunen bleibt: {euros(at['net_cents'])}"
    yield f"  Kommunen mit Nachteil: {at['worse_off']}"
    yield ""
    yield recommendation(answer)
    yield ""
    yield "Grundlage"
    for label, text in answer.basis:
        yield f"  {label}: {text}"
    yield ""
    yield "Gespeichert oder gebucht wurde dabei nichts; es gilt weiter, was das Programm vereinbart."
