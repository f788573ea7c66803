"""The full derivation of a case's figures for a month, from the very computation that settles it (RULES sections 2 to 7)."""

from dataclasses import dataclass, replace

import polars as pl

from flows.compute.explanation.allowance import allowance_sections
from flows.compute.explanation.citation import Citation
from flows.compute.explanation.neutrality import neutrality_section
from flows.compute.explanation.placement import Placements, employment_section, placement_sections
from flows.compute.explanation.premium import premium_section
from flows.compute.explanation.saving import saving_sections
from flows.compute.law import Law
from flows.compute.rules.eligibility import judged_placements, with_reasons
from flows.compute.rules.premium import months_in_full
from flows.compute.rules.settlement import compute
from flows.compute.rules.spells import spans, spells
from schemas.derivation import Account, CaseHistory, Derivation, Fact, Guarantee, Section, Stays, Step
from schemas.guarantee import within_saving
from schemas.months import Month, german_month
from schemas.programme.programme import Programme
from schemas.results import LineKind
from schemas.standing import carried_over


@dataclass(frozen=True)
class _Part:
    """What one kind of settlement contributes to the derivation."""

    results: tuple[Step, ...]
    sections: tuple[Section, ...]
    guarantee: Guarantee | None = None


def derive(history: CaseHistory, programme: Programme, law: Law, month: Month) -> Derivation:
    """Every step of a case's figures for a month; all amounts are those of the settlement's own functions.

    `history`: the rows of this one case, of all months. Refusal if the law does not cover a date.
    """
    cite = Citation(history, law)
    newest = max(filter(None, (history.approved_until, history.draft)))
    computed, cases = compute(history.rows, programme, law, newest, history.stands)
    lines = computed.filter(pl.col("case_id") == history.case_id, pl.col("service_month") == month)
    opportunities = history.rows["opportunities"].filter(pl.col("month") == month)
    parts = []
    if history.rows["placements"].filter(pl.col("month") == month).height and programme.premium:
        parts.append(_premium_part(history, programme, cite, month))
    if opportunities.height and programme.allowance is not None:
        parts.append(_Part(*allowance_sections(opportunities, lines, programme, cite)))
    if not parts:
        parts.append(_nothing(month))
    derivation = Derivation(
        history,
        month,
        results=tuple(result for part in parts for result in part.results),
        sections=tuple(section for part in parts for section in part.sections),
        accounts=_accounts(history, lines, cases, month),
        guarantee=next(
            (
                replace(part.guarantee, stays=_closed(history, cases, LineKind.PREMIUM, month))
                for part in parts
                if part.guarantee is not None
            ),
            None,
        ),
    )
    _check(derivation)
    return derivation


def _premium_part(history: CaseHistory, programme: Programme, cite: Citation, month: Month) -> _Part:
    rows, law = history.rows, cite.law
    judged = judged_placements(rows["benefits"], rows["placements"], programme, law)
    months = months_in_full(rows["benefits"], rows["placements"], programme, law, history.stands).sort("month")
    placements = Placements(rows, with_reasons(judged), programme, cite)
    figures = months.filter(pl.col("month") == month).row(0, named=True)
    conditions, saving = placement_sections(placements, month), saving_sections(figures, placements)
    if not figures["eligible_days"]:
        nothing = Step("Prämie", figures["premium_cents"], "kein berechtigter Tag im Monat")
        return _Part((nothing,), (*conditions, *saving, neutrality_section(history, programme, month)))
    spells_of_case = spells(judged, programme, history.stands)
    employed = months.filter(pl.col("eligible_days") > 0, pl.col("month") <= month)
    terms = next(block for block in programme.premium if block.start == figures["terms_from"])
    employment = employment_section(figures, placements, spells_of_case, spans(judged, programme))
    premium = premium_section(employed, spells_of_case, programme, terms)
    return _Part(
        (Step("Ersparnis im Monat", figures["saved_cents"]), Step("Prämie", figures["premium_cents"])),
        (*conditions, employment, *saving, premium, neutrality_section(history, programme, month)),
        Guarantee(figures["premium_to_date_cents"], _settled(history, month), figures["saved_to_date_cents"]),
    )


def _settled(history: CaseHistory, month: Month) -> int:
    """Premiums of all service months up to this one that the runs settled."""
    return sum(
        booking.delta_cents
        for booking in history.bookings
        if booking.kind == LineKind.PREMIUM and booking.service_month <= month
    )


def _nothing(month: Month) -> _Part:
    """A case that the newest returns know without anything to settle."""
    sentence = f"Im {german_month(month)} ist für diesen Fall weder eine Beschäftigung noch eine Arbeitsgelegenheit gemeldet; abzurechnen ist nichts."
    return _Part((), (Section("Keine Positionen", (Fact("Meldung", sentence),)),))


def _closed(history: CaseHistory, cases: pl.DataFrame, kind: str, month: Month) -> Stays | None:
    """What becomes of a difference of a closed month (RULES section 7.7); None where the month is open."""
    closed_until = history.stands.closed_until
    if month > closed_until:
        return None
    line = pl.DataFrame({"ags": [history.ags], "case_id": [history.case_id], "kind": [kind]})
    return Stays.CARRIED if line.filter(carried_over(cases, closed_until)).height else Stays.CLOSED


def _accounts(history: CaseHistory, lines: pl.DataFrame, cases: pl.DataFrame, month: Month) -> tuple[Account, ...]:
    """Every line key of the month: those the rules give today, then those that only the ledger knows."""
    today = {(line["kind"], line["reference"]): line["computed_cents"] for line in lines.iter_rows(named=True)}
    booked = [booking for booking in history.bookings if booking.service_month == month]
    keys = dict.fromkeys((*today, *((booking.kind, booking.reference) for booking in booked)))
    taken_over = history.stands.opening.filter(service_month=month).select("kind", "reference").rows()
    return tuple(
        Account(
            *key,
            today.get(key, 0),
            tuple(entry for entry in booked if (entry.kind, entry.reference) == key),
            Stays.OPENING if key in taken_over else _closed(history, cases, key[0], month),
        )
        for key in keys
    )


def _check(derivation: Derivation) -> None:
    """The border that a wrong figure cannot pass: steps are what their parts give, premiums at most the saving."""
    guarantee = derivation.guarantee
    if guarantee is not None and not within_saving(guarantee.charged_cents, guarantee.saved_cents):
        raise ArithmeticError("premiums above the saving")
    steps = [entry for section in derivation.sections for entry in section.entries if isinstance(entry, Step)]
    wrong = [step.label for step in steps if not step.adds_up()]
    if wrong:
        raise ArithmeticError(f"steps that do not add up: {', '.join(wrong)}")
