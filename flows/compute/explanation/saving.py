"""Derivation of a month's saving: need, wages, relief, both savings, health, lost grant (RULES section 3)."""

from datetime import date
from typing import Literal

import polars as pl

from flows.compute.explanation.citation import Citation, Row, spoken_period
from flows.compute.explanation.placement import Placements
from schemas.derivation import Cell, Fact, LawRow, Section, Step
from schemas.law import ANALOGOUS_RATES, BASIC_RATES, INCOME_ALLOWANCE, LawTable
from schemas.money import euros
from schemas.months import german_date, german_month, last_day
from schemas.programme.terms import Savings
from schemas.returns import ANALOGOUS_BENEFIT
from schemas.spelling import counted

_BASES: dict[Literal["reported", "statutory"], str] = {
    "reported": "die gemeldete Ersparnis (Bedarf minus gezahlte Leistung)",
    "statutory": "die gesetzliche Ersparnis (Bedarf, den das Einkommen deckt)",
}


def saving_sections(month: Row, placements: Placements) -> list[Section]:
    """Sections need, income and saving of a case month; `month`: a row of premium.months_in_full."""
    cite, benefit = placements.cite, placements.benefits[month["month"]]
    savings = placements.programme.savings
    assert savings is not None
    need = _need(month, benefit, cite)
    gross, net = _wages(month, placements)
    relief = _relief(month, savings, cite)
    return [
        Section("Bedarf ohne Arbeit", (need,)),
        Section("Einkommen und Freibetrag", (gross, net, relief)),
        Section("Ersparnis im Monat", tuple(_saving(month, benefit, placements, savings))),
    ]


def _rates(benefit_kind: str) -> LawTable:
    return ANALOGOUS_RATES if benefit_kind == ANALOGOUS_BENEFIT else BASIC_RATES


def _rate_row(month: Row, stage: int, day: date, cite: Citation) -> LawRow:
    name = "Regelbedarfsstufe" if month["benefit_kind"] == ANALOGOUS_BENEFIT else "Bedarfsstufe"
    return cite.law_row(_rates(month["benefit_kind"]), day, stage, f"{name} {stage}")


def _need(month: Row, benefit: Row, cite: Citation) -> Step:
    days, rate = last_day(month["month"]).day, month["benefit_cents"]
    pieces = _law_pieces(month, cite)
    summed = euros(sum(piece.cents or 0 for piece in pieces))
    monthly_rate = Step(
        f"{month['benefit_kind']}, Stufe {month['need_stage']}",
        rate,
        formula=f"{summed} : {days} Tage des Monats, gerundet" if pieces else "kein Tag mit Anspruch im Monat",
        parts=pieces,
        divisor=days,
        cells=(
            *cite.cells("benefits", benefit, "benefit_kind", "need_stage"),
            *cite.filled_cells("benefits", benefit, "entitled_from", "entitled_to"),
        ),
    )
    deducted = month["deducted_cents"]
    limited = f"gemeldet sind {euros(month['cut_cents'])}; abgezogen wird höchstens der Leistungssatz"
    cut = Step(
        "abzüglich Kürzung nach § 1a AsylbLG",
        -deducted,
        formula=limited if deducted < month["cut_cents"] else "",
        cells=cite.cells("benefits", benefit, "cut_cents"),
    )
    accommodation = Step(
        "Unterkunft", month["accommodation_cents"], cells=cite.cells("benefits", benefit, "accommodation_cents")
    )
    return Step("Bedarf", month["need_cents"], parts=(monthly_rate, cut, accommodation))


def _law_pieces(month: Row, cite: Citation) -> tuple[Step, ...]:
    """For every law row in force on days of the need: days × monthly rate, to be divided by the days of the month."""
    columns = {"key": "need_stage", "first": "need_from", "last": "need_to"}
    period = pl.DataFrame({name: [month[name]] for name in columns.values()})
    found = cite.law.rate_pieces(_rates(month["benefit_kind"]), period, **columns)
    return tuple(
        Step(
            f"{counted(piece['days'], 'Tag', 'Tage')} × {euros(piece['rate_cents'])}",
            piece["rate_days"],
            formula=spoken_period(
                max(piece["valid_from"], month["need_from"]), min(piece["valid_to"], month["need_to"])
            ),
            base_cents=piece["rate_cents"],
            multiplier=piece["days"],
            laws=(_rate_row(month, month["need_stage"], piece["valid_from"], cite),),
        )
        for piece in found.filter(pl.col("days") > 0).sort("valid_from").iter_rows(named=True)
    )


def _wages(month: Row, placements: Placements) -> tuple[Step, Step]:
    """Gross and net wage of the month over all placements reported, eligible or not."""
    rows = placements.reported_in(month["month"])
    gross = [
        _wage(row, "gross_cents" if row["gross_month_cents"] is None else "gross_month_cents", placements)
        for row in rows
    ]
    net = [_wage(row, "net_cents", placements) for row in rows]
    missing = "ein Nettolohn fehlt" if month["net_cents"] is None else ""
    return (
        _total("Bruttolohn im Monat", month["gross_cents"], gross),
        _total("Nettolohn im Monat", month["net_cents"], net, missing),
    )


def _wage(row: Row, column: str, placements: Placements) -> Step:
    employer = placements.newest(row["begin"])["employer"].strip()
    return Step(
        f"{employer}, Beginn {german_date(row['begin'])}",
        row[column],
        cells=placements.cite.cells("placements", row, column),
    )


def _total(label: str, cents: int | None, wages: list[Step], missing: str = "") -> Step:
    """One wage alone, or the sum of several."""
    if len(wages) == 1:
        return Step(label, cents, formula=missing, cells=wages[0].cells)
    if cents is None:
        return Step(label, None, formula=missing, cells=tuple(cell for wage in wages for cell in wage.cells))
    return Step(label, cents, parts=tuple(wages))


