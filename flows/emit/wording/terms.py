"""The programme's terms in German sentences, and which of them hold for a case."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from flows.emit.wording.words import GERMAN_SIDE
from schemas.money import euros, percent, share_units
from schemas.months import german_date
from schemas.programme.programme import Programme
from schemas.programme.terms import Allowance, Premium


def terms_at(programme: Programme, begin: date) -> Premium | None:
    """The `[[premium]]` block in force on a day."""
    return next((terms for terms in reversed(programme.premium) if terms.start <= begin), None)


def premium_sentences(programme: Programme) -> Iterator[str]:
    """The conditions of every cohort, one sentence each."""
    for terms in programme.premium:
        if terms.schedule == "milestones" and terms.amount_cents is not None:
            steps = ", ".join(
                f"{percent(share_units(step.share))} nach {step.after_days} Tagen" for step in terms.milestones
            )
            amount = f"{euros(terms.amount_cents)} in Stufen ({steps})"
        else:
            amount = f"{percent(share_units(terms.share or Decimal(0)))} der Ersparnis, sobald die Beschäftigung {terms.waiting_days} Tage gedauert hat"
        cap = f"höchstens {euros(terms.cap_cents)} je Fall und " if terms.cap_cents is not None else ""
        yield (
            f"Beschäftigungsbeginn ab {german_date(terms.start)}: {amount}, {cap}nie mehr als die Ersparnis aus höchstens "
            f"{terms.max_months} zählenden Monaten. Eine Lücke bis {terms.bridge_days} Tage unterbricht die Beschäftigung nicht"
            f"{_employer(terms)}. Verlangt werden {_requirements(terms)}."
        )


def _employer(terms: Premium) -> str:
    return (
        "; ein Wechsel des Arbeitgebers schon"
        if terms.employer_change == "breaks"
        else ", ein Wechsel des Arbeitgebers auch nicht"
    )


def _requirements(terms: Premium) -> str:
    """What an employment needs to be eligible (RULES section 4.1)."""
    needs = ["Sozialversicherungspflicht", "ein Bruttolohn über der Geringfügigkeitsgrenze"]
    if terms.min_weekly_hours_hundredths:
        hours = f"{Decimal(terms.min_weekly_hours_hundredths) / 100:f}".replace(".", ",")
        needs.append(f"mindestens {hours} Wochenstunden")
    needs.append("ein Status der Zielgruppe")
    if terms.require_work_permit:
        needs.append("eine Beschäftigungserlaubnis")
    return ", ".join(needs) + " und die Zustimmung der Kommune spätestens am Beginn"


def bearing_sentences(allowance: Allowance) -> Iterator[str]:
    """Who bears and who pays out the cost of work opportunities, for each kind of provider."""
    disbursers = allowance.disbursed_by.by_provider_kind()
    for kind, payer in allowance.payer.by_provider_kind().items():
        if payer == disbursers[kind]:
            yield f"{kind}: {_begin(GERMAN_SIDE[payer])} trägt die Kosten und zahlt sie aus; es ist nichts auszugleichen."
        else:
            effect = "wird Ihnen berechnet" if payer == "municipality" else "wird Ihnen erstattet"
            yield f"{kind}: {_begin(GERMAN_SIDE[payer])} trägt die Kosten, {GERMAN_SIDE[disbursers[kind]]} zahlt sie aus; der Betrag {effect}."


def _begin(words: str) -> str:
    return words[0].upper() + words[1:]
