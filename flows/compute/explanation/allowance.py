"""Derivation of a case's work opportunities in a month: hours × rate, expense, what the settlement owes (RULES section 2)."""

import polars as pl

from flows.compute.explanation.citation import Citation, Row, spoken_number, spoken_period
from flows.compute.rules.allowance import owed
from schemas.derivation import Fact, Section, Step
from schemas.law import AGH_ALLOWANCE, AGH_SCHEME
from schemas.money import euros
from schemas.programme.programme import Programme
from schemas.programme.values import Side
from schemas.references import agh_reference
from schemas.results import LineKind

_BEARING = {
    1: "Die Kommune trägt die Kosten, der Kreis zahlt sie aus: der Betrag wird der Kommune berechnet.",
    -1: "Der Kreis trägt die Kosten, die Kommune zahlt sie aus: der Betrag wird der Kommune erstattet.",
}
_SIGN = {1: "zulasten der Kommune", -1: "die Kosten mit Minus, zugunsten der Kommune", 0: "nichts"}
_ONE_SIDE: dict[Side, str] = {
    "county": "Der Kreis trägt die Kosten und zahlt sie selbst aus: zwischen Kreis und Kommune ist nichts auszugleichen.",
    "municipality": "Die Kommune trägt die Kosten und zahlt sie selbst aus: zwischen Kreis und Kommune ist nichts auszugleichen.",
}


def allowance_sections(
    opportunities: pl.DataFrame, lines: pl.DataFrame, programme: Programme, cite: Citation
) -> tuple[tuple[Step], tuple[Section, ...]]:
    """What the settlement owes for a case's work opportunities, and a section for every row, with their sum.

    `opportunities`: the case's rows of the month; `lines`: its computed lines of the month (allowance.allowance_lines).
    """
    by_key: dict[tuple[str, str], Row] = {
        (line["kind"], line["reference"]): line for line in lines.iter_rows(named=True)
    }
    sections, settled = [], []
    for row in opportunities.iter_rows(named=True):
        section, step = _position(row, by_key, programme, cite)
        sections.append(section)
        settled.append(step)
    total = Step("Arbeitsgelegenheiten zusammen", sum(step.cents or 0 for step in settled), parts=tuple(settled))
    if len(settled) > 1:
        sections.append(Section("Summe der Arbeitsgelegenheiten", (total,)))
    return (Step("Arbeitsgelegenheiten", total.cents),), tuple(sections)


def _position(
    row: Row, lines: dict[tuple[str, str], Row], programme: Programme, cite: Citation
) -> tuple[Section, Step]:
    """Section of one row, and a step with what is owed for it."""
    assert programme.allowance is not None
    reference = agh_reference(row["position_id"], row["from_date"])
    allowance, expense = (lines.get((kind, reference)) for kind in (LineKind.ALLOWANCE, LineKind.EXPENSE))
    assert allowance is not None
    parts = [_allowance_step(row, allowance, cite)]
    if expense is not None:
        cells = cite.cells("opportunities", row, "expense_cents")
        parts.append(Step("Nachgewiesener höherer Mehraufwand", expense["cost_cents"], cells=cells))
    cost = Step("Kosten", sum(part.cents or 0 for part in parts), parts=tuple(parts))
    kind = row["provider_kind"]
    payer, sign = programme.allowance.payer.by_provider_kind()[kind], owed(programme.allowance)[kind]
    settled = Step(
        "Abzurechnen",
        sum(line["computed_cents"] for line in (allowance, expense) if line is not None),
        _SIGN[sign],
        base_cents=cost.cents,
        multiplier=sign,
    )
    title = f"Arbeitsgelegenheit {row['position_id']}, {spoken_period(row['from_date'], row['to_date'])}"
    where = Fact(
        "Stelle",
        f"{row['position_id']}, {row['workplace']}",
        cells=cite.cells("opportunities", row, "position_id", "workplace"),
    )
    period = Fact(
        "Zeitraum",
        spoken_period(row["from_date"], row["to_date"]),
        cells=cite.cells("opportunities", row, "from_date", "to_date"),
    )
    bearing = Fact(
        "Träger der Kosten",
        f"{kind}. {_BEARING.get(sign) or _ONE_SIDE[payer]} (Programmdatei, Arbeitsgelegenheiten)",
        cells=cite.cells("opportunities", row, "provider_kind"),
    )
    return Section(title, (where, period, cost, bearing, settled)), Step(
        title.removeprefix("Arbeitsgelegenheit "), settled.cents
    )


def _allowance_step(row: Row, line: Row, cite: Citation) -> Step:
    rate, hours = int(line["rate_cents"]), row["hours_hundredths"]
    return Step(
        "Mehraufwandsentschädigung",
        line["cost_cents"],
        formula=f"{spoken_number(hours)} Stunden × {euros(rate)} je Stunde",
        base_cents=rate,
        multiplier=hours,
        divisor=100,
        laws=(cite.law_row(AGH_ALLOWANCE, row["from_date"], AGH_SCHEME),),
        cells=cite.cells("opportunities", row, "hours_hundredths"),
    )