def _relief(month: Row, savings: Savings, cite: Citation) -> Step:
    if month["relief_cents"] is None:
        return Step("Freibetrag", None, "nicht zu berechnen, weil ein Nettolohn fehlt")
    day, stage = month["first_of_month"], month["cap_stage"]
    rule = cite.law_row(INCOME_ALLOWANCE, day, month["regime"], month["benefit_kind"])
    wage, wage_cents = "Nettolohns" if savings.income_base == "net" else "Bruttolohns", month["wage_cents"]
    share = Step(
        f"{month['percent']} % des {wage} von {euros(wage_cents)}",
        month["relief_of_wage_cents"],
        base_cents=wage_cents,
        multiplier=month["percent"],
        divisor=100,
        laws=(rule,),
    )
    cap = Step(
        f"höchstens {month['cap_percent']} % von {euros(month['rate_cents'])}",
        month["relief_cap_cents"],
        f"Leistungssatz der Stufe {stage} am {german_date(day)}",
        base_cents=month["rate_cents"],
        multiplier=month["cap_percent"],
        divisor=100,
        laws=(rule, _rate_row(month, stage, day, cite)),
    )
    return Step("Freibetrag", month["relief_cents"], "der kleinere Betrag", parts=(share, cap), smallest=True)


def _saving(month: Row, benefit: Row, placements: Placements, savings: Savings) -> list[Fact | Step]:
    cite = placements.cite
    paid_cells = cite.cells("benefits", benefit, "paid_cents")
    need = Step("Bedarf", month["need_cents"])
    reported = Step(
        "Gemeldete Ersparnis",
        month["saved_benefit_reported_cents"],
        "mindestens 0",
        parts=(need, Step("abzüglich gezahlter Leistung", -month["paid_cents"], cells=paid_cells)),
        at_least_zero=True,
    )
    statutory = _statutory(month, need)
    benefit_saved = reported if savings.basis == "reported" else statutory
    health, grant = _health(month, benefit, cite), _lost_grant(month, benefit, cite)
    not_saved, cells = _why_nothing_saved(month, benefit, placements)
    if not_saved:
        return [reported, statutory, health, grant, Step("Ersparnis", month["saved_cents"], not_saved, cells=cells)]
    counts = Fact("Es zählt", f"{_BASES[savings.basis]}; so ist es im Programm vereinbart (Programmdatei)")
    parts = (Step(benefit_saved.label, benefit_saved.cents), health, grant)
    return [reported, statutory, counts, Step("Ersparnis", month["saved_cents"], parts=parts)]


def _statutory(month: Row, need: Step) -> Step:
    label, net = "Gesetzliche Ersparnis", month["net_cents"]
    if net is None:
        return Step(label, None, "nicht zu berechnen, weil ein Nettolohn fehlt")
    income = Step(
        "anzurechnendes Einkommen",
        month["income_counted_cents"],
        f"Nettolohn {euros(net)} minus Freibetrag {euros(month['relief_cents'])}, mindestens 0",
        parts=(Step("Nettolohn", net), Step("abzüglich Freibetrag", -month["relief_cents"])),
        at_least_zero=True,
    )
    return Step(
        label, month["saved_benefit_statutory_cents"], "der kleinere Betrag", parts=(need, income), smallest=True
    )


def _health(month: Row, benefit: Row, cite: Citation) -> Step:
    average, days = month["health_cents"], last_day(month["month"]).day
    since = german_date(month["health_from"])
    without_claim = month["eligible_days"] - month["entitled_days"]
    outside = f" (berechtigte Tage mit Anspruch; {without_claim} liegen außerhalb)" if without_claim else ""
    return Step(
        "Ersparte Gesundheitskosten",
        month["saved_health_cents"],
        f"{euros(average)} im Monat (Programmdatei, Durchschnitt ab {since}) "
        f"× {month['entitled_days']} von {days} Tagen{outside}",
        base_cents=average,
        multiplier=month["entitled_days"],
        divisor=days,
        cells=cite.filled_cells("benefits", benefit, "entitled_from", "entitled_to"),
    )


def _lost_grant(month: Row, benefit: Row, cite: Citation) -> Step:
    since = month["grant_from"]
    if since is None:
        why = "im Programm ist für diesen Monat keine vereinbart"
    elif not benefit["state_grant"]:
        why = "Landespauschale: nein"
    elif month["paid_cents"]:
        why = f"Landespauschale: ja; es wurden {euros(month['paid_cents'])} Leistung gezahlt, also geht sie nicht verloren"
    elif not month["eligible_days"]:
        why = "kein berechtigter Tag im Monat"
    else:
        why = (
            f"Landespauschale: ja, und es wurde keine Leistung gezahlt (Programmdatei, Betrag ab {german_date(since)})"
        )
    cells = () if since is None else cite.cells("benefits", benefit, "paid_cents", "state_grant")
    return Step("abzüglich entgangener Landespauschale", -month["lost_grant_cents"], why, cells=cells)


def _why_nothing_saved(month: Row, benefit: Row, placements: Placements) -> tuple[str, tuple[Cell, ...]]:
    """Why a month saves nothing whatever its figures (empty if it may save)."""
    if not month["eligible_days"]:
        return "im Monat liegt kein berechtigter Beschäftigungstag, daher wird keine Ersparnis angerechnet", ()
    if month["in_target_group"]:
        return "", ()
    why = f"der Status {month['status']} im {german_month(month['month'])} gehört nicht zur Zielgruppe; eine andere Behörde hätte gezahlt"
    return why, placements.cite.cells("benefits", benefit, "status")
